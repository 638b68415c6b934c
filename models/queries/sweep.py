"""The sweep's statements: what is due, the claim, and what a batch of rungs needs to be known of.

Each asks for a whole batch at once. A batch is at most so many rows as one statement may name.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models.base import UTCDateTime, asked, locks_rows
from models.campaign import Campaign, Requirement
from models.deadline import Deadline
from models.document import Document
from models.obligation import Obligation
from models.person import Person
from models.post import Post, held_at
from models.task import Task
from models.unit import ReportingLine, Unit, in_force_on

_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_DAY = sa.bindparam("day", type_=sa.Date)
_NOW = sa.bindparam("now", type_=UTCDateTime)
_LIMIT = sa.bindparam("limit", type_=sa.Integer)


class Rung(NamedTuple):
    """One rung that is due, or was just claimed, and the task it belongs to. `rung` is the last one
    climbed; `line` the reporting line that the task's campaign follows."""

    deadline_id: int
    version: int
    rung: int
    effective_due: date
    fires_at: datetime | None
    task_id: int
    action: str
    unit_id: int
    unit_code: str
    person_id: int | None
    document_id: int | None
    obligation_id: int | None
    closed_at: datetime | None
    line: str


class Body(NamedTuple):
    """A unit that hears of a rung."""

    id: int
    code: str


class Holder(NamedTuple):
    """Somebody with a post at a body (`body_id`) or at an advisory body of it."""

    body_id: int
    role: str
    person_id: int
    email: str | None


_OPEN = sa.and_(Deadline.closed_at.is_(None), Deadline.fires_at <= _NOW)
_DUE = (
    sa.select(Deadline.id, Deadline.unit_id)
    .where(_OPEN)
    .order_by(Deadline.unit_id, Deadline.id)
    .limit(_LIMIT)
)
# In the order of units, so that two who claim never wait for each other.
_LOCK = (
    sa.select(Deadline.id)
    .where(Deadline.id.in_(_IDS), _OPEN)
    .order_by(Deadline.unit_id, Deadline.id)
    .with_for_update()
)
_CLAIM = (
    sa.update(Deadline)
    .where(Deadline.id.in_(_IDS), _OPEN)
    .values(rung=Deadline.rung + 1, fires_at=None)
    .returning(Deadline.id)
)
_OF_DOCUMENT, _OF_OBLIGATION = aliased(Campaign), aliased(Campaign)
_RUNGS = (
    sa.select(
        Deadline.id,
        Deadline.version,
        Deadline.rung,
        Deadline.effective_due,
        Deadline.fires_at,
        Task.id,
        Task.action,
        Task.unit_id,
        Unit.code,
        Task.person_id,
        Task.document_id,
        Task.obligation_id,
        Task.closed_at,
        sa.func.coalesce(_OF_DOCUMENT.line, _OF_OBLIGATION.line),
    )
    .join_from(Deadline, Task, Deadline.task_id == Task.id)
    .join(Unit, Task.unit_id == Unit.id)
    .outerjoin(Document, Task.document_id == Document.id)
    .outerjoin(_OF_DOCUMENT, Document.campaign_id == _OF_DOCUMENT.id)
    .outerjoin(Obligation, Task.obligation_id == Obligation.id)
    .outerjoin(Requirement, Obligation.requirement_id == Requirement.id)
    .outerjoin(_OF_OBLIGATION, Requirement.campaign_id == _OF_OBLIGATION.id)
    .where(Deadline.id.in_(_IDS))
    .order_by(Deadline.unit_id, Deadline.id)
)


_SUPERIORS = (
    sa.select(ReportingLine.unit_id, ReportingLine.line, Unit.id, Unit.code)
    .join_from(ReportingLine, Unit, ReportingLine.superior_id == Unit.id)
    .where(ReportingLine.unit_id.in_(_IDS), in_force_on(ReportingLine, _DAY))  # type: ignore[arg-type]
    .order_by(ReportingLine.id.desc())  # of two the older one holds, as in `superior_of`
)
_SECRETARIES = sa.select(Post.person_id, Post.unit_id).where(
    Post.unit_id.in_(_IDS),
    Post.role == "secretary",
    held_at(_DAY, _NOW),  # type: ignore[arg-type]
)
_PLACES = (
    sa.select(Unit.id.label("unit"), Unit.id.label("body"))
    .where(Unit.id.in_(_IDS))
    .union_all(
        sa.select(Unit.id, Unit.attached_to_id).where(
            Unit.attached_to_id.in_(_IDS),
            in_force_on(Unit, _DAY),  # type: ignore[arg-type]
        )
    )
    .subquery()
)
_HOLDERS = (
    sa.select(_PLACES.c.body, Post.role, Post.person_id, Person.email)
    .join_from(_PLACES, Post, Post.unit_id == _PLACES.c.unit)
    .join(Person, Post.person_id == Person.id)
    .where(
        Post.role.in_(sa.bindparam("roles", expanding=True)),
        held_at(_DAY, _NOW),  # type: ignore[arg-type]
    )
    .order_by(Post.id)
)


def due(now: datetime, limit: int, skipped: Collection[int]) -> list[tuple[int, int]]:
    """The (deadline, unit) whose rung fires at or before `now`, in the order of units; not those
    `skipped`."""
    query = _DUE.where(Deadline.id.not_in(_IDS)) if skipped else _DUE
    values = {"now": now, "limit": limit} | ({"ids": list(skipped)} if skipped else {})
    return [(deadline_id, unit_id) for deadline_id, unit_id in asked(query, values)]


def claim(ids: Sequence[int], now: datetime) -> list[int]:
    """Takes the rungs of those of these deadlines that are still due. Returns the deadlines: whoever
    gets one here acts on it, and nobody else does."""
    values = {"ids": ids, "now": now}
    if locks_rows():
        asked(_LOCK, values)
    return [deadline_id for (deadline_id,) in asked(_CLAIM, values)]


def rungs(ids: Sequence[int]) -> list[Rung]:
    """These deadlines with their tasks, in the order of units."""
    return [Rung._make(row) for row in asked(_RUNGS, {"ids": ids})]


def superiors(units: Collection[int], day: date) -> dict[tuple[int, str], Body]:
    """{(unit, line): its direct superior on `day`}, for those of these units that have one."""
    rows = asked(_SUPERIORS, {"ids": list(units), "day": day})
    return {(unit, line): Body(above, code) for unit, line, above, code in rows}


def secretaries(units: Collection[int], day: date, now: datetime) -> set[tuple[int, int]]:
    """The (person, unit) of everybody who is secretary at these units."""
    rows = asked(_SECRETARIES, {"ids": list(units), "day": day, "now": now})
    return {(person, unit) for person, unit in rows}


def holders(
    bodies: Collection[int], roles: Sequence[str], day: date, now: datetime
) -> dict[int, list[Holder]]:
    """{body: holders of these roles there and at its advisory bodies of that day, in the order of
    posts}."""
    found: dict[int, list[Holder]] = {}
    values = {"ids": list(bodies), "roles": roles, "day": day, "now": now}
    for row in asked(_HOLDERS, values):
        found.setdefault(row[0], []).append(Holder._make(row))
    return found
