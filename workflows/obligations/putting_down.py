"""What nobody owes any more by a decision of the organisation: who left, who is exempt, a unit that was
dissolved. It is waived on that basis, and taken up again should he come back."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from models.base import db
from models.obligation import Obligation
from models.person import Person
from models.relief import Relief
from workflows import tasks, trail
from workflows.calendar import WorkingCalendar
from workflows.obligations import clocks
from workflows.obligations.answering import answered


def put_down(
    obligation: Obligation, *, decision: str, actor: Person | None, now: datetime
) -> Relief:
    """Nothing is owed any more, on the basis of a decision; what waited for it is put down. In the
    caller's transaction."""
    relief = Relief(
        obligation=obligation,
        kind="waiver",
        at=now,
        by=actor,
        reason="",
        basis_number=decision or None,
        old_due=obligation.effective_due,
    )
    db.session.add(relief)
    _record(obligation, "obligation_waived", decision, actor, now)
    let_go(obligation, by=actor, now=now)
    return relief


def let_go(obligation: Obligation, *, by: Person | None, now: datetime) -> None:
    """It is waived: its ladder stops, what waited for it is put down. After its event."""
    obligation.state = "waived"
    clocks.stop(obligation, now)
    tasks.close_for_obligation(obligation, by=by, now=now)


def was_put_down(obligation: Obligation) -> bool:
    """Whether it was waived by a decision of the organisation, not by somebody above."""
    last = db.session.scalar(
        sa.select(Relief)
        .where(Relief.obligation_id == obligation.id)
        .order_by(Relief.id.desc())
        .limit(1)
    )
    return obligation.state == "waived" and last is not None and last.unit_id is None


def take_up(
    obligation: Obligation, *, since: date, actor: Person | None, now: datetime
) -> Obligation:
    """What was put down is owed again, counted from `since` where it counts from an event; by the paper
    that was begun or handed in meanwhile, if there is one."""
    requirement = obligation.requirement
    if obligation.counted_from is not None:
        due = WorkingCalendar.of(db.session()).effective_due(
            requirement.due, roll=requirement.campaign.roll_days_off, since=since
        )
        obligation.counted_from = since
        obligation.nominal_due, obligation.effective_due = due
    obligation.state = "open"
    _record(obligation, "obligation_resumed", "", actor, now)
    if not answered(obligation, now):
        tasks.open_obligation(obligation, now)
    return obligation


def _record(
    obligation: Obligation, action: str, decision: str, actor: Person | None, now: datetime
) -> None:
    private = {
        "decision": decision or None,
        "name": obligation.person.full_name if obligation.person else None,
    }
    db.session.flush()
    trail.append(
        db.session(),
        unit_id=obligation.unit_id,
        action=action,
        at=now,
        facts={
            "obligation": obligation.id,
            "requirement": obligation.requirement.code,
            "person": obligation.person_id,
        },
        private={name: value for name, value in private.items() if value is not None},
        actor_id=actor.id if actor else None,
        about_id=obligation.person_id,
    )
