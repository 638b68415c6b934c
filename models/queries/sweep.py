"""The sweep's statements: what is due, the claim, and what a batch of rungs needs to be known of.

Each asks for a whole batch at once. A batch is at most so many rows as one statement may name.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from models.base import UTCDateTime, asked, locks_rows
from models.campaign import Campaign, Requirement
from models.deadline import Deadline
from models.document import Document
from models.obligation import Obligation
from models.task import Task
from models.unit import Unit

_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_DAY = sa.bindparam("day", type_=sa.Date)
_NOW = sa.bindparam("now", type_=UTCDateTime)
_LIMIT = sa.bindparam("limit", type_=sa.Integer)


class Rung(NamedTuple):
    """One deadline whose next rung is due, and the task it belongs to. `rung` is the last one climbed;
    `unit_id` who is late, in whose log it is told; `climbed`: the task waits for a body above it;
    `line` the reporting line that the task's campaign follows."""

    deadline_id: int
    version: int
    rung: int
    effective_due: date
    counted_from: date | None
    fires_at: datetime | None
    unit_id: int
    unit_code: str
    task_id: int
    action: str
    person_id: int | None
    document_id: int | None
    obligation_id: int | None
    climbed: bool
    done: bool
    campaign_id: int
    line: str
    root: int  # the unit that opened the campaign


_CLOCK = {
    True: sa.text("SELECT extract(epoch FROM clock_timestamp())::float"),
    False: sa.text("SELECT (julianday('now') - 2440587.5) * 86400.0"),
}
_OPEN = sa.and_(Deadline.closed_at.is_(None), Deadline.fires_at <= _NOW)
_DUE = (
    sa.select(Deadline.id, Deadline.unit_id)
    .where(_OPEN)
    .order_by(Deadline.unit_id, Deadline.id)
    .limit(_LIMIT)
)
# In the order of units, so that two who claim never wait for each other.
_CLAIM = (
    sa.select(Deadline.id)
    .where(Deadline.id.in_(_IDS), _OPEN)
    .order_by(Deadline.unit_id, Deadline.id)
    .with_for_update()
)
_RUNGS = (
    sa.select(
        Deadline.id,
        Deadline.version,
        Deadline.rung,
        Deadline.effective_due,
        Deadline.counted_from,
        Deadline.fires_at,
        Deadline.unit_id,
        Unit.code,
        Task.id,
        Task.action,
        Task.person_id,
        Task.document_id,
        Task.obligation_id,
        Task.climbed,
        Task.closed_at.is_not(None),
        Campaign.id,
        Campaign.line,
        Campaign.unit_id,
    )
    .join_from(Deadline, Task, Deadline.task_id == Task.id)
    .join(Unit, Deadline.unit_id == Unit.id)
    .outerjoin(Document, Task.document_id == Document.id)
    .outerjoin(Obligation, Task.obligation_id == Obligation.id)
    .outerjoin(Requirement, Obligation.requirement_id == Requirement.id)
    .join(Campaign, Campaign.id == sa.func.coalesce(Document.campaign_id, Requirement.campaign_id))
    .where(Deadline.id.in_(_IDS), _OPEN)
    .order_by(Deadline.unit_id, Deadline.id)
)
_LADDERS = sa.select(Campaign.id, Campaign.ladder).where(Campaign.id.in_(_IDS))


def database_clock() -> datetime:
    """The instant by the clock of the database, which is one for all processes."""
    return datetime.fromtimestamp(asked(_CLOCK[locks_rows()]).scalar_one(), UTC)


def due(now: datetime, limit: int, skipped: Collection[int]) -> list[tuple[int, int]]:
    """The (deadline, unit) whose rung fires at or before `now`, in the order of units; not those
    `skipped`."""
    query = _DUE.where(Deadline.id.not_in(_IDS)) if skipped else _DUE
    values = {"now": now, "limit": limit} | ({"ids": list(skipped)} if skipped else {})
    return [(deadline_id, unit_id) for deadline_id, unit_id in asked(query, values)]


def claim(ids: Sequence[int], now: datetime) -> list[int]:
    """Holds those of these deadlines that are still due until the transaction ends, and returns them:
    whoever gets one here acts on it, and nobody else does. SQLite lets one write at a time anyhow:
    there they are all held, and `rungs` says which are due."""
    if not locks_rows():
        return list(ids)
    return list(asked(_CLAIM, {"ids": ids, "now": now}).scalars())


def rungs(ids: Sequence[int], now: datetime) -> list[Rung]:
    """Where those of these deadlines stand that are due at `now`, in the order of units."""
    return [Rung._make(row) for row in asked(_RUNGS, {"ids": ids, "now": now}).all()]


def ladders(campaigns: Collection[int]) -> dict[int, list[Any]]:
    """What these campaigns say of their ladders."""
    return {key: value for key, value in asked(_LADDERS, {"ids": list(campaigns)})}  # noqa: C416
