"""How long an inspection lasts: working days from the receipt of the self report (02-HD/UBKTTW)."""

from __future__ import annotations

from datetime import date

from models.inspection import Inspection
from workflows.calendar import WorkingCalendar

BASE_DAYS = 20  # for a commission of the base level; others propose their own
LONGEST = 120


def most(limit_days: int) -> int:
    """How many working days of extension a limit allows in all: a third of it, rounded down."""
    return limit_days // 3


def last_day(inspection: Inspection, calendar: WorkingCalendar) -> date | None:
    """The last good day by limit and extensions, in the organisation's zone; None before the self
    report has come."""
    if inspection.received_on is None:
        return None
    days = inspection.limit_days + inspection.extended_days
    return calendar.add_working_days(inspection.received_on, days)


def due(inspection: Inspection, state: str, proposed: date, today: date) -> date:
    """By when the next act is expected: `proposed` by the definition, but the opening by the opening
    day, and whatever the limit covers by the limit. Never before `today`."""
    if state == "planned":
        return max(inspection.opens_on, today)
    if inspection.limit_on is None or inspection.ended_at is not None:
        return proposed
    if state in ("verifying", "draft_conclusion"):
        return max(inspection.limit_on, today)
    return max(min(proposed, inspection.limit_on), today)
