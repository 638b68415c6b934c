"""What is counted from a unit's plan: it is owed from the day on which that plan came into force, and
by whoever joins later from the day he joins."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign, Requirement
from models.document import Document, in_force
from models.obligation import Obligation
from models.person import Membership, Person
from models.unit import Unit, in_force_on
from workflows.calendar import local_day, start_of_day
from workflows.obligations.basis_arrived import give_time
from workflows.obligations.elsewhere import owed_elsewhere
from workflows.obligations.owing import AFTER_EVENT, owe, owed_by
from workflows.obligations.reach import STANDINGS, WITH_NON_MEMBERS, Place, asks, heads


def follow_plan(plan: Document, now: datetime) -> list[Obligation]:
    """A unit's plan came into force: what is counted from it is owed now (O-COMMIT), by the unit or
    by each of its persons whom the requirement asks. Exempt members owe nothing. Who waited for this
    plan as his basis has time from now on, where the campaign promises it."""
    give_time(plan, now)
    since = local_day(now)
    if plan.recorded and plan.dated_on is not None:
        since = min(plan.dated_on, since)  # the plan has counted since its printed date
    created = []
    for requirement in plan.campaign.requirements:
        if not after_plan(requirement) or not asked_of(requirement, plan.unit):
            continue
        for person in _not_elsewhere(requirement, plan.unit, local_day(now)):
            obligation = owe(requirement, plan.unit, person, since=since, now=now)
            if obligation is not None:
                created.append(obligation)
    return created


def after_plan(requirement: Requirement) -> bool:
    """Whether it is counted from the unit's plan, and still asked for."""
    due = requirement.due
    return (
        due.get("kind") == AFTER_EVENT
        and due.get("event") == "plan"
        and requirement.ended_at is None
    )


def plan_in_force(unit: Unit, campaign: Campaign) -> bool:
    """Whether the event has happened from which members' commitments count."""
    return bool(
        db.session.scalar(
            sa.select(
                sa.exists().where(
                    Document.kind == "plan",
                    Document.unit_id == unit.id,
                    Document.campaign_id == campaign.id,
                    in_force(),
                )
            )
        )
    )


def asked_of(requirement: Requirement, unit: Unit) -> bool:
    """Whether a requirement is asked of this unit, or of those in it."""
    place = Place(unit.id, unit.code, unit.level.code)
    return asks(requirement, place, requirement.campaign.pilots)


def _not_elsewhere(requirement: Requirement, unit: Unit, day: date) -> list[Person | None]:
    """Who owes it in this unit today, and has neither owed nor done it in another."""
    owing = _owing(requirement, unit, day)
    known = owed_elsewhere(requirement.id, [person.id for person in owing if person is not None])
    there = {person for person, at in known if at != unit.id}
    return [person for person in owing if person is None or person.id not in there]


def _owing(requirement: Requirement, unit: Unit, day: date) -> list[Person | None]:
    """Who owes it in this unit today: the unit itself (None), or persons."""
    by = owed_by(requirement)
    if by == "unit":
        return [None]
    if by == WITH_NON_MEMBERS:
        return [None] if heads([unit.id], start_of_day(day))[unit.id, "non_member"] else []
    return list(
        db.session.scalars(
            sa.select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.unit_id == unit.id,
                Membership.standing.in_(STANDINGS[by]),
                Membership.exempt.is_(False),
                in_force_on(Membership, day),
            )
            .order_by(Membership.id)
        ).unique()
    )
