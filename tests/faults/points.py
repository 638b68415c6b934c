"""The points at which a process may die within what it does, each with its label.

A point is told by what has just been written, not by the name of a function: "after this statement",
"before the commit that follows it", "after that commit". Two are outside the database: the mail
server has said yes, and the queue has taken the ring.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pkgutil import resolve_name
from typing import Any, Literal

import sqlalchemy as sa

from models.queries import bulk

Moment = Literal["then", "before commit", "after commit", "call"]


@dataclass(frozen=True)
class Point:
    """Where a process dies doing `deed`: at this moment, once `sign` has been seen: a statement of
    SQL, or with the moment "call" a function that has just returned. `done`: whether the deed counts
    by then."""

    label: str
    deed: str
    sign: str
    moment: Moment = "then"
    done: bool = False


LOCKED = r"FROM document JOIN|FOR (NO KEY )?UPDATE"
EVENT = r"INSERT INTO audit_event\b"
CLAIM = r"UPDATE delivery\b"
TICK = r"UPDATE agenda_item\b"
ESCALATED = r"INSERT INTO escalation\b"

POINTS = (
    Point("create: the draft is begun", "create", r"INSERT INTO document\b"),
    Point("create: its text is kept", "create", r"INSERT INTO revision\b"),
    Point("create: all but the commit", "create", EVENT, "before commit"),
    Point("create: committed, not answered", "create", EVENT, "after commit", done=True),
    Point("act: the document is locked", "act", LOCKED),
    Point("act: the state has moved", "act", r"UPDATE document\b"),
    Point("act: the decision is kept", "act", r"INSERT INTO decision\b"),
    Point("act: the event is in the log", "act", EVENT),
    Point("act: the log's head has moved", "act", r"(UPDATE|INSERT INTO) log_head\b"),
    Point("act: the old task is closed", "act", r"UPDATE task\b"),
    Point("act: the old deadline is closed", "act", r"UPDATE deadline\b"),
    Point("act: the next task is open", "act", r"INSERT INTO task\b"),
    Point("act: its deadline runs", "act", r"INSERT INTO deadline\b"),
    Point("act: people are told", "act", r"INSERT INTO notification\b"),
    Point("act: their mail is due", "act", r"INSERT INTO delivery\b"),
    Point("act: all but the commit", "act", EVENT, "before commit"),
    Point("act: committed, not answered", "act", EVENT, "after commit", done=True),
    Point("relay: rung, not noted", "ring", "rq.Queue.enqueue", "call"),
    Point("mail: claimed, not committed", "deliver", CLAIM, "before commit"),
    Point("mail: claimed, not sent", "deliver", CLAIM, "after commit"),
    Point("mail: accepted, not marked", "deliver", "workers.mail.send", "call"),
    Point("mail: marked, the job not over", "deliver", "workflows.delivery._settle", "call", True),
    Point("meeting: decided, not ticked", "carry_out", EVENT),
    Point("meeting: ticked, not committed", "carry_out", TICK, "before commit"),
    Point("meeting: one paper of several done", "carry_out", TICK, "after commit"),
    Point("meeting: all papers done, it is not", "carry_out", r"UPDATE sitting\b", "before commit"),
    Point("sweep: the deadline is claimed", "sweep", r"UPDATE deadline\b"),
    Point("sweep: the rung is written", "sweep", ESCALATED),
    Point("sweep: the event is in the log", "sweep", EVENT),
    Point("sweep: superiors are told", "sweep", r"INSERT INTO notification\b"),
    Point("sweep: all but the commit", "sweep", ESCALATED, "before commit"),
    Point("sweep: committed, the job not over", "sweep", ESCALATED, "after commit", done=True),
)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(point: Point) -> None:
    """From now on this process dies at the point, the first time that it comes to it."""
    if point.moment == "call":
        return _arm_call(point.sign)
    seen = []

    def look(statement: str) -> None:
        if re.search(point.sign, statement):
            seen.append(statement)
            if point.moment == "then":
                die()

    @sa.event.listens_for(sa.Engine, "after_cursor_execute")
    def executed(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        look(statement)

    _watch_bulk("INSERT INTO", "insert", look)
    _watch_bulk("UPDATE", "update", look)
    commit = sa.engine.default.DefaultDialect.do_commit

    @wraps(commit)
    def do_commit(self: Any, connection: Any) -> None:
        if seen and point.moment == "before commit":
            die()
        commit(self, connection)
        if seen:
            die()

    sa.engine.default.DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]


def _watch_bulk(verb: str, name: str, look: Callable[[str], None]) -> None:
    """Many rows at once go past SQLAlchemy, straight to the driver."""
    write = getattr(bulk, name)

    @wraps(write)
    def written(session: Any, table: sa.Table, *given: Any) -> None:
        write(session, table, *given)
        look(f"{verb} {table.name}")

    setattr(bulk, name, written)


def _arm_call(target: str) -> None:
    module, _, name = target.rpartition(".")
    owner = resolve_name(module)
    called = getattr(owner, name)

    @wraps(called)
    def call(*given: Any, **named: Any) -> None:
        called(*given, **named)
        die()

    setattr(owner, name, call)
