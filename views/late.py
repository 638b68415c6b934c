"""What is late, in one wording wherever it stands: on a desk, in the list of what climbed, on the page
of a rung."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from models.kinds import PERSONAL
from models.queries.told import Told
from views import present, tasks
from views.addresses import numbered
from views.names import someones_own, within
from views.words import gettext


def not_done(action: str, *, unit: str, what: str, told: datetime, due: date) -> str:
    """“Đến hết 03/04/2026, Chi bộ Dự phòng chưa báo cáo kế hoạch (hạn 31/03/2026).” (domain
    §00.6). `what` as it stands within a sentence."""
    words = {
        "review": gettext("Đến hết %(day)s, %(unit)s chưa cho ý kiến %(what)s (hạn %(due)s)."),
        "approve": gettext("Đến hết %(day)s, %(unit)s chưa quyết định %(what)s (hạn %(due)s)."),
        "receive": gettext("Đến hết %(day)s, %(unit)s chưa tiếp nhận %(what)s (hạn %(due)s)."),
        "meet": gettext("Đến hết %(day)s, %(unit)s chưa đưa %(what)s ra cuộc họp (hạn %(due)s)."),
        "confirm": gettext("Đến hết %(day)s, %(unit)s chưa xác nhận %(what)s (hạn %(due)s)."),
    }.get(action, gettext("Đến hết %(day)s, %(unit)s chưa báo cáo %(what)s (hạn %(due)s)."))
    return present.fill(
        words,
        {
            "day": present.day(present.local_day(told)),
            "unit": unit,
            "what": what,
            "due": present.day(due),
        },
    )


def step_words(step: str) -> str:
    """Which rung it is, by who hears."""
    return {
        "secretary": gettext("Đôn đốc lần 1"),
        "superior": gettext("Báo lên cấp trên trực tiếp"),
        "next_superior": gettext("Báo lên cấp trên tiếp theo"),
        "standing_list": gettext("Đưa vào danh sách đơn vị chậm"),
    }.get(step, gettext("Nhắc việc"))


def climbed_row(told: Told, today: date, close: Collection[int]) -> tasks.Row:
    """What climbed here, from whom, since when; its page is where it is answered. A person is named
    within his own body alone, to those who lead it (`close`: the bodies that the viewer leads)."""
    about = f"{step_words(told.step)}, {present.instant(told.at)}"
    own = told.from_unit.id == told.to_unit_id and told.to_unit_id in close
    return _row(told, today, _what(told, own=own), about, gettext("Xem, trả lời"))


def unexplained_row(told: Told, today: date, close: Collection[int]) -> tasks.Row:
    """One's own late work, or one's body's, of which nobody has said why; with when it is best said.
    `close` as for `climbed_row`."""
    line = told.line
    own = told.from_unit.id in close
    what = gettext("việc của mình") if line.person is not None else _what(told, own=own)
    made = _row(told, today, what, _asked(told), gettext("Nêu lý do"))
    return replace(made, url=f"{made.url}#reason-form", strong=True)


def _asked(told: Told) -> str:
    if told.line.person is not None:
        return gettext("Chỉ bí thư nhận báo đọc lý do này.")
    if told.fires_at is None:
        return gettext("Lý do đi cùng việc này, nơi nhận báo đọc được.")
    when = present.instant(told.fires_at)
    return gettext("Nên ghi trước %(when)s: lý do đi cùng khi báo lên bậc sau.", when=when)


def _row(told: Told, today: date, what: str, about: str, button: str) -> tasks.Row:
    words = not_done(
        "report" if told.owed_vi is not None else told.line.action,
        unit=tasks.unit_name(told.from_unit),
        what=what,
        told=told.at,
        due=told.effective_due,
    )
    url = numbered("escalations.page", "escalation_id", told.escalation_id)
    due = present.due(told.effective_due, today, year=False)
    return tasks.Row(words, [about], url, button, due, False)


def _what(told: Told, *, own: bool) -> str:
    """The late thing; `own`: told within the body that is late. Above it nobody is named."""
    line = told.line
    if line.person is not None:
        if own:
            return gettext("việc của %(name)s", name=line.person)
        return gettext("một việc của cá nhân")
    if told.owed_vi is not None:
        return within((told.owed_en if present.english() else told.owed_vi) or told.owed_vi)
    if (paper := line.document) is not None:
        if paper.kind in PERSONAL and not own:
            return someones_own(paper.kind)
        return within(tasks.paper_name(paper))
    assert line.obligation is not None
    return within(tasks.owed_name(line.obligation))
