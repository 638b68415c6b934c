"""What the desk costs by hand: Flask, Jinja, five statements of SQL, and nothing of ours but the
template. `application` is what gunicorn serves.

It renders the desk's own template with the same rows for the one who is logged in. Whose session it
is, the rows, the counts and what climbed are asked of the driver directly (`desk_by_hand.py`); words are
filled in here, in Vietnamese, as far as the filled-in province needs them. The navigation is written
down. What the template itself calls is the same on both sides: `_`, `url_for`, `csrf_token`,
`form_owner`.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from threading import local
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, abort, current_app, g, render_template, request, session
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from itsdangerous import URLSafeSerializer

from benchmarks.desk_by_hand import CLIMBED, COUNTS, PAGE, SESSION, UNSAID, ByHand
from config import ROOT
from workflows.calendar import PUBLIC

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
TABS = ("mine", "unit", "delegated", "overdue", "done")
TAB_WORDS = ("Của tôi", "Của đơn vị", "Ủy quyền", "Quá hạn", "Đã xong")
KINDS = {"plan": "kế hoạch", "report": "báo cáo"}
NAV = (
    ("Việc cần làm", "Việc", "list", "/"),
    ("Văn bản", "Văn bản", "doc", "/documents"),
    ("Cam kết", "Cam kết", "people", "/units/B1/commitments"),
    ("Theo dõi hạn", "Hạn", "g-clock", "/units/B1/obligations"),
    ("Tổ chức", "Tổ chức", "tree", "/units"),
)
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def application() -> Flask:
    app = Flask("bare", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(SECRET_KEY=os.environ["SECRET_KEY"], SESSION_COOKIE_NAME="duyet")
    app.config.update(BABEL_DEFAULT_LOCALE="vi", WTF_CSRF_TIME_LIMIT=None)
    Babel(app)
    CSRFProtect(app)
    app.add_template_filter(lambda day: f"{WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}", "long_day")
    app.add_template_global(lambda: g.mark, "form_owner")
    for name in ("search", "administrator", "escalations"):
        app.add_url_rule(f"/{name}", f"{name}.index", lambda: "")
    connections = local()

    @app.get("/", endpoint="desk.index")
    def index() -> tuple[str, dict[str, str]]:
        if not hasattr(connections, "own"):
            connections.own = ByHand(os.environ["DATABASE_URL"])
        return desk(connections.own), HEADERS

    return app


def desk(by_hand: ByHand) -> str:
    """The page of whoever's token the cookie holds."""
    token = session.get("token") or abort(401)
    found = by_hand.ask(SESSION, token=sha256(token.encode()).hexdigest())
    if not found or found[0][5] != "vi":
        abort(401)
    account, administrator, theme, me, name, _, _ = found[0]
    g.mark = URLSafeSerializer(str(current_app.secret_key), salt="whose form").dumps(account)
    now = datetime.now(UTC)
    today = now.astimezone(ZONE).date()
    values = {"me": me, "day": today, "now": now.replace(tzinfo=None)}
    lines = by_hand.ask(PAGE, **values)
    counts = by_hand.ask(COUNTS, **values)[0]
    climbed = [_climbed(line, today) for line in by_hand.ask(CLIMBED, **values)]
    unsaid = [_unsaid(line, today) for line in by_hand.ask(UNSAID, **values)]
    shown = lines[:25]
    rows = [(line, _row(line, today)) for line in shown]
    last = _instant(shown[-1][2])
    week_end = today + timedelta(days=6 - today.weekday())
    late = [row for _, row in rows if row.due.tone == "late"]
    week = [row for _, row in rows if row.due.tone != "late" and row.last <= week_end]
    later = [row for _, row in rows if row.due.tone != "late" and row.last > week_end]
    groups = (("Quá hạn", late), ("Tuần này", week), ("Sau đó", later))
    said = [f"{counts[3]} việc quá hạn"] if counts[3] else []
    said += [f"{len(week)} việc đến hạn trong tuần"] if week else []
    return render_template(
        "desk/index.html",
        frame=_frame(name, theme),
        today=today,
        tab="mine",
        tabs=[
            {
                "url": "/" if n == 0 else f"/?tab={tab}",
                "words": words,
                "current": n == 0,
                "count": count,
                "late": tab == "overdue",
            }
            for n, (tab, words, count) in enumerate(zip(TABS, TAB_WORDS, counts, strict=True))
        ],
        groups=[(title, items) for title, items in groups if items],
        summary=f"Có {', '.join(said)}." if said else "",
        minutes=[],
        unexplained=[],
        unsaid=unsaid,
        escalated=climbed,
        next_url=f"/?tab=mine&after={last:%Y%m%dT%H%M%S%f}-{shown[-1][0]}"
        if len(lines) > 25
        else None,
        first_url="",
        nothing=("", ""),
        administrator=administrator,
    )


