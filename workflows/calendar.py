"""Days as the organisation counts them: its zone, its working days, and what "trước ngày" means.

Instants are aware UTC; days are `date` in `ZONE`. A day ends at 24:00, which is 00:00 of the next.
"""

from __future__ import annotations

import calendar as _months
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import holidays
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import already_told, once
from models.day_off import CalendarDay
from workflows.refusal import N_, Reason, Refused
from workflows.text import parse_date

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ONE_DAY = timedelta(days=1)
RINGS_AT = time(7)  # rungs fire at 07:00 of a working day

# Nghị quyết 28/2026/QH16: Ngày Văn hóa Việt Nam, in force from 01/07/2026.
CULTURE_DAY = (11, 24)
CULTURE_DAY_SINCE = 2026

AROUND = 15  # "dịp 19/5" opens so many days before
EARLY = 10  # "đầu tháng" ends on the tenth


def use_zone(name: str) -> None:
    """Set the organisation's zone at start. Read it as `calendar.ZONE`, never by `from … import
    ZONE`."""
    global ZONE
    ZONE = ZoneInfo(name)


def local_day(instant: datetime) -> date:
    """The organisation's day on which an aware instant falls."""
    return instant.astimezone(ZONE).date()


def start_of_day(day: date) -> datetime:
    """00:00 local of that day, as aware UTC."""
    return datetime.combine(day, time(0), ZONE).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """24:00 local of that day, as aware UTC: the first instant that is too late."""
    return start_of_day(day + ONE_DAY)


def at_seven(day: date) -> datetime:
    """07:00 local of that day, as aware UTC."""
    return datetime.combine(day, RINGS_AT, ZONE).astimezone(UTC)


def _number(part: str, times: int) -> sa.ColumnElement[int]:
    return sa.cast(sa.extract(part, CalendarDay.day), sa.Integer) * times


# All exceptions as one value, for a statement that brings them along: "20260502,-20260504", a day
# off with a minus.
_DAY = _number("year", 10_000) + _number("month", 100) + _number("day", 1)
_SIGNED = sa.cast(sa.case((CalendarDay.working, _DAY), else_=-_DAY), sa.Text)
EXCEPTIONS = sa.select(sa.func.aggregate_strings(_SIGNED, ",")).scalar_subquery()
_ASKED = sa.select(EXCEPTIONS)


