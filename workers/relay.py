"""Rings for what waits in the database: deliveries, decisions of meetings, orders of prints, campaigns
that open. Its own process, so that no web request ever touches Redis."""

import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from redis import Redis, RedisError
from rq import Queue

import clock
from config import Settings
from models.queries.chunks import cut
from workers.heartbeat import Pulse
from workers.process import run
from workers.queue import connect, open_queue
from workers.rounds import go_round
from workflows import campaigns, exports
from workflows.delivery import due_deliveries
from workflows.sittings import to_carry_out

AT_ONCE = 500  # of one kind in flight at most
RING_AGAIN = 3.0  # seconds after which a ring that left the queue without effect is repeated


@dataclass(frozen=True)
class Bell:
    """One kind of work: ids that wait now, the function of `workers.jobs` that takes them, how many
    seconds a job may take, after how many what is still due is rung again (its worker died), and how
    many ids one job takes (a job is a process of its own, which costs more than a mail)."""

    function: str
    due: Callable[[], list[int]]
    timeout: int = 60
    again: float = RING_AGAIN
    together: int = 1


BELLS = (
    Bell(
        "workers.jobs.deliver",
        lambda: due_deliveries(clock.real_now(), limit=AT_ONCE),
        together=20,
    ),
    Bell("workers.jobs.carry_out", to_carry_out, timeout=600, again=10.0),
    Bell("workers.jobs.make_export", lambda: exports.due(clock.real_now()), timeout=600),
    Bell("workers.jobs.open_campaign", campaigns.due, timeout=600, again=10.0),
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
            return [
                ident
                for bell in BELLS
                for idents in cut(self._unrung(bell, due), bell.together)
                for ident in self._ring(queue, bell, idents, at)
            ]
        except RedisError:
            self.rung.clear()
            raise

    def _unrung(self, bell: Bell, due: Iterable[tuple[str, int]]) -> list[int]:
        return [
            ident for name, ident in due if name == bell.function and (name, ident) not in self.rung
        ]

    def _ring(self, queue: Queue, bell: Bell, idents: Sequence[int], at: float) -> Sequence[int]:
        job = queue.enqueue(
            bell.function, *idents, job_timeout=bell.timeout, result_ttl=0, failure_ttl=3600
        )
        self.rung |= {(bell.function, ident): Ring(at, job.id) for ident in idents}
        return idents


def work(settings: Settings, stopping: threading.Event) -> None:
    """Looks every second until `stopping`."""
    relay, pulse = Relay(connect(settings.redis_url)), Pulse("relay")

    def look(at: float) -> None:
        relay.ring(at)
        pulse.beat(at)

    go_round("relay", look, stopping)


if __name__ == "__main__":
    sys.exit(run(work))