def _frame(name: str, theme: str | None) -> SimpleNamespace:
    nav = [
        SimpleNamespace(words=words, short=short, icon=icon, url=url, current=url == "/")
        for words, short, icon, url in NAV
    ]
    more = SimpleNamespace(words="Thêm", short="Thêm", icon="menu", url="/menu", current=False)
    return SimpleNamespace(
        locale="vi", theme=theme, home="/", here=request.full_path.rstrip("?"), rehearsal=None,
        nav=nav, tabbar=[*nav[:3], more], post="Bí thư Đảng ủy Trường số 1", name=name, me="/me",
        notices="/notifications", unread=0, log_state="đang ghi, 0 việc",
        theme_url="/preferences/theme", language_url="/preferences/language", logout="/logout",
    )  # fmt: skip


def _instant(at: Any) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def _day(day: Any) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


def _due(at: Any, today: date) -> tuple[date, SimpleNamespace]:
    end = _instant(at).replace(tzinfo=UTC).astimezone(ZONE)
    last = (end - timedelta(seconds=1)).date()
    if last < today:
        late = PUBLIC.working_days_between(last, today)
        tone, distance = "late", f"quá {late} ngày làm việc" if late else "đã qua hạn"
    elif last == today:
        tone, distance = "soon", "đến hạn hôm nay"
    else:
        days = (last - today).days
        left = PUBLIC.working_days_between(today, last) if days < 60 else 99
        tone = "soon" if left <= 1 else ""
        distance = f"còn {days // 7} tuần" if left > 15 else f"còn {left} ngày làm việc"
    words = f"{WEEKDAYS[last.weekday()]} {last:%d/%m}"
    return last, SimpleNamespace(day=words, distance=distance, tone=tone, iso=last.isoformat())


def _row(line: Any, today: date) -> SimpleNamespace:
    """The words of one task."""
    (_, action, at, _, moved, _, _, _, unit, _, _, document, kind, title, _, stage, _,
     _, _, _, author, year, _, _, issuer, *_) = line  # fmt: skip
    last, due = _due(at, today)
    url, button, about = f"/documents/{document}", "Đọc, quyết định", [title]
    if document is None:
        personal, _, asked, label, _, campaign, of_year, _, owing_code, owing = line[27:37]
        button = "Viết" if personal else "Lập dự thảo"
        what = (
            f"Viết bản cam kết năm {of_year}" if personal else f"Lập {label[0].lower()}{label[1:]}"
        )
        url = f"/documents/new/{line[28]}?unit={owing_code}&campaign={campaign}&requirement={asked}"
        about = [owing]
    elif kind == "commitment":
        button, what = {
            "submit": ("Viết tiếp", f"Viết, gửi bản cam kết năm {year}"),
            "review": ("Đọc, góp ý", f"Góp ý bản cam kết của {author}"),
            "approve": ("Mở bản cam kết", f"Bản cam kết của {author} chờ chi bộ thống nhất"),
            "report": ("Báo cáo", f"Đưa bản cam kết của {author} vào danh sách báo cáo"),
            "receive": ("Tiếp nhận", f"Tiếp nhận danh sách cam kết: {author}"),
        }[action]
        about = [issuer]
    else:
        named = _named(line)
        button, what = {
            "submit": ("Mở dự thảo", f"Hoàn chỉnh, trình {named}"),
            "review": (
                "Đọc, cho ý kiến",
                f"{'Thẩm định' if stage else 'Cho ý kiến'} {named} của {issuer}",
            ),
            "approve": (
                "Đọc, quyết định",
                f"{'Trả lời' if stage else 'Thông qua, ký'} {named} của {issuer}",
            ),
            "report": (
                "Báo cáo",
                f"{'Gửi' if kind == 'report' else 'Báo cáo'} {named} lên cấp trên",
            ),
            "receive": ("Tiếp nhận", f"Tiếp nhận {named} của {issuer}"),
        }[action]
    if moved:
        about.append(f"Chuyển đến đây vì {unit} không còn người đủ điều kiện.")
    return SimpleNamespace(
        what=what, about=about, url=url, button=button, due=due, strong=bool(due.tone), last=last
    )


