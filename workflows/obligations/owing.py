"""Who owes what: one obligation for a requirement, a unit (or one person in it) and its due days."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign, Requirement
from models.obligation import Obligation
from models.person import Person
from models.unit import Level, Unit, in_force_on
from workflows import tasks
from workflows.calendar import WorkingCalendar, local_day
from workflows.scope import below

AFTER_EVENT = "working_days_after"  # such a due rule opens with its event, not with the campaign


def open_campaign(campaign: Campaign, now: datetime) -> list[Obligation]:
    """Create every fixed-date obligation of a campaign, at every level at once, with its task.

    Running it again opens only what is missing. Returns the obligations created.
    """
    if campaign.opened_at is None:
        campaign.opened_at = now
    created = []
    for requirement in campaign.requirements:
        if requirement.due.get("kind") == AFTER_EVENT:
            continue
        for unit in owing_units(campaign, requirement, now):
            obligation = owe(requirement, unit, None, since=local_day(now), now=now)
            if obligation is not None:
                created.append(obligation)
    return created


def owing_units(campaign: Campaign, requirement: Requirement, now: datetime) -> list[Unit]:
    """The units at or below the campaign's whose level owes this requirement today."""
    reach = below({campaign.unit_id}, now)
    day = local_day(now)
    return list(
        db.session.scalars(
            sa.select(Unit)
            .join(Level, Unit.level_id == Level.id)
            .where(
                Unit.id.in_(reach),
                Unit.attached_to_id.is_(None),
                Level.code.in_(requirement.levels),
                in_force_on(Unit, day),
            )
            .order_by(Unit.id)
        )
    )


def owe(
    requirement: Requirement, unit: Unit, person: Person | None, *, since: date, now: datetime
) -> Obligation | None:
    """One obligation with its task; None when it exists already."""
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
        state="open",
        created_at=now,
    )
    db.session.add(obligation)
    db.session.flush()
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
