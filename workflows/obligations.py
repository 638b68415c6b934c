"""What is owed: obligations opened by a campaign, met by the first report of the issuing stage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign, Requirement
from models.document import Document
from models.obligation import Obligation
from models.person import Membership, Person
from models.unit import Level, Unit, in_force_on
from workflows import tasks
from workflows.calendar import WorkingCalendar, local_day, start_of_day
from workflows.scope import below

AFTER_EVENT = "working_days_after"  # such a due rule opens with its event, not with the campaign
MIDDAY = timedelta(hours=12)  # the hour written for what is known by its day only
CLOSED = ("withdrawn", "superseded", "revoked", "archived")


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


def follow_plan(plan: Document, now: datetime) -> list[Obligation]:
    """A cell's plan came into force: its members now owe what is counted from it (O-COMMIT).

    Exempt members owe nothing; non-members owe on their own track, which the requirement's variant
    names.
    """
    created = []
    since = local_day(now)
    if plan.recorded and plan.dated_on is not None:
        since = min(plan.dated_on, since)  # the plan has counted since its printed date
    for requirement in plan.campaign.requirements:
        if requirement.due.get("kind") != AFTER_EVENT or requirement.due.get("event") != "plan":
            continue
        if plan.unit.level.code not in requirement.levels:
            continue
        for membership in _owing_members(plan.unit, local_day(now)):
            obligation = owe(requirement, plan.unit, membership.person, since=since, now=now)
            if obligation is not None:
                created.append(obligation)
                _adopt(obligation, plan, now)
    return created


def _adopt(obligation: Obligation, plan: Document, now: datetime) -> None:
    """A commitment held here since before the plan (R02) is the answer to what its author now owes."""
    held = db.session.scalar(
        sa.select(Document)
        .where(
            Document.kind == "commitment",
            Document.unit_id == obligation.unit_id,
            Document.campaign_id == plan.campaign_id,
            Document.author_id == obligation.person_id,
            Document.obligation_id.is_(None),
            Document.state.not_in(CLOSED),
        )
        .order_by(Document.id)
        .limit(1)
    )
    if held is not None:
        held.obligation = obligation
        tasks.close_for_obligation(obligation, by=None, now=now)


def _owing_members(unit: Unit, day: date) -> Iterable[Membership]:
    return db.session.scalars(
        sa.select(Membership)
        .where(
            Membership.unit_id == unit.id,
            Membership.standing.in_(("full", "probationary")),
            Membership.exempt.is_(False),
            in_force_on(Membership, day),
        )
        .order_by(Membership.id)
    )


def fulfil(document: Document, now: datetime, on: date | None = None) -> None:
    """The first report of the issuing stage meets the obligation, in time or late: at `now`, or on
    the day `on` for what went up on paper."""
    obligation = document.obligation
    if obligation is None or obligation.state != "open":
        return
    at = now if on is None else min(now, start_of_day(on) + MIDDAY)
    late = local_day(at) > obligation.effective_due
    obligation.state = "fulfilled_late" if late else "fulfilled"
    obligation.fulfilled_at = at
    tasks.close_for_obligation(obligation, by=None, now=now)


def begin(document: Document, *, by: Person, now: datetime) -> None:
    """A document for the obligation exists: the task to begin it is done."""
    if document.obligation is not None:
        tasks.close_for_obligation(document.obligation, by=by, now=now)


def reopen(document: Document, now: datetime) -> None:
    """The document was withdrawn or revoked: what is owed waits for somebody again, unless another
    document answers it (the one that this amends, or that amends this)."""
    obligation = document.obligation
    if obligation is None or obligation.state != "open":
        return
    if live_document(obligation) is None:
        tasks.open_obligation(obligation, now)


def live_document(obligation: Obligation) -> Document | None:
    """The document that answers an obligation, unless it was withdrawn or is over."""
    return db.session.scalar(
        sa.select(Document)
        .where(Document.obligation_id == obligation.id, Document.state.not_in(CLOSED))
        .order_by(Document.id.desc())
        .limit(1)
    )


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
