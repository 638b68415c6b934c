"""The ladder of what is owed goes from task to task: each rung is climbed once for one missed day,
whoever has the paper meanwhile (docs/decisions/0032)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.deadline import Deadline
from models.document import Document
from models.obligation import Obligation
from models.task import Task
from workflows.calendar import WorkingCalendar
from workflows.ladder.times import move, resume


def left_behind(obligation: Obligation) -> Deadline | None:
    """The deadline that the last task for the obligation's day left, to begin or to hand in what is
    owed or to bring it on its way; None where there was none for that day."""
    papers = sa.select(Document.id).where(Document.obligation_id == obligation.id)
    begun = sa.and_(Task.obligation_id == obligation.id, Task.action == "create")
    return db.session.scalar(
        sa.select(Deadline)
        .join(Deadline.task)
        .where(
            Deadline.effective_due == obligation.effective_due,
            Deadline.closed_at.is_not(None),
            Task.person_id.is_not_distinct_from(obligation.person_id),
            sa.or_(begun, Task.document_id.in_(papers)),
        )
        .order_by(Deadline.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def take_up(left: Deadline, now: datetime, calendar: WorkingCalendar) -> None:
    """A task has what was left behind a while ago: its ladder goes on at the rung where it stood, none
    before the next morning."""
    if left.paused_at is not None:
        resume(left, now, calendar)
    else:
        move(left, left.effective_due, now, calendar)
    db.session.flush()
