"""What a new day brings by itself: terms, delegations, absences and memberships that begin or end
with it, and units that close."""

from __future__ import annotations

from datetime import datetime, timedelta

from models.base import db, transaction
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
    yesterday = local_day(now) - timedelta(days=1)
    since = None
    if begun is not None:
        # After a clock that was set back, what was begun too early is begun again.
        since = min(local_day(begun.at), yesterday)
    with transaction():
        # Merged, not claimed: moving tasks twice is harmless, not moving them would not be.
        db.session.merge(Heartbeat(name=NAME, at=morning))
        moving.settle_ended(db.session(), now, since or yesterday)
        joining.join_of_day(now, since or yesterday)
        retime(now)
        pausing.lapse(now)
        return tasks.rehome_of_day(now, since)
