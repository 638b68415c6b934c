"""The clocks that run for one obligation: the open task to begin what is owed, or to hand in the
draft that answers it, with its deadline."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.deadline import Deadline
from models.document import Document
from models.obligation import Obligation
from models.task import Task
from workflows import ladder
from workflows.calendar import WorkingCalendar, end_of_day


def running(obligation: Obligation) -> list[tuple[Task, Deadline]]:
    """Open tasks that wait until the last good day of an obligation, with their deadlines, in the
    order in which a sweep locks them. The clock of a review is not among them."""
    drafts = sa.select(Document.id).where(
        Document.obligation_id == obligation.id, Document.stage == 0
    )
    rows = db.session.execute(
        sa.select(Task, Deadline)
        .join(Deadline, Deadline.task_id == Task.id)
        .where(
            Task.closed_at.is_(None),
            sa.or_(
                Task.obligation_id == obligation.id,
                sa.and_(Task.document_id.in_(drafts), Task.action == "submit"),
            ),
        )
        .order_by(Deadline.unit_id, Deadline.id)
        .with_for_update(of=Deadline)
        .execution_options(populate_existing=True)
    )
    return [(task, deadline) for task, deadline in rows]


def restart(obligation: Obligation, now: datetime, calendar: WorkingCalendar) -> None:
    """The last good day is another one: what waits, waits until then, and the ladder begins anew."""
    due = obligation.effective_due
    for task, deadline in running(obligation):
        task.due_at = end_of_day(due)
        ladder.restart(deadline, due, now, calendar)


def stop(obligation: Obligation, now: datetime) -> None:
    """Nothing is owed any more: a draft that was begun may lie, and nobody is told of it."""
    for _, deadline in running(obligation):
        ladder.pause(deadline, now)
