"""Whose day a paper waits for: while its issuer has it, the last good day of what it answers counts
beside the days that a state is given (docs/decisions/0032)."""

from __future__ import annotations

from datetime import date

from models.document import CLOSED, Document
from models.obligation import Obligation
from workflows.calendar import WorkingCalendar
from workflows.definition import state_of


def answers(document: Document) -> Obligation | None:
    """What is still owed and waits for this paper's first report; None at a later stage, once it is
    met or waived, and of an amendment while what it amends is there to answer."""
    owed = document.obligation
    if document.stage > 0 or owed is None or owed.state != "open":
        return None
    return owed if by_itself(document) else None


def last_day(
    document: Document, person_id: int | None, calendar: WorkingCalendar, today: date
) -> tuple[date, Obligation | None]:
    """The last good day of what a paper waits for, as its state begins `today`; and what is owed,
    where that is its day. `person_id`: the only one who can do it, None: a body.

    A draft waits until the day of what it answers; any other step until the earlier of that and the
    state's own days, also where it has passed: what is late stays late. What a person owes is not his
    lateness while his cell has it: there the cell's own days count, and his day only while it is
    still to come.
    """
    state = state_of(document)
    own = calendar.add_working_days(today, state.within or 1)
    owed = answers(document)
    if owed is None:
        return own, None
    day = owed.effective_due
    if owed.person_id != person_id:
        return (day if today <= day < own else own), None
    if state.expects == "submit" or day <= own:
        return day, owed
    return own, None


def by_itself(document: Document) -> bool:
    """Whether no other paper is there to answer what this one would: it amends none that lives."""
    return document.amends is None or document.amends.state in CLOSED
