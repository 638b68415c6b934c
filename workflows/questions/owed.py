"""What an obligation was met with, how late, and what climbed meanwhile; for many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.deadline import Escalation
from models.document import Document
from models.event import AuditEvent
from models.obligation import Obligation
from models.task import Task
from workflows.calendar import local_day


def owing(ids: Sequence[int]) -> dict[int, Obligation]:
    """What is owed, by id, with its unit and requirement."""
    query = (
        sa.select(Obligation)
        .where(Obligation.id.in_(ids))
        .options(joinedload(Obligation.unit), joinedload(Obligation.requirement))
    )
    return {one.id: one for one in db.session.scalars(query)}


def answering(keys: Sequence[int]) -> dict[int, int]:
    """By obligation, the first paper that answers it."""
    rows = db.session.execute(
        sa.select(Document.obligation_id, sa.func.min(Document.id))
        .where(
            Document.obligation_id.in_(keys),
            Document.amends_id.is_(None),
            Document.state != "withdrawn",
        )
        .group_by(Document.obligation_id)
    )
    return {obligation: document for obligation, document in rows if obligation is not None}


def is_late(today: date) -> sa.ColumnElement[bool]:
    """SQL condition on Obligation: met after the last good day, or not met though it has passed."""
    missing = sa.and_(Obligation.state == "open", Obligation.effective_due < today)
    return sa.or_(Obligation.state == "fulfilled_late", missing)


def days_late(one: Obligation, today: date) -> int:
    """Days of the calendar after the last good day; 0 for what is in time or waived."""
    if one.state == "waived":
        return 0
    until = local_day(one.fulfilled_at) if one.fulfilled_at else today
    return max((until - one.effective_due).days, 0)


def rungs(keys: Sequence[int]) -> dict[int, list[AuditEvent]]:
    """By obligation, the events of the rungs that it climbed, oldest first: before anybody began it,
    and while the paper that answers it was on its way to the report."""
    told = (
        sa.select(Obligation.id.label("key"), Escalation.event_id)
        .select_from(Obligation)
        .where(Obligation.id.in_(keys), Escalation.rung > 0)
    )
    begun = told.join(Task, Task.obligation_id == Obligation.id)
    on_its_way = (
        told.join(Document, Document.obligation_id == Obligation.id)
        .join(Task, Task.document_id == Document.id)
        .where(
            Escalation.from_unit_id == Obligation.unit_id,
            Escalation.effective_due.between(Obligation.nominal_due, Obligation.effective_due),
        )
    )
    each = (q.join(Escalation, Escalation.task_id == Task.id) for q in (begun, on_its_way))
    both = sa.union_all(*each).subquery("told")
    rows = db.session.execute(
        sa.select(both.c.key, AuditEvent)
        .join(AuditEvent, both.c.event_id == AuditEvent.id)
        .options(joinedload(AuditEvent.unit), joinedload(AuditEvent.payload))
        .order_by(AuditEvent.id)
    )
    found: dict[int, list[AuditEvent]] = {}
    for key, event in rows:
        found.setdefault(key, []).append(event)
    return found
