"""Rings for deliveries that wait. Its own process, so that no web request ever touches Redis."""

import logging
import sys
import threading
import time
from dataclasses import dataclass, field

from redis import Redis, RedisError
from sqlalchemy.exc import SQLAlchemyError

import clock
from config import Settings
from models.base import db
from workers.heartbeat import beat
from workers.process import run
from workers.queue import connect, open_queue
from workflows.delivery import due_deliveries

log = logging.getLogger(__name__)

AT_ONCE = 500  # deliveries in flight at most
RING_AGAIN = 30.0  # seconds after which a delivery still due is rung once more
RING_SOON = 3.0  # the same while no ring waits in the queue: it was lost, or its worker died
BEAT_EVERY = 20.0  # seconds


@dataclass
class Relay:
    connection: Redis
    rung: dict[int, float] = field(default_factory=dict)

    def ring(self, at: float) -> list[int]:
        """Rings for what is due and was not rung in the last RING_AGAIN (RING_SOON) seconds before
        `at`.

        Returns the ids of the deliveries rung. Raises `RedisError` when Redis is away; then
        everything is rung again later, because what Redis had may be lost.
        """
        due = due_deliveries(clock.real_now(), limit=AT_ONCE)
        waiting = set(due)
        queue = open_queue(self.connection)
        try:
            patience = RING_AGAIN if due and queue.count else RING_SOON
            self.rung = {
                delivery: when
                for delivery, when in self.rung.items()
                if delivery in waiting and at - when < patience
            }
            ids = [delivery for delivery in due if delivery not in self.rung]
            for delivery in ids:
                queue.enqueue(
                    "workers.jobs.deliver",
                    delivery,
                    job_timeout=60,
                    result_ttl=0,
                    failure_ttl=3600,
                )
                self.rung[delivery] = at
        except RedisError:
            self.rung.clear()
            raise
        return ids


def work(settings: Settings, stopping: threading.Event) -> None:
    """Looks every second until `stopping`; survives outages of Redis and of the database."""
    relay = Relay(connect(settings.redis_url))
    beaten = float("-inf")
    while not stopping.is_set():
        try:
            relay.ring(time.monotonic())
            if time.monotonic() - beaten >= BEAT_EVERY:
                beat("relay")
                beaten = time.monotonic()
        except RedisError as error:
            log.warning("relay: no Redis (%s); trying again", type(error).__name__)
        except SQLAlchemyError as error:
            log.warning("relay: no database (%s); trying again", type(error).__name__)
        finally:
            db.session.remove()
        stopping.wait(1.0)


if __name__ == "__main__":
    sys.exit(run(work))
