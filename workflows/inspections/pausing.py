"""A freeze holds the ladder of what lies in its scope: nothing climbs while the files are held."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db, transaction
from models.campaign import Requirement
from models.deadline import Deadline
from models.document import Document
from models.inspection import Inspection
from models.obligation import Obligation
from models.task import Task
from workflows import trail
from workflows.calendar import WorkingCalendar, end_of_day, local_day
from workflows.inspections import limits
from workflows.inspections.lookups import running
from workflows.inspections.scope import covered
from workflows.ladder.times import pause, restart, resume


def hold(inspection: Inspection, now: datetime, *, due: bool = False) -> int:
    """Pauses the open ladders in scope; with `due` only those whose rung would fire now. Returns how
    many. In the caller's transaction, after its logs are locked."""
    wanted: list[sa.ColumnElement[bool]] = [Deadline.paused_at.is_(None)]
    if due:
        wanted.append(Deadline.fires_at <= now)
    deadlines = _in_scope(inspection, *wanted)
    for deadline in deadlines:
        pause(deadline, now)
    db.session.flush()
    return len(deadlines)


def release(inspection: Inspection, now: datetime) -> int:
    """Lets the paused ladders in scope go on, but those that another freeze holds. Returns how many.
    In the caller's transaction, after its logs are locked."""
    held = {
        deadline.id
        for other in freezes(now)
        if other.id != inspection.id
        for deadline in _in_scope(other)
    }
    calendar = WorkingCalendar.of(db.session())
    freed = [d for d in _in_scope(inspection, Deadline.paused_at.is_not(None)) if d.id not in held]
    for deadline in freed:
        resume(deadline, now, calendar)
    db.session.flush()
    return len(freed)


def hold_due(now: datetime) -> int:
    """Before a sweep: what came to be, or began anew, under a freeze stands still before it climbs.
    Returns how many ladders."""
    if not _any_frozen():
        return 0
    with transaction():
        return sum(hold(inspection, now, due=True) for inspection in freezes(now))


def lapse(now: datetime) -> int:
    """A new day: freezes of inspections whose last day is over end by themselves, each with an event
    in the log of its commission. Returns how many."""
    today = local_day(now)
    over = sa.select(Inspection).where(Inspection.frozen, Inspection.ends_on < today)
    found = list(db.session.scalars(over.order_by(Inspection.id)))
    for inspection in found:
        document = inspection.document
        inspection.frozen = False
        trail.append(
            db.session(),
            unit_id=document.unit_id,
            action="freeze_lapsed",
            at=now,
            facts={"kind": "inspection", "inspection": inspection.id, "day": inspection.ends_on},
            private={},
            actor_id=None,
            document_id=document.id,
        )
        release(inspection, now)
    return len(found)


def freezes(now: datetime) -> list[Inspection]:
    """The running inspections that hold files, by id."""
    rows = sa.select(Inspection).join(Document, Inspection.document_id == Document.id)
    return list(
        db.session.scalars(rows.where(Inspection.frozen, running(now)).order_by(Inspection.id))
    )


def wait_longer(
    document: Document, inspection: Inspection, now: datetime, calendar: WorkingCalendar
) -> None:
    """The open task of the inspection itself has its limit anew, with a ladder of its own."""
    task = db.session.scalar(
        sa.select(Task).where(Task.document_id == document.id, Task.closed_at.is_(None))
    )
    if task is None or task.due_at is None:
        return
    deadline = db.session.scalars(sa.select(Deadline).where(Deadline.task_id == task.id)).one()
    day = limits.due(inspection, document.state, deadline.effective_due, local_day(now))
    if day > deadline.effective_due:
        task.due_at = end_of_day(day)
        restart(deadline, day, now, calendar)


def _any_frozen() -> bool:
    rows = sa.select(Inspection.id).where(Inspection.frozen)
    return db.session.scalar(rows.limit(1)) is not None


def _in_scope(inspection: Inspection, *wanted: sa.ColumnElement[bool]) -> list[Deadline]:
    """The open deadlines of what lies in the scope, in the order in which everybody holds them: of its
    documents, and of what is owed."""
    units, kinds = inspection.unit_ids, inspection.document_kinds
    owed = sa.and_(
        Obligation.unit_id.in_(units),
        Requirement.kind.in_(kinds),
        Requirement.campaign_id == inspection.campaign_id,
    )
    rows = (
        sa.select(Deadline)
        .join(Task, Deadline.task_id == Task.id)
        .outerjoin(Document, Task.document_id == Document.id)
        .outerjoin(Obligation, Task.obligation_id == Obligation.id)
        .outerjoin(Requirement, Obligation.requirement_id == Requirement.id)
        .where(Deadline.closed_at.is_(None), sa.or_(covered(inspection), owed), *wanted)
        .order_by(Deadline.unit_id, Deadline.id)
        .with_for_update(of=Deadline)
    )
    return list(db.session.scalars(rows))
