"""*Việc cần làm*: everybody's first page, one list of what waits for him, by when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

import clock
from models.queries.lines import Line
from models.queries.told import climbed_to
from views import gathering, late, listed, present, tasks
from views.addresses import address
from views.forms import whole
from views.frame import held_posts
from views.inspector.signing_desk import signature_rows
from views.loaders import viewer, visible_ids
from views.on_paper import waiting_rows
from views.policy import policy
from views.words import gettext, ngettext
from workflows.desk import TABS, tasks_and_counts
from workflows.ladder import HEARERS, reasons
from workflows.owed import secretarial

blueprint = Blueprint("desk", __name__)

MOST_ESCALATED, MOST_UNSAID = 20, 3


@blueprint.get("/")
@policy("signed_in")
def index() -> str | Response:
    person, now = viewer(), clock.now()
    today = present.local_day(now)
    tab = request.args.get("tab", "mine")
    tab = tab if tab in TABS else "mine"
    page, numbers = tasks_and_counts(person, now, tab, _after(request.args.get("after", "")))
    seen = visible_ids(t.document.id for t in page.tasks if t.document) if tab == "unit" else None
    rows = [(task, _row(task, tab, today, seen)) for task in page.tasks]
    if tab in ("mine", "delegated"):
        rows = gathering.together(rows, now, anew="after" not in request.args)
        rows = listed.together(rows)
    groups = [("", [row for _, row in rows])] if tab == "done" else _groups(rows, today)
    week = len(groups[1][1]) if tab == "mine" else 0
    return render_template(
        "desk/index.html",
        today=today,
        tab=tab,
        tabs=_tabs(tab, numbers),
        groups=[(title, items) for title, items in groups if items],
        summary=_summary(numbers, week) if tab == "mine" else "",
        minutes=gathering.minutes_rows(person, now) if tab == "mine" else [],
        signatures=signature_rows(person, now) if tab == "mine" else [],
        unexplained=waiting_rows(person) if tab == "mine" else [],
        unsaid=_unsaid(today) if tab in ("mine", "overdue") else [],
        escalated=escalated(today) if tab in ("mine", "overdue") else [],
        next_url=url_for("desk.index", tab=tab, after=_token(page.after)) if page.after else None,
        first_url=url_for("desk.index", tab=tab) if request.args.get("after") else "",
        nothing=_nothing(tab),
        administrator=getattr(current_user, "is_administrator", False),
    )


def _row(task: Line, tab: str, today: date, seen: set[int] | None) -> tasks.Row:
    if tab == "done":
        return tasks.done_row(task, today)
    hidden = seen is not None and task.document is not None and task.document.id not in seen
    return tasks.row(task, today, hidden)


def _groups(rows: list[tuple[Line, tasks.Row]], today: date) -> list[tuple[str, list[tasks.Row]]]:
    week_end = today + timedelta(days=6 - today.weekday())
    late, week, later = [], [], []
    for task, row in rows:
        limit = present.last_day(task.due_at) if task.due_at else None
        if row.due is not None and row.due.tone == "late":
            late.append(row)
        elif limit is not None and limit <= week_end:
            week.append(row)
        else:
            later.append(row)
    return [
        (gettext("Quá hạn"), late),
        (gettext("Tuần này"), week),
        (gettext("Sau đó"), later),
    ]


def _tabs(tab: str, numbers: dict[str, int]) -> list[dict[str, object]]:
    words = {
        "mine": gettext("Của tôi"),
        "unit": gettext("Của đơn vị"),
        "delegated": gettext("Ủy quyền"),
        "overdue": gettext("Quá hạn"),
        "done": gettext("Đã xong"),
    }
    return [
        {
            "url": address("desk.index") if name == "mine" else address("desk.index", tab=name),
            "words": words[name],
            "current": name == tab,
            "count": numbers.get(name, 0),
            "late": name == "overdue",
        }
        for name in TABS
    ]


def _summary(numbers: dict[str, int], week: int) -> str:
    late = numbers.get("overdue", 0)
    parts = []
    if late:
        parts.append(
            ngettext("%(n)s việc quá hạn", "%(n)s việc quá hạn", late, n=present.bounded(late))
        )
    if week:
        parts.append(
            ngettext("%(num)s việc đến hạn trong tuần", "%(num)s việc đến hạn trong tuần", week)
        )
    return gettext("Có %(what)s.", what=", ".join(parts)) if parts else ""


def _nothing(tab: str) -> tuple[str, str]:
    return {
        "mine": (gettext("Không còn việc nào đang chờ."), gettext("Việc mới đến sẽ hiện ở đây.")),
        "unit": (gettext("Đơn vị không có việc nào đang chờ."), ""),
        "delegated": (
            gettext("Không có việc nào được ủy quyền."),
            gettext("Khi được ủy quyền một chức vụ, việc của chức vụ đó hiện ở đây."),
        ),
        "overdue": (gettext("Không có việc nào quá hạn."), ""),
        "done": (gettext("Chưa có việc nào đã xong."), ""),
    }[tab]


def escalated(today: date) -> list[tasks.Row]:
    """Late work of those below that climbed to a body in which the viewer leads."""
    hearing = [post.unit for post in held_posts(viewer()) if post.role in HEARERS]
    units = {ident for unit in hearing for ident in (unit.id, unit.attached_to_id) if ident}
    if not units:
        return []
    close = secretarial(viewer(), clock.now())
    return [
        late.climbed_row(row, today, close)
        for row in climbed_to(units, MOST_ESCALATED)
        if row.line.person is None or row.to_unit_id in close
    ]


def _unsaid(today: date) -> list[tasks.Row]:
    """The viewer's own late work, and that of bodies he speaks for, still without a reason."""
    found = reasons.unsaid(viewer(), clock.now(), MOST_UNSAID + 1)
    close = secretarial(viewer(), clock.now())
    return [late.unexplained_row(row, today, close) for row in found]


def _token(after: tuple[datetime, int]) -> str:
    at, ident = after
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S%f}-{ident}"


def _after(token: str) -> tuple[datetime, int] | None:
    """The place a page continues from; what is no such place begins at the front."""
    at, _, last = token.partition("-")
    ident = whole(last)
    if ident is None:
        return None
    try:
        return datetime.strptime(at, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC), ident
    except ValueError:
        return None
