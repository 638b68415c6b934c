"""Opening a meeting: one at a time, with everybody there and everything that waits before it."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from models.base import db
from models.person import Person
from models.queries.locking import hold_units
from models.sitting import Sitting
from models.unit import Unit
from workflows.convening import conveners
from workflows.refusal import N_, Reason, Refused
from workflows.sittings.agenda import fill
from workflows.sittings.roll import call_roll, cannot_sit
from workflows.sittings.who import VOTING, capacity, members


def open_sitting(unit: Unit, *, held_on: date, actor: Person, now: datetime) -> Sitting:
    """Begin a meeting of `unit` on the local day `held_on`, with everybody there and everything
    that waits on its agenda. One that is not closed yet is resumed instead.

    In the caller's transaction. Raises Forbidden, Refused when the body does not meet, the day is
    still to come or long past, or nobody is there to sit.
    """
    capacity(unit, actor, now)
    hold_units([unit.id])
    running = unfinished(unit)
    if running is not None:
        return running
    sitting = Sitting(
        unit=unit,
        held_on=held_on,
        place=unit.place,
        opened_by=actor,
        opened_at=now,
        saved_at=now,
    )
    reasons = [*_does_not_meet(unit), *cannot_sit(unit, held_on, now)]
    present = members(unit, held_on)
    chair = next((c.person for c in conveners(unit, kind="plan", now=now).capacities), None)
    chair = chair or next((m.person for m in present if m.standing == VOTING), None)
    if reasons or chair is None:
        raise Refused(*reasons)
    sitting.chair = chair
    sitting.minute_taker = _last_minute_taker(unit, {m.person_id for m in present}, chair)
    db.session.add(sitting)
    db.session.flush()
    call_roll(sitting)
    fill(sitting, now)
    return sitting


def unfinished(unit: Unit) -> Sitting | None:
    """The meeting of a body that is being held or waits for its minutes to be confirmed."""
    return db.session.scalar(
        sa.select(Sitting)
        .where(Sitting.unit_id == unit.id, Sitting.state.in_(("open", "awaiting")))
        .order_by(Sitting.id)
        .limit(1)
    )


def _does_not_meet(unit: Unit) -> list[Reason]:
    if unit.meets:
        return []
    return [
        Reason(
            "SITTING",
            N_("Chưa mở được: %(unit)s không quyết định tại cuộc họp của đảng viên."),
            {"unit": unit.name},
        )
    ]


def _last_minute_taker(unit: Unit, present: set[int], chair: Person) -> Person | None:
    """Whoever took the minutes last time; the first time nobody is proposed."""
    last = db.session.scalar(
        sa.select(Sitting)
        .where(Sitting.unit_id == unit.id, Sitting.confirmed_at.is_not(None))
        .order_by(Sitting.held_on.desc(), Sitting.id.desc())
        .limit(1)
    )
    taker = last.minute_taker if last is not None else None
    return taker if taker and taker.id in present and taker != chair else None
