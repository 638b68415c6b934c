"""A sign of life in the database, in real time, for `/healthz`."""

from dataclasses import dataclass

import clock
from models.base import db, transaction
from models.heartbeat import Heartbeat

EVERY = 20.0  # seconds between two signs of a process that goes round


def beat(name: str) -> None:
    """Records that `name` is alive at this real instant."""
    with transaction():
        db.session.merge(Heartbeat(name=name, at=clock.real_now()))


@dataclass
class Pulse:
    """The signs of life of one process."""

    name: str
    beaten: float = float("-inf")

    def beat(self, at: float) -> None:
        """A sign, unless the last was just before `at` (seconds of a clock that only runs on)."""
        if at - self.beaten >= EVERY:
            beat(self.name)
            self.beaten = at
