"""Steps of what works behind the scenes: the relay rings, a worker answers, either dies, the mail
server refuses, and Redis goes, comes back, or forgets everything.

The database is the truth: whatever happens to Redis, each delivery is done once, and its letter goes
out again only where a worker died between sending and writing it down, under the same Message-ID.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from redis import RedisError

from models import db
from models.notification import Delivery, Notification
from tests.model.compare import expect
from tests.model.crashes import Crash
from tests.model.steps import meetings, time
from workers.queue import connect, open_queue
from workers.relay import Relay
from workflows import delivery

if TYPE_CHECKING:
    from tests.model.history import History

NOWHERE = "unix:///nonexistent/redis.sock?db=0"
AT_ONCE = 31.0  # seconds by which the relay rings again for what is still due


class Doorbell:
    """One relay and one worker, at a real server that may be gone."""

    def __init__(self, url: str) -> None:
        self.real, self.away = connect(url), connect(NOWHERE)
        self.real.flushall()
        self.relay = Relay(self.real)
        self.at = 0.0
        self.letters: Counter[str] = Counter()
        self.killed = 0  # workers that died with a letter sent and nothing written

    @property
    def gone(self) -> bool:
        return self.relay.connection is self.away


def ring(h: History) -> None:
    """One round of the relay and of the worker, or an accident."""
    bell = h.bell
    assert bell is not None
    roll = h.dice.random()
    if roll < 0.25:
        bell.relay.connection = bell.real if bell.gone else bell.away
        h.tell(f"Redis is {'gone' if bell.gone else 'back'}")
        h.counts["Redis gone"] += bell.gone
    elif roll < 0.35:
        bell.real.flushall()
        h.tell("Redis has forgotten everything")
    rounds(h)


def rounds(h: History, *, calm: bool = False) -> None:
    bell = h.bell
    assert bell is not None
    bell.at += AT_ONCE
    db.session.rollback()
    try:
        rung = bell.relay.ring(bell.at)
    except RedisError:
        expect(bell.gone, "the relay heard no Redis, though it is there")
        return
    finally:
        db.session.remove()
    h.tell(f"the relay rings {len(rung)}")
    queue = open_queue(bell.real)
    for job in queue.jobs:
        queue.remove(job)
        if calm or h.dice.random() < 0.85:  # else the worker dies before it begins
            for id in job.args:
                work(h, job.func_name, id, calm)


def work(h: History, function: str, id: int, calm: bool) -> None:
    bell = h.bell
    assert bell is not None
    if function.endswith("carry_out"):
        return meetings.carry_out(h, h.w.sittings[id])
    accident = 1.0 if calm else h.dice.random()

    def mailer(mail: Any) -> None:
        if accident < 0.1:
            raise OSError("no mail server")
        bell.letters[mail.message_id] += 1
        if accident < 0.2:
            bell.killed += 1
            raise Crash

    try:
        delivery.deliver(id, now=h.now, mailer=mailer, public_url="http://localhost")
    except Crash:
        h.tell(f"the worker dies with letter {id} in the post")
    finally:
        db.session.remove()


def deliver_all(h: History) -> None:
    """At the end Redis is there: everything is delivered, each once."""
    bell = h.bell
    assert bell is not None
    bell.relay.connection = bell.real
    h.now += timedelta(days=1)  # past every pause after a failure
    time.begin_the_day(h)
    for _ in range(3):  # what a meeting decided is told, too
        rounds(h, calm=True)
    rows = db.session.execute(
        sa.select(Delivery.state, Delivery.message_id, Notification.topic).join(Notification)
    ).all()
    h.counts["letters"] += len(bell.letters)
    # Who has left the post meanwhile gets no mail of its tasks.
    settled = ("done", "held", "unwanted")
    left = [(topic, state) for state, _, topic in rows if state not in settled]
    sent = {message for state, message, _ in rows if state == "done"}
    unwanted = {message for state, message, _ in rows if state == "unwanted"}
    expect(not left, "never delivered:", left)
    expect(sent <= bell.letters.keys() <= sent | unwanted, "letters and notices are not the same")
    doubled = bell.letters.total() - len(bell.letters)
    expect(doubled <= bell.killed, f"{doubled} letters went twice, {bell.killed} workers died")
