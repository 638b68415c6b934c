"""What a new day brings by itself: terms, delegations, absences and memberships that begin or end
with it, and units that close."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from models.base import db, transaction
from models.event import AuditEvent
from models.heartbeat import Heartbeat
from workflows import tasks
from workflows.calendar import local_day, start_of_day
from workflows.inspections import pausing
from workflows.obligations import joining, retime
from workflows.organisation import closing, moving

NAME = "day"


def begin(now: datetime) -> int:
    """Once per day of the organisation: open tasks move to whoever holds them from today, and what
    members who left had open goes home with them; who comes owes what is asked there. Units whose day
    has come close first; one that meets an obstacle is tried again at every sweep. Clocks that were
    set in another zone are set to this one.

    Returns how many tasks moved; 0 when the day has begun already.
    """
    closing.carry_out_due(now)
    morning = start_of_day(local_day(now))
    begun = db.session.get(Heartbeat, NAME)
    if begun is not None and begun.at == morning:
        return 0
    # After a clock that was set back, what was begun too early is begun again.
    last = local_day(begun.at) if begun is not None else _before_all()
    since = min(last or date.max, local_day(now) - timedelta(days=1))
    with transaction():
        # Merged, not claimed: moving tasks twice is harmless, not moving them would not be.
        db.session.merge(Heartbeat(name=NAME, at=morning))
        moving.settle_ended(db.session(), now, since)
        joining.join_of_day(now, since)
        retime(now)
        pausing.lapse(now)
        return tasks.rehome_of_day(now, since)


def _before_all() -> date | None:
    """The day before anything happened, where no day was begun yet; None where nothing has."""
    first = db.session.scalar(sa.select(sa.func.min(AuditEvent.at)))
    return local_day(first) - timedelta(days=1) if first is not None else None
