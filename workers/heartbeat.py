"""A sign of life in the database, in real time, for `/healthz`."""

import clock
from models.base import db, transaction
from models.heartbeat import Heartbeat


def beat(name: str) -> None:
    """Records that `name` is alive at this real instant."""
    with transaction():
        db.session.merge(Heartbeat(name=name, at=clock.real_now()))