class WorkingCalendar:
    """Working days: Monday to Friday without public holidays, and the office's own exceptions on
    top."""

    def __init__(self, exceptions: Mapping[date, bool] | None = None):
        """`exceptions`: day → worked or not; wins over everything else."""
        self.exceptions = dict(exceptions or {})
        self._counted: dict[
            tuple[date, int], date
        ] = {}  # a sweep asks the same few again and again

    @classmethod
    def of(cls, session: Session) -> WorkingCalendar:
        """The calendar with the rows of `calendar_day`; asked once in a read snapshot."""

        return once(session, cls, lambda: _of(session.execute(_ASKED).scalar_one() or ""))

    def is_working_day(self, day: date) -> bool:
        known = self.exceptions.get(day)
        return _worked_by_law(day) if known is None else known

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day` (before it when n < 0); `day` itself when n is 0."""
        if (known := self._counted.get((day, n))) is not None:
            return known
        step, found = ONE_DAY if n > 0 else -ONE_DAY, day
        for _ in range(abs(n)):
            found += step
            while not self.is_working_day(found):
                found += step
        self._counted[day, n] = found
        return found

    def working_days_between(self, a: date, b: date) -> int:
        """How many working days lie after `a` up to `b` inclusive; negative when b is before a."""
        if b < a:
            return -self.working_days_between(b, a)
        worked = _worked_until(b) - _worked_until(a)
        worked += sum(_worked_in(year)[-1] for year in range(a.year, b.year))
        for day, works in self.exceptions.items():
            if a < day <= b:
                worked += works - _worked_by_law(day)
        return worked

    def roll_forward(self, day: date) -> date:
        """`day` itself, or the next working day when it is a day off."""
        return day if self.is_working_day(day) else self.add_working_days(day, 1)

    def effective_due(
        self, spec: Mapping[str, Any], *, roll: bool, since: date | None = None
    ) -> Due:
        """The last good day of a requirement; see the function `effective_due`."""
        nominal, rolls = _nominal(spec, since, self)
        return Due(nominal, self.roll_forward(nominal) if roll and rolls else nominal)


def told(session: Session, exceptions: str | None) -> None:
    """What a statement brought along as `EXCEPTIONS`; None of an empty table."""
    already_told(session, WorkingCalendar, _of(exceptions or ""))


@lru_cache(16)  # so that the same days are the same calendar, and what was counted by it is kept
def _of(exceptions: str) -> WorkingCalendar:
    signed = [int(part) for part in exceptions.split(",") if part]
    return WorkingCalendar({date.fromisoformat(str(abs(day))): day > 0 for day in signed})


class Due(NamedTuple):
    """The last good day as written, and as it counts once days off are rolled over. Both
    inclusive."""

    nominal: date
    effective: date


PUBLIC = WorkingCalendar()


def is_working_day(day: date, calendar: WorkingCalendar = PUBLIC) -> bool:
    return calendar.is_working_day(day)


def add_working_days(day: date, n: int, calendar: WorkingCalendar = PUBLIC) -> date:
    return calendar.add_working_days(day, n)


def working_days_between(a: date, b: date, calendar: WorkingCalendar = PUBLIC) -> int:
    return calendar.working_days_between(a, b)


def effective_due(
    spec: Mapping[str, Any],
    *,
    roll: bool,
    since: date | None = None,
    calendar: WorkingCalendar = PUBLIC,
) -> Due:
    """The last good day of a requirement, as written and as it counts (domain, section 4).

    `spec` is {"kind": …, "date": "2026-03-31", …}; the date may be any day of the month, quarter or
    year meant. `roll` is the campaign's switch. `since` is the day from which `working_days_after`
    counts. Raises Refused (FORM) for a spec that cannot be read.

    before             the day before `date`; never rolls, the superior needs the day to consolidate
    date               `date` itself
    by_end_of_month    last day of the month
    quarter            last day of the quarter, or `days` working days after it
    year_end           31/12
    early_month        the tenth
    around             `date` itself, open from 15 days before; does not roll
    working_days_after `days` working days after `since`
    """
    return calendar.effective_due(spec, roll=roll, since=since)


def opens_on(spec: Mapping[str, Any]) -> date | None:
    """The first day on which it makes sense to deliver, where the kind of deadline names one."""
    kind = spec.get("kind")
    if kind == "around":
        return _day(spec) - timedelta(days=AROUND)
    if kind == "early_month":
        return _day(spec).replace(day=1)
    return None


def end_of_month(day: date) -> date:
    return day.replace(day=_months.monthrange(day.year, day.month)[1])


def end_of_quarter(day: date) -> date:
    return end_of_month(day.replace(day=1, month=(day.month - 1) // 3 * 3 + 3))


def _nominal(
    spec: Mapping[str, Any], since: date | None, calendar: WorkingCalendar
) -> tuple[date, bool]:
    """The nominal last day, and whether this kind rolls over days off."""
    match spec.get("kind"):
        case "before":
            return _day(spec) - ONE_DAY, False
        case "around":
            return _day(spec), False
        case "date" | "fixed" | "fixed_date" | "on":
            return _day(spec), True
        case "by_end_of_month":
            return end_of_month(_day(spec)), True
        case "early_month":
            return _day(spec).replace(day=EARLY), True
        case "year_end":
            return _day(spec).replace(month=12, day=31), True
        case "quarter":
            end = end_of_quarter(_day(spec))
            # Counted in working days it ends on one, so there is nothing to roll.
            return calendar.add_working_days(end, _days(spec, default=0)), True
        case "working_days_after":
            start = since or _day(spec)
            return calendar.add_working_days(start, _days(spec)), True
        case other:
            raise _unreadable(N_("Kiểu thời hạn “%(given)s” chưa có trong danh mục."), other)


def _day(spec: Mapping[str, Any]) -> date:
    """The day a spec names: `date`, or a `month` ("2026-03"), or a `year` with a `quarter`
    (1…4)."""
    if "date" in spec:
        return parse_date(spec["date"], place="due.date")
    if "month" in spec:
        return parse_date(f"{spec['month']}-01", place="due.month")
    if "year" in spec:
        quarter = spec.get("quarter", 4)
        if isinstance(quarter, bool) or quarter not in (1, 2, 3, 4):
            raise _unreadable(N_("Thời hạn ghi quý “%(given)s”. Quý là số từ 1 đến 4."), quarter)
        return parse_date(f"{spec['year']}-{quarter * 3}-01", place="due.year")
    raise _unreadable(N_("Thời hạn kiểu “%(given)s” chưa ghi ngày."), spec.get("kind"))


def _days(spec: Mapping[str, Any], default: int | None = None) -> int:
    days = spec.get("days", default)
    if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= 366:
        raise _unreadable(
            N_("Thời hạn kiểu “%(given)s” chưa ghi số ngày làm việc (0–366)."), spec.get("kind")
        )
    return days


def _unreadable(text: str, given: object) -> Refused:
    return Refused(Reason("FORM", text, {"given": str(given)[:40]}, place="due"))


@cache
def _law(year: int) -> holidays.HolidayBase:
    """Public holidays of one year, with the days moved by decree. Future lunar years are
    estimates."""
    return holidays.country_holidays("VN", years=year)


@cache
def _worked_in(year: int) -> tuple[int, ...]:
    """How many days of a year are worked by law, up to each of its days; 0 before the first."""
    first = date(year, 1, 1)
    days = (
        date.fromordinal(n) for n in range(first.toordinal(), date(year, 12, 31).toordinal() + 1)
    )
    return (0, *accumulate(int(_worked_by_law(day)) for day in days))


def _worked_until(day: date) -> int:
    """How many days of its year are worked by law, up to this one."""
    return _worked_in(day.year)[day.toordinal() - date(day.year, 1, 1).toordinal() + 1]


@lru_cache(maxsize=4096)
def _worked_by_law(day: date) -> bool:
    if (day.month, day.day) == CULTURE_DAY and day.year >= CULTURE_DAY_SINCE:
        return False
    return bool(_law(day.year).is_working_day(day))
