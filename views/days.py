"""Days, instants and limits as they read on the screen, on the organisation's clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from models.base import db
from models.campaign import Requirement
from models.obligation import Obligation
from models.rehearsal import offset
from views.words import english, gettext, ngettext
from workflows import calendar
from workflows.prints.words import day
from workflows.refusal import N_

FAR = 15  # working days; beyond, the distance is told in weeks


def local(at: datetime) -> datetime:
    """The instant on the organisation's clock."""
    return at.astimezone(calendar.ZONE)


def local_day(at: datetime) -> date:
    return local(at).date()


def last_day(end: datetime) -> date:
    """The last good day of a limit that is kept as the instant at which that day ends (24:00)."""
    return local_day(end - timedelta(seconds=1))


def short_day(value: date | None) -> str:
    """17/03, for lists."""
    return "" if value is None else f"{value.day:02d}/{value.month:02d}"


WEEKDAYS = (
    N_("Thứ Hai"),
    N_("Thứ Ba"),
    N_("Thứ Tư"),
    N_("Thứ Năm"),
    N_("Thứ Sáu"),
    N_("Thứ Bảy"),
    N_("Chủ Nhật"),
)


def weekday(value: date) -> str:
    return gettext(WEEKDAYS[value.weekday()])


def long_day(value: date | None) -> str:
    """Thứ Ba 17/03/2026."""
    return "" if value is None else f"{weekday(value)} {day(value)}"


def instant(at: datetime | None) -> str:
    """10/03/2026 10:15, which stay on one line."""
    if at is None:
        return ""
    here = local(at)
    return f"{day(here.date())}\N{NO-BREAK SPACE}{here:%H:%M}"


def real_instant(at: datetime | None) -> str:
    """`instant` of what keeps real time (logins, orders of files, signatures of logs); a rehearsal's
    days stand around it, so there it says which it is."""
    words = instant(at)
    return gettext("%(when)s (giờ thật)", when=words) if words and offset() else words


def short_instant(at: datetime | None) -> str:
    """10/03 10:15, which stay on one line."""
    if at is None:
        return ""
    here = local(at)
    return f"{short_day(here.date())}\N{NO-BREAK SPACE}{here:%H:%M}"


def clock_words(at: datetime) -> str:
    """08:00 Thứ Hai, 06/04/2026."""
    here = local(at)
    return f"{here:%H:%M} {weekday(here.date())}, {day(here.date())}"


def iso(at: datetime | None) -> str:
    return "" if at is None else local(at).isoformat(timespec="minutes")


@dataclass(frozen=True)
class Due:
    """A limit: the date first, then how far away it is."""

    day: str
    distance: str
    tone: str  # "" | soon | late
    iso: str
    written: str = ""  # the day first written, where another one counts


def due(limit: date | datetime | None, today: date, *, year: bool = True) -> Due | None:
    """The last good day `limit` seen from `today`; None where there is no limit."""
    if limit is None:
        return None
    if isinstance(limit, datetime):
        limit = last_day(limit)
    office = calendar.WorkingCalendar.of(db.session())
    return _due(limit, today, office, year=year, english=english())


@lru_cache(10_000)
def _due(
    limit: date, today: date, office: calendar.WorkingCalendar, *, year: bool, english: bool
) -> Due:
    """`due`. Every list has many rows, and all lists of an office the same few days: each is put
    into words once, in the language in which `gettext` speaks."""
    words = long_day(limit) if year else f"{weekday(limit)} {short_day(limit)}"
    if limit < today:
        if (today - limit).days > 60:
            distance = ngettext("quá %(num)s tuần", "quá %(num)s tuần", (today - limit).days // 7)
        elif late := office.working_days_between(limit, today):
            distance = ngettext("quá %(num)s ngày làm việc", "quá %(num)s ngày làm việc", late)
        else:
            distance = gettext("đã qua hạn")
        return Due(words, distance, "late", limit.isoformat())
    if limit == today:
        return Due(words, gettext("đến hạn hôm nay"), "soon", limit.isoformat())
    left = office.working_days_between(today, limit) if (limit - today).days < 60 else FAR + 1
    if left > FAR:
        weeks = (limit - today).days // 7
        distance = ngettext("còn %(num)s tuần", "còn %(num)s tuần", weeks)
    else:
        distance = ngettext("còn %(num)s ngày làm việc", "còn %(num)s ngày làm việc", left)
    return Due(words, distance, "soon" if left <= 1 else "", limit.isoformat())


def owed_due(obligation: Obligation, today: date, *, year: bool = True) -> Due:
    """The last good day of what is owed, with the day first written where another one counts."""
    limit = due(obligation.effective_due, today, year=year)
    assert limit is not None
    return replace(limit, written=_written(obligation))


def since_written(limit: Due | None, written: date) -> Due | None:
    """A limit with the day first written, where that is another."""
    if limit is None or limit.iso == written.isoformat():
        return limit
    words = gettext("hạn ghi %(day)s (%(weekday)s)", day=day(written), weekday=weekday(written))
    return replace(limit, written=words)


def _written(obligation: Obligation) -> str:
    first = obligation.nominal_due
    if first == obligation.effective_due:
        return ""
    if obligation.extended_to is not None:
        return gettext("hạn đầu %(day)s, đã gia hạn", day=day(first))
    return gettext("hạn ghi %(day)s (%(weekday)s)", day=day(first), weekday=weekday(first))


def deadline_words(obligation: Obligation) -> str:
    """Both days of what is owed where they differ: “31/03/2012 (Thứ Bảy), tính đến 03/04/2012”."""
    first, last = obligation.nominal_due, obligation.effective_due
    if obligation.extended_to is not None:
        until = until_words(obligation.extended_to, last)
        return gettext("%(first)s, gia hạn đến %(last)s", first=day(first), last=until)
    if first != last:
        return gettext(
            "%(first)s (%(weekday)s), tính đến %(last)s",
            first=day(first),
            weekday=weekday(first),
            last=day(last),
        )
    if (obligation.requirement.due or {}).get("kind") == "before":
        return limit_words(obligation.requirement, last)
    return day(last)


def until_words(written: date, last: date) -> str:
    """Until when an extension goes: where a day off was written, it and the day that counts."""
    if written == last:
        return day(last)
    return gettext(
        "%(last)s (ghi %(written)s, %(weekday)s, là ngày nghỉ)",
        last=day(last),
        written=day(written),
        weekday=weekday(written),
    )


def limit_words(requirement: Requirement, last: date) -> str:
    """An exclusive limit shows its last good day: “chậm nhất 19/05 (trước ngày 20/5)”."""
    if (requirement.due or {}).get("kind") == "before":
        bound = last + timedelta(days=1)
        return gettext(
            "chậm nhất %(last)s (trước ngày %(bound)s)",
            last=short_day(last),
            bound=f"{bound.day}/{bound.month}",
        )
    return gettext("hạn %(last)s", last=short_day(last))
