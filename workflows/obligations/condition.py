"""Where an obligation stands today: what is stored of it, and the conditions that only the day
makes (domain §3.4)."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from models.obligation import Obligation
from workflows.calendar import WorkingCalendar

SOON = 5  # working days
CONDITIONS = ("open", "due_soon", "overdue", "fulfilled", "fulfilled_late", "waived")


def soon_until(today: date, calendar: WorkingCalendar) -> date:
    """The latest last good day that is “due soon” on `today`."""
    return calendar.add_working_days(today, SOON)


def condition(obligation: Obligation, today: date, soon: date) -> str:
    """One of CONDITIONS. `today` is the organisation's day, `soon` what `soon_until` says of it."""
    if obligation.state != "open":
        return obligation.state
    if obligation.effective_due < today:
        return "overdue"
    return "due_soon" if obligation.effective_due <= soon else "open"


def in_condition(name: str, today: date, soon: date) -> sa.ColumnElement[bool]:
    """SQL condition on Obligation: it is in this condition; "open" takes in what is due soon or
    overdue, as the stored state does."""
    open_ = Obligation.state == "open"
    if name == "overdue":
        return sa.and_(open_, Obligation.effective_due < today)
    if name == "due_soon":
        return sa.and_(open_, Obligation.effective_due.between(today, soon))
    return Obligation.state == name
