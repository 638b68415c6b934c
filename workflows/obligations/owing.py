"""Who owes what: one obligation for a requirement, a unit (or one person in it) and its due days."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from models.base import db
from models.campaign import Requirement
from models.kinds import PERSONAL
from models.obligation import Obligation
from models.person import Person
from models.unit import Unit
from workflows import tasks
from workflows.calendar import WorkingCalendar
from workflows.obligations.answering import answered

AFTER_EVENT = "working_days_after"  # such a due rule opens with its event, not with the campaign


def owed_by(requirement: Requirement) -> str:
    """Who owes it: "unit", "unit_with_non_members" (R05), or a "member" or "non_member" of it; a
    commitment always a person."""
    if requirement.kind in PERSONAL and requirement.owes == "unit":
        return "member"
    return requirement.owes


def owe(
    requirement: Requirement, unit: Unit, person: Person | None, *, since: date, now: datetime
) -> Obligation | None:
    """One obligation, with its task unless a paper answers it already; None when it exists."""
    known = db.session.scalar(
        sa.select(Obligation.id).where(
            Obligation.requirement_id == requirement.id,
            Obligation.unit_id == unit.id,
            Obligation.person_id.is_(None) if person is None else Obligation.person_id == person.id,
        )
    )
    if known is not None:
        return None
    due = WorkingCalendar.of(db.session()).effective_due(
        requirement.due, roll=requirement.campaign.roll_days_off, since=since
    )
    obligation = Obligation(
        requirement=requirement,
        unit=unit,
        person=person,
        nominal_due=due.nominal,
        effective_due=due.effective,
        counted_from=since if requirement.due.get("kind") == AFTER_EVENT else None,
        state="open",
        created_at=now,
    )
    db.session.add(obligation)
    db.session.flush()
    if not answered(obligation, now):
        tasks.open_obligation(obligation, now)
    return obligation


def open_obligation_of(
    requirement: Requirement, unit: Unit, person: Person | None
) -> Obligation | None:
    """The obligation of a unit (or person) for a requirement, in whatever state."""
    return db.session.scalar(
        sa.select(Obligation).where(
            Obligation.requirement_id == requirement.id,
            Obligation.unit_id == unit.id,
            Obligation.person_id.is_(None) if person is None else Obligation.person_id == person.id,
        )
    )
