"""Clocks that run on under another calendar: the deadlines of what is owed, and of steps that wait."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from models.base import db, table_of
from models.campaign import Requirement
from models.deadline import Deadline
from models.document import Document
from models.obligation import Obligation
from models.queries import bulk
from models.task import Task
from workflows import ladder
from workflows.calendar import WorkingCalendar, end_of_day, local_day, start_of_day

EARLIEST, LATEST = date(1900, 1, 1), date(9000, 1, 1)


class Key(NamedTuple):
    """What obligations with the same last good day have in common."""

    requirement_id: int
    counted_from: date | None
    nominal_due: date
    extended_to: date | None
    effective_due: date


class Clock(NamedTuple):
    """A deadline as it will run."""

    id: int
    version: int
    effective_due: date
    counted_from: date | None
    rung: int
    fires_at: datetime | None


class Row(NamedTuple):
    """An open deadline, as it runs, with what it waits for."""

    clock: Clock
    paused_at: datetime | None
    task_id: int
    opened_at: datetime
    campaign_id: int
    key: Key | None  # of the obligation whose last good day it waits for; None: a step's clock

    @property
    def effective_due(self) -> date:
        return self.clock.effective_due

    @property
    def fires_at(self) -> datetime | None:
        return self.clock.fires_at


def open_clocks(
    first: date = EARLIEST,
    last: date = LATEST,
    requirements: Collection[int] = (),
    *,
    lock: bool,
) -> list[Row]:
    """Open deadlines in whose course a day from `first` to `last` may lie, and those of these
    requirements; with `lock` held in the order in which a sweep holds them."""
    asked = sa.func.coalesce(Document.obligation_id, Task.obligation_id)
    waits = sa.or_(
        Task.obligation_id.is_not(None),
        sa.and_(
            Document.stage == 0,
            Obligation.state == "open",
            Deadline.effective_due == Obligation.effective_due,
            Task.person_id.is_not_distinct_from(Obligation.person_id),
        ),
    )
    within = sa.and_(
        sa.or_(Deadline.effective_due >= first, Deadline.fires_at >= start_of_day(first)),
        sa.or_(Task.opened_at <= end_of_day(last), Deadline.fires_at <= end_of_day(last)),
    )
    query = (
        sa.select(
            *(getattr(Deadline, name) for name in Clock._fields),
            Deadline.paused_at,
            Task.id,
            Task.opened_at,
            sa.func.coalesce(Document.campaign_id, Requirement.campaign_id),
            waits,
            *(getattr(Obligation, name) for name in Key._fields),
        )
        .join(Task, Deadline.task_id == Task.id)
        .outerjoin(Document, Task.document_id == Document.id)
        .outerjoin(Obligation, Obligation.id == asked)
        .outerjoin(Requirement, Requirement.id == Obligation.requirement_id)
        .where(
            Deadline.closed_at.is_(None),
            sa.or_(within, Obligation.requirement_id.in_(requirements)),
        )
        .order_by(Deadline.unit_id, Deadline.id)
    )
    rows = db.session.execute(query.with_for_update(of=Deadline) if lock else query)
    return [_row(list(row)) for row in rows]


def _row(cells: list[Any]) -> Row:
    clock, own, waits, key = cells[:6], cells[6:10], cells[10], cells[11:]
    owed = Key._make(key) if waits and key[0] is not None else None
    return Row._make([Clock._make(clock), *own, owed])


class Recount:
    """Deadlines under a calendar. Those that are alike are counted once."""

    def __init__(self, calendar: WorkingCalendar, now: datetime):
        self.calendar, self.now = calendar, now
        self._told: dict[tuple[Any, ...], tuple[Any, ...]] = {}

    def clock(self, row: Row, due: date) -> Clock | None:
        """How a deadline runs when its last good day is `due`; None: as before. One told as late
        that is not late any more begins anew."""
        shape = row.clock._asdict() | {"paused_at": row.paused_at}
        del shape["id"]
        alike = (*shape.values(), row.campaign_id, due)
        if alike not in self._told:
            deadline = Deadline(task_id=row.task_id, **shape)
            if row.clock.rung > 0 and due != row.effective_due and due >= local_day(self.now):
                ladder.restart(deadline, due, self.now, self.calendar)
                if row.paused_at is not None:
                    deadline.fires_at = None  # what stands still begins anew when it goes on
            else:
                ladder.move(deadline, due, self.now, self.calendar)
            self._told[alike] = tuple(getattr(deadline, name) for name in Clock._fields[1:])
        clock = Clock(row.clock.id, *self._told[alike])
        return None if clock == row.clock else clock


def due_of_step(row: Row, old: WorkingCalendar, new: WorkingCalendar) -> date:
    """The last good day of a step's clock: as many working days after it was opened as it was
    given."""
    opened = local_day(row.opened_at)
    given = old.working_days_between(opened, row.effective_due)
    if given <= 0 or old.add_working_days(opened, given) != row.effective_due:
        return row.effective_due
    return new.add_working_days(opened, given)


def write(clocks: Sequence[Clock], ends: Sequence[tuple[int, datetime]]) -> None:
    """Keeps these deadlines, and the (task, end of its last good day)."""
    session = db.session()
    session.flush()
    bulk.update(session, table_of(Deadline), "id", Clock._fields[1:], clocks)
    bulk.update(session, table_of(Task), "id", ("due_at",), ends)
    session.expire_all()
