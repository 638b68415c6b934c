"""Rings for what waits in the database: deliveries, decisions of meetings, orders of prints. Its own
process, so that no web request ever touches Redis."""

import logging
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from redis import Redis, RedisError
from sqlalchemy.exc import SQLAlchemyError

import clock
from config import Settings
from models.base import db
from workers.heartbeat import beat
from workers.process import run
from workers.queue import connect, open_queue
from workflows import exports
from workflows.delivery import due_deliveries
from workflows.sittings import to_carry_out

log = logging.getLogger(__name__)

AT_ONCE = 500  # of one kind in flight at most
RING_AGAIN = 3.0  # seconds after which a ring that left the queue without effect is repeated
BEAT_EVERY = 20.0  # seconds


@dataclass(frozen=True)
class Bell:
    """One kind of work: ids that wait now, the function of `workers.jobs` that takes one, how many
    seconds it may take, and after how many what is still due is rung again: its worker died."""

    function: str
    due: Callable[[], list[int]]
    timeout: int = 60
    again: float = RING_AGAIN


BELLS = (
    Bell("workers.jobs.deliver", lambda: due_deliveries(clock.real_now(), limit=AT_ONCE)),
    Bell("workers.jobs.carry_out", to_carry_out, timeout=600, again=10.0),
    Bell("workers.jobs.make_export", lambda: exports.due(clock.real_now()), timeout=600),
)


@dataclass(frozen=True)
class Ring:
    """When something was rung, and the job that stands in the queue for it."""

    at: float
    job: str


@dataclass
class Relay:
    connection: Redis
    rung: dict[tuple[str, int], Ring] = field(default_factory=dict)

    def ring(self, at: float) -> list[int]:
        """Rings for what is due, unless its ring still stands in the queue or left it less than the
        bell's `again` seconds before `at`. Rung twice does no harm: whoever comes second finds it
        done.

        Returns the ids rung. Raises `RedisError` when Redis is away; then everything is rung again
        later, because what Redis had may be lost.
        """
        due = {(bell.function, ident): bell for bell in BELLS for ident in bell.due()}
        queue = open_queue(self.connection)
        try:
            standing = set(queue.job_ids) if due else set()
            self.rung = {
                key: ring
                for key, ring in self.rung.items()
                if key in due and (ring.job in standing or at - ring.at < due[key].again)
            }
            new = [(key, bell) for key, bell in due.items() if key not in self.rung]
            for key, bell in new:
                job = queue.enqueue(*key, job_timeout=bell.timeout, result_ttl=0, failure_ttl=3600)
                self.rung[key] = Ring(at, job.id)
        except RedisError:
            self.rung.clear()
            raise
        return [ident for (_, ident), _ in new]


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
