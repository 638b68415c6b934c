"""What happens at fixed times: one leader, one job per slot, however many of us there are.

A job looks at the database for what is due, so a missed slot loses nothing and a doubled one does
nothing. RQ's own scheduler neither uses our serializer nor elects a leader.
"""

import sys
import threading
import time
import uuid
from dataclasses import dataclass, field

from redis import Redis
from rq.exceptions import DuplicateJobError

from config import Settings
from workers.heartbeat import Pulse
from workers.process import run
from workers.queue import connect, open_queue
from workers.rounds import go_round

LEADER_KEY = "duyet:schedule:leader"
LEADER_FOR = 15  # seconds; a dead leader is replaced after this


@dataclass(frozen=True)
class Periodic:
    """A function of `workers.jobs` to be rung once in every slot of `every` seconds."""

    function: str
    every: int

    def slot(self, at: float) -> int:
        return int(at // self.every)


JOBS = (
    Periodic("workers.jobs.sweep", every=60),
    Periodic("workers.jobs.sweep_files", every=24 * 3600),
    Periodic("workers.jobs.erase_due", every=24 * 3600),
)


@dataclass
class Schedule:
    connection: Redis
    me: str = field(default_factory=lambda: uuid.uuid4().hex)
    rung: dict[str, int] = field(default_factory=dict)

    def is_leader(self) -> bool:
        """Takes or keeps the leader's lock. Raises `RedisError` when Redis is away."""
        if self.connection.set(LEADER_KEY, self.me, nx=True, ex=LEADER_FOR):
            return True
        if self.connection.get(LEADER_KEY) == self.me.encode():
            self.connection.expire(LEADER_KEY, LEADER_FOR)
            return True
        return False

    def ring(self, at: float) -> list[str]:
        """Rings what has not been rung in the slot of `at` (UNIX seconds); the job ids rung."""
        ids = []
        for job in JOBS:
            slot = job.slot(at)
            if self.rung.get(job.function) == slot:
                continue
            # A failed job keeps its id; with the slot in it, it blocks nothing later.
            job_id = f"{job.function.replace('.', '-')}-{slot}"
            try:
                open_queue(self.connection).enqueue(
                    job.function,
                    job_id=job_id,
                    unique=True,
                    job_timeout=600,
                    result_ttl=600,
                    failure_ttl=86400,
                )
                ids.append(job_id)
            except DuplicateJobError:
                pass
            self.rung[job.function] = slot
        return ids


def work(settings: Settings, stopping: threading.Event) -> None:
    """Rings every slot until `stopping`; says so in the database as long as Redis takes it."""
    schedule, pulse = Schedule(connect(settings.redis_url)), Pulse("schedule")

    def look(at: float) -> None:
        if schedule.is_leader():
            schedule.ring(time.time())
        pulse.beat(at)

    go_round("schedule", look, stopping)


if __name__ == "__main__":
    sys.exit(run(work))
