"""Looking again and again, while Redis or the database comes and goes."""

import logging
import threading
import time
from collections.abc import Callable

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from models.base import db


def go_round(
    name: str,
    look: Callable[[float], object],
    stopping: threading.Event,
    *,
    pause: float = 1.0,
) -> None:
    """Calls `look` with the seconds of a clock that only runs on, `pause` seconds apart, until
    `stopping`. An outage of Redis or of the database is one line in the log of `name`."""
    log = logging.getLogger(f"workers.{name}")
    while not stopping.is_set():
        try:
            look(time.monotonic())
        except RedisError as error:
            log.warning("%s: no Redis (%s); trying again", name, type(error).__name__)
        except SQLAlchemyError as error:
            log.warning("%s: no database (%s); trying again", name, type(error).__name__)
        finally:
            db.session.remove()
        stopping.wait(pause)