def _named(line: Any) -> str:
    words, state, number = KINDS[line[12]], line[14], line[16]
    if state == "drafted" and not number:
        return f"dự thảo {words}"
    return f"{words} {number}" if number else f"{words} chưa có số"


def _climbed(line: Any, today: date) -> SimpleNamespace:
    """The words of a late task that was told upward."""
    at, step = line[47:49]
    where = "Báo lên cấp trên trực tiếp" if step == "superior" else "Báo lên cấp trên tiếp theo"
    return _late(line, today, f"{where}, {_told(at)}", "Xem, trả lời", own=line[40] == line[45])


def _unsaid(line: Any, today: date) -> SimpleNamespace:
    """The words of one's own late task without a reason."""
    fires = line[50]
    about = "Lý do đi cùng việc này, nơi nhận báo đọc được."
    if line[5] is not None:
        about = "Chỉ bí thư nhận báo đọc lý do này."
    elif fires is not None:
        about = f"Nên ghi trước {_told(fires)}: lý do đi cùng khi báo lên bậc sau."
    row = _late(line, today, about, "Nêu lý do", own=True, mine=line[5] is not None)
    row.url, row.strong = f"{row.url}#reason-form", True
    return row


def _told(at: Any) -> str:
    return f"{_instant(at).replace(tzinfo=UTC).astimezone(ZONE):%d/%m/%Y\N{NO-BREAK SPACE}%H:%M}"


def _late(
    line: Any, today: date, about: str, button: str, *, own: bool, mine: bool = False
) -> SimpleNamespace:
    name, due, at, escalation = line[42], _day(line[46]), line[47], line[49]
    what = "việc của mình" if mine else _late_what(line, own)
    said = {"review": "cho ý kiến", "approve": "quyết định", "receive": "tiếp nhận"}
    not_done = said.get(line[1], "báo cáo")
    words = f"Đến hết {_told(at)[:10]}, {name} chưa {not_done} {what} (hạn {due:%d/%m/%Y})."
    end = datetime.combine(due + timedelta(days=1), datetime.min.time(), ZONE).astimezone(UTC)
    return SimpleNamespace(
        what=words, about=[about], url=f"/escalations/{escalation}", button=button,
        due=_due(end.replace(tzinfo=None), today)[1], strong=False,
    )  # fmt: skip


def _late_what(line: Any, own: bool) -> str:
    kind, author, label = line[12], line[20], line[30]
    if line[5] is not None:
        return f"việc của {line[5]}" if own else "một việc của cá nhân"
    if line[11] is None:
        return f"{label[0].lower()}{label[1:]}"
    if kind == "commitment":
        return f"bản cam kết của {author}" if own else "một bản cam kết"
    return _named(line)
