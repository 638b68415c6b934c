"""Who comes to a unit while a campaign runs owes what is still to come there, from the day he came;
what he owed elsewhere follows him, and is never owed twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign, Requirement
from models.obligation import Obligation
from models.person import Membership, Person
from models.unit import ReportingLine, Unit, in_force_on
from workflows.calendar import WorkingCalendar, local_day
from workflows.obligations.members import after_plan, asked_of, plan_in_force
from workflows.obligations.owing import owe, owed_by
from workflows.obligations.putting_down import put_down, take_up, was_put_down
from workflows.obligations.reach import STANDINGS, WITH_NON_MEMBERS, by_unit
from workflows.scope import above

EXEMPT = "Miễn công tác, sinh hoạt"  # the decision that stands with the person


def join(
    person: Person, unit: Unit, *, since: date, actor: Person | None, now: datetime
) -> list[Obligation]:
    """What this person owes in this unit from `since` on: n working days from then where it counts
    from the plan (which must be in force), and fixed days still to come. Nothing for who is exempt,
    or does not belong there today. In the caller's transaction."""
    today = local_day(now)
    membership = db.session.scalar(
        sa.select(Membership)
        .where(
            Membership.person_id == person.id,
            Membership.unit_id == unit.id,
            Membership.exempt.is_(False),
            in_force_on(Membership, today),
        )
        .limit(1)
    )
    if membership is None:
        return []
    created = []
    for requirement in _asked_here(unit, now):
        by = owed_by(requirement)
        if by == WITH_NON_MEMBERS and membership.standing == "non_member":
            created += _first_of_them(requirement, unit, now)
        if by_unit(by) or membership.standing not in STANDINGS[by]:
            continue
        if after_plan(requirement) and not plan_in_force(unit, requirement.campaign):
            continue
        start = _from(requirement.campaign, since, today)
        if not _still_to_come(requirement, start):
            continue
        known = _known(requirement, person)
        if known is None or (known.unit_id != unit.id and was_put_down(known)):
            obligation = owe(requirement, unit, person, since=start, now=now)
            created += [obligation] if obligation is not None else []
        elif was_put_down(known):
            created.append(take_up(known, since=start, actor=actor, now=now))
    return created


def _first_of_them(requirement: Requirement, unit: Unit, now: datetime) -> list[Obligation]:
    """With its first non-member a unit owes what units with non-members owe (R05), once."""
    if after_plan(requirement) and not plan_in_force(unit, requirement.campaign):
        return []
    if not _still_to_come(requirement, local_day(now)):
        return []
    obligation = owe(requirement, unit, None, since=local_day(now), now=now)
    return [obligation] if obligation is not None else []


def _from(campaign: Campaign, since: date, today: date) -> date:
    """The day from which somebody counts who came on `since`; from today who was there before the
    campaign and is only written down now."""
    began = campaign.opening_since or campaign.opened_at
    assert began is not None
    return since if since >= local_day(began) else today


def join_unit(unit: Unit, *, now: datetime) -> list[Obligation]:
    """What a unit that came under a running campaign owes of what is still to come."""
    created = []
    for requirement in _asked_here(unit, now):
        if owed_by(requirement) != "unit" or after_plan(requirement):
            continue
        if _still_to_come(requirement, local_day(now)):
            obligation = owe(requirement, unit, None, since=local_day(now), now=now)
            created += [obligation] if obligation is not None else []
    return created


def exempt(person: Person, unit: Unit, *, actor: Person | None, now: datetime) -> None:
    """Who is exempt from now owes nothing there any more."""
    for obligation in _open(person, unit):
        put_down(obligation, decision=EXEMPT, actor=actor, now=now)


def change_standing(
    person: Person, unit: Unit, standing: str, *, actor: Person | None, now: datetime
) -> list[Obligation]:
    """A non-member became a member, or the other way: what the other track asked is put down, what
    this one asks is owed from today."""
    for obligation in _open(person, unit):
        by = owed_by(obligation.requirement)
        if not by_unit(by) and standing not in STANDINGS[by]:
            put_down(obligation, decision="", actor=actor, now=now)
    return join(person, unit, since=local_day(now), actor=actor, now=now)


def join_of_day(now: datetime, since: date) -> int:
    """A new day began: memberships and reporting lines that began after `since` bring what is owed.
    Harmless when done twice. Returns how many obligations there are more."""
    today = local_day(now)
    begun = db.session.scalars(
        sa.select(Membership)
        .where(Membership.valid_from > since, Membership.valid_from <= today)
        .order_by(Membership.id)
    )
    created = 0
    for membership in list(begun):
        assert membership.valid_from is not None
        person, unit, day = membership.person, membership.unit, membership.valid_from
        created += len(join(person, unit, since=day, actor=None, now=now))
    units = db.session.scalars(
        sa.select(Unit)
        .join(ReportingLine, ReportingLine.unit_id == Unit.id)
        .where(ReportingLine.valid_from > since, ReportingLine.valid_from <= today)
        .order_by(Unit.id)
    ).unique()
    return created + sum(len(join_unit(unit, now=now)) for unit in list(units))


def _asked_here(unit: Unit, now: datetime) -> Iterator[Requirement]:
    """What the running campaigns above this unit ask of it or of its persons."""
    # One that is opening has perhaps passed this unit already.
    begun = sa.func.coalesce(Campaign.opening_since, Campaign.opened_at)
    running = sa.select(Campaign.id, Campaign.unit_id).where(
        begun.is_not(None), Campaign.closed_at.is_(None)
    )
    campaigns = db.session.execute(running).all()
    if not campaigns or unit.attached_to_id is not None:
        return
    reached = above({unit.id}, now)
    ids = [ident for ident, at in campaigns if at in reached]
    requirements = db.session.scalars(
        sa.select(Requirement)
        .where(Requirement.campaign_id.in_(ids), Requirement.ended_at.is_(None))
        .order_by(Requirement.id)
    )
    for requirement in list(requirements):
        if asked_of(requirement, unit):
            yield requirement


def _still_to_come(requirement: Requirement, since: date) -> bool:
    if after_plan(requirement):
        return True
    due = WorkingCalendar.of(db.session()).effective_due(
        requirement.due, roll=requirement.campaign.roll_days_off, since=since
    )
    return due.effective >= since


def _known(requirement: Requirement, person: Person) -> Obligation | None:
    """What he owes or owed of this already, wherever; what is open, met or granted before what was
    put down."""
    return db.session.scalar(
        sa.select(Obligation)
        .where(Obligation.requirement_id == requirement.id, Obligation.person_id == person.id)
        .order_by(Obligation.state == "waived", Obligation.id.desc())
        .limit(1)
    )


def _open(person: Person, unit: Unit) -> list[Obligation]:
    owed = sa.select(Obligation).where(
        Obligation.person_id == person.id,
        Obligation.unit_id == unit.id,
        Obligation.state == "open",
    )
    return list(db.session.scalars(owed.order_by(Obligation.id)))
