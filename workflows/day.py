"""What a new day brings by itself: terms, delegations and absences that begin or end with it."""

from __future__ import annotations

from datetime import datetime

from models.base import db, transaction
from models.heartbeat import Heartbeat
from workflows import tasks
from workflows.calendar import local_day, start_of_day

NAME = "day"


def begin(now: datetime) -> int:
    """Once per day of the organisation: open tasks move to whoever holds them from today.

    Returns how many tasks moved; 0 when the day has begun already.
    """
    morning = start_of_day(local_day(now))
    begun = db.session.get(Heartbeat, NAME)
    if begun is not None and begun.at >= morning:
        return 0
    since = local_day(begun.at) if begun is not None else None
    with transaction():
        # Merged, not claimed: moving tasks twice is harmless, not moving them would not be.
        db.session.merge(Heartbeat(name=NAME, at=morning))
        return tasks.rehome_of_day(now, since)
