"""The desk: open tasks for the posts one holds, keyset-paged, counted only up to a bound.

Times are aware UTC. A task's place in the list is (due_at, id); tasks without a due time come last.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from models.base import db
from models.campaign import Requirement
from models.document import Contribution, Decision, Document
from models.obligation import Obligation
from models.task import Task, TaskRole

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
BOUND = 99
DECIDING = ("review", "approve")

Pairs = Iterable[tuple[int, str]]


def held_by(pairs: Pairs, person_id: int | None) -> sa.ColumnElement[bool]:
    """Condition on Task: it waits for one of these (unit id, role) pairs, or for this person
    alone."""
    conditions: list[sa.ColumnElement[bool]] = []
    pairs = sorted(set(pairs))
    if pairs:
        role = sa.or_(*(sa.and_(TaskRole.unit_id == u, TaskRole.role == r) for u, r in pairs))
        conditions.append(Task.id.in_(sa.select(TaskRole.task_id).where(role)))
    if person_id is not None:
        conditions.append(Task.person_id == person_id)
    return sa.or_(sa.false(), *conditions)


def not_barred(person_id: int) -> sa.ColumnElement[bool]:
    """Condition on Task: this person has no hand in what is to be decided (R30)."""
    wrote = sa.exists().where(
        Contribution.document_id == Task.document_id, Contribution.person_id == person_id
    )
    decided = sa.exists().where(
        Decision.document_id == Task.document_id,
        Decision.person_id == person_id,
        Decision.revision == Document.revision,
        Document.id == Task.document_id,
    )
    return sa.or_(Task.action.not_in(DECIDING), sa.and_(~wrote, ~decided))


def page(
    condition: sa.ColumnElement[bool], *, after: tuple[datetime, int] | None, limit: int
) -> list[Task]:
    """The next tasks by due time under a condition, with what a list of them shows."""
    due = sa.func.coalesce(Task.due_at, NEVER, type_=Task.due_at.type)
    query = (
        sa.select(Task)
        .options(
            joinedload(Task.unit),
            joinedload(Task.document).joinedload(Document.unit),
            joinedload(Task.document).joinedload(Document.author),
            joinedload(Task.document).joinedload(Document.definition),
            joinedload(Task.document).selectinload(Document.stages),
            joinedload(Task.obligation).joinedload(Obligation.requirement),
            joinedload(Task.obligation).joinedload(Obligation.unit),
            selectinload(Task.roles),
        )
        .where(condition)
        .order_by(due, Task.id)
        .limit(limit)
    )
    if after is not None:
        at, last_id = after
        query = query.where(sa.or_(due > at, sa.and_(due == at, Task.id > last_id)))
    return list(db.session.scalars(query).unique())


def count(condition: sa.ColumnElement[bool]) -> int:
    """How many tasks under a condition, counted to one more than `BOUND`."""
    rows = sa.select(Task.id).where(condition).limit(BOUND + 1).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0


def of_kinds(kinds: Iterable[str]) -> sa.ColumnElement[bool]:
    """Condition on Task: it is about a document (or an obligation to make one) of these kinds."""
    kinds = list(kinds)
    documents = sa.select(Document.id).where(Document.kind.in_(kinds))
    obligations = sa.select(Obligation.id).join(Requirement).where(Requirement.kind.in_(kinds))
    return sa.or_(Task.document_id.in_(documents), Task.obligation_id.in_(obligations))
