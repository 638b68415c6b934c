"""What an amendment leaves to do: new ones owe, what nobody owes any more is waived, open deadlines
are counted anew. Each after the event, logs before deadlines."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.campaign import Campaign, Requirement
from models.deadline import Deadline, Escalation
from models.document import Document, in_force
from models.obligation import Obligation
from models.person import Person
from models.relief import Relief
from models.task import Task
from models.unit import Unit
from workflows import ladder, trail
from workflows.calendar import WorkingCalendar, local_day
from workflows.obligations import clocks, follow_plan, many, reach
from workflows.obligations.elsewhere import owed_elsewhere
from workflows.obligations.putting_down import put_down, take_up, was_put_down
from workflows.obligations.recomputing import due_again
from workflows.obligations.recounting import Key


def hold_logs(campaign: Campaign) -> None:
    """The logs that putting down and taking up will write to, held in the order of units, before any deadline."""
    statement = (
        sa.select(Obligation.unit_id)
        .join(Obligation.requirement)
        .where(Requirement.campaign_id == campaign.id, Obligation.state.in_(("open", "waived")))
        .distinct()
    )
    units = {campaign.unit_id, *db.session.scalars(statement)}
    trail.lock_logs(db.session(), sorted(units))


def settle(
    campaign: Campaign,
    *,
    added: Collection[str],
    ended: Collection[str],
    moved: Collection[str],
    climbs: bool,
    actor: Person | None,
    now: datetime,
) -> None:
    """Everything open follows the campaign as it now is: `added`, `ended` and `moved` name
    requirements; `climbs`: the ladder is another one."""
    decision = campaign.code
    calendar = WorkingCalendar.of(db.session())
    for obligation in _open_of(campaign, ended):
        put_down(obligation, decision=decision, actor=actor, now=now)
    for obligation in _open_of(campaign, _still_asked(campaign)):
        if not _owes(campaign, obligation, now):
            put_down(obligation, decision=decision, actor=actor, now=now)
    for obligation in _open_of(campaign, moved):
        _move(obligation, now, calendar)
    places = reach.places(campaign.unit_id, now)
    _ask_again(campaign, places, actor, now, calendar)
    many.owe_many(campaign, _new(campaign, places, added, now, calendar), now)
    for plan in _plans(campaign):
        follow_plan(plan, now)
    if climbs:
        _climb_otherwise(campaign, now, calendar)


def _still_asked(campaign: Campaign) -> list[str]:
    return [row.code for row in campaign.requirements if row.ended_at is None]


def _open_of(campaign: Campaign, codes: Collection[str]) -> Sequence[Obligation]:
    if not codes:
        return []
    return _held(campaign, Requirement.code.in_(codes), Obligation.state == "open")


def _held(campaign: Campaign, *which: sa.ColumnElement[bool]) -> Sequence[Obligation]:
    """What is owed in a campaign and meets these conditions, with its units; held until the
    transaction ends."""
    return db.session.scalars(
        sa.select(Obligation)
        .join(Obligation.requirement)
        .where(Requirement.campaign_id == campaign.id, *which)
        .options(joinedload(Obligation.unit).joinedload(Unit.level))
        .order_by(Obligation.unit_id, Obligation.id)
        .with_for_update(of=Obligation)
    ).all()


def _owes(campaign: Campaign, obligation: Obligation, now: datetime) -> bool:
    """Whether the requirement, as it now is, is still asked of that unit, and in the same way of
    persons or of the unit itself."""
    asked, unit = obligation.requirement, obligation.unit
    alone = reach.by_unit(asked.owes)
    place = reach.Place(unit.id, unit.code, unit.level.code)
    return reach.asks(asked, place, campaign.pilots) and alone == (obligation.person_id is None)


def _move(obligation: Obligation, now: datetime, calendar: WorkingCalendar) -> None:
    """Another last good day; one that was extended keeps the day that it was extended to."""
    key = Key._make(getattr(obligation, name) for name in Key._fields)
    nominal, effective = due_again(obligation.requirement, key, calendar)
    obligation.nominal_due = nominal
    old_due = obligation.effective_due
    if effective != old_due:
        obligation.effective_due = effective
        db.session.flush()
        clocks.restart(obligation, old_due, now, calendar)


def _ask_again(
    campaign: Campaign,
    places: Sequence[reach.Place],
    actor: Person | None,
    now: datetime,
    calendar: WorkingCalendar,
) -> None:
    """What an earlier amendment had put down, and what is asked again of who is still there, is owed
    again."""
    put_down_by_it = sa.exists().where(
        Relief.obligation_id == Obligation.id,
        Relief.unit_id.is_(None),
        Relief.basis_number == campaign.code,
    )
    waived = Obligation.state == "waived"
    rows = _held(campaign, Requirement.ended_at.is_(None), waived, put_down_by_it)
    if not rows:
        return
    people = reach.persons({row.unit_id for row in rows}, now)
    for obligation in rows:
        asked = [place for place in places if place.id == obligation.unit_id]
        owing = reach.owners(obligation.requirement, campaign.pilots, asked, people)
        owner = reach.Owner(obligation.unit_id, obligation.person_id)
        if owner in owing and was_put_down(obligation):
            take_up(obligation, since=local_day(now), actor=actor, now=now)
            _move(obligation, now, calendar)


def _new(
    campaign: Campaign,
    places: Sequence[reach.Place],
    added: Collection[str],
    now: datetime,
    calendar: WorkingCalendar,
) -> list[many.Owed]:
    """What is owed from now on. Of what was asked before only what is still to come, as of whoever
    joins; and nobody owes again what he owes or has done in another unit."""
    found: dict[Requirement, list[many.Owed]] = {}
    for one in many.missing(campaign, places, now):
        found.setdefault(one.requirement, []).append(one)
    new: list[many.Owed] = []
    for asked, owed in found.items():
        if asked.code not in added:
            due = calendar.effective_due(asked.due, roll=campaign.roll_days_off)
            if due.effective < local_day(now):
                continue
            persons = {one.owner.person_id for one in owed if one.owner.person_id is not None}
            known = {person for person, _ in owed_elsewhere(asked.id, persons)}
            owed = [one for one in owed if one.owner.person_id not in known]
        new += owed
    return new


def _plans(campaign: Campaign) -> Iterator[Document]:
    """Plans in force, from which something new may be counted."""
    return iter(
        db.session.scalars(
            sa.select(Document)
            .where(
                Document.campaign_id == campaign.id,
                Document.kind == "plan",
                in_force(),
            )
            .order_by(Document.unit_id, Document.id)
        ).all()
    )


def _climb_otherwise(campaign: Campaign, now: datetime, calendar: WorkingCalendar) -> None:
    """Open deadlines climb by the new ladder: what has told nobody begins it, what has only reminded
    begins it as a new version, what climbs goes on with the next rung. What stands still stands
    still: a freeze holds it, or nobody owes it any more."""
    steps = ladder.parse_steps(campaign.ladder)
    told = sa.exists().where(
        Escalation.deadline_id == Deadline.id, Escalation.deadline_version == Deadline.version
    )
    of_document = sa.select(Document.id).where(Document.campaign_id == campaign.id)
    of_obligation = (
        sa.select(Obligation.id)
        .join(Obligation.requirement)
        .where(Requirement.campaign_id == campaign.id)
    )
    rows = db.session.execute(
        sa.select(Deadline, told)
        .join(Deadline.task)
        .where(
            Deadline.closed_at.is_(None),
            Deadline.paused_at.is_(None),
            sa.or_(Task.document_id.in_(of_document), Task.obligation_id.in_(of_obligation)),
        )
        .order_by(Deadline.unit_id, Deadline.id)
        .with_for_update(of=Deadline)
    ).all()
    for deadline, has_told in rows:
        if has_told and deadline.rung > 0:
            ladder.move(deadline, deadline.effective_due, now, calendar)
        elif has_told:
            ladder.restart(deadline, deadline.effective_due, now, calendar)
        else:
            began = ladder.begin(deadline.effective_due, now, calendar, steps)
            deadline.rung, deadline.counted_from, deadline.fires_at = began
