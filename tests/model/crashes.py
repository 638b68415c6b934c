"""The points inside an act at which the process may die, and what a database holds before and
after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from unittest import mock

import sqlalchemy as sa

from models import db
from models.document import Document
from models.sitting import AgendaItem
from models.task import Task

# The name says what has been written by then; the function is the last that ran.
CRASH_POINTS = {
    "the document is locked": "workflows.engine._locked",
    "the state has moved": "workflows.engine.move",
    "decision and hands are kept": "workflows.traces.record",
    "the event is in the log": "workflows.trail.append",
    "the old task is closed": "workflows.tasks.close",
    "the next task is open": "workflows.tasks.open_for",
    "people are told": "workflows.notices.tell",
    "who is waited for is settled": "workflows.traces.follow",
    "all is written but the commit": "workflows.engine._act",
}
# In the carrying out of a meeting's decision there is one more.
TICKS = {**CRASH_POINTS, "the paper is decided but not ticked": "workflows.engine.carry_out"}
WRITTEN = (
    "document",
    "revision",
    "contribution",
    "decision",
    "comment",
    "audit_event",
    "event_payload",
    "task",
    "task_role",
    "deadline",
    "obligation",
    "notification",
    "delivery",
    "number_entry",
)


class Crash(BaseException):
    """The process dies here: nothing below catches it."""


@contextmanager
def dying_at(name: str) -> Iterator[None]:
    """While it holds, the function of this dotted name does its work and then the process dies."""
    module, _, function = name.rpartition(".")
    target = import_module(module)
    real = getattr(target, function)

    def dies(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs)
        db.session.flush()
        raise Crash

    with mock.patch.object(target, function, dies):
        yield


def fingerprint() -> tuple[int, ...]:
    """How many rows each table that an act writes holds, all versions together, what is open, what
    is ticked."""
    counts = [
        sa.select(sa.func.count()).select_from(db.metadata.tables[name]).scalar_subquery()
        for name in WRITTEN
    ]
    counts += [
        sa.select(sa.func.sum(Document.version)).scalar_subquery(),
        sa.select(sa.func.count(Task.closed_at)).scalar_subquery(),
        sa.select(sa.func.count(AgendaItem.carried_out_at)).scalar_subquery(),
    ]
    found = tuple(db.session.execute(sa.select(*counts)).one())
    db.session.rollback()
    return found
