"""The clocks that run for one obligation: the open task to begin what is owed, or of the paper that
answers it, with its deadline."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from models.base import db
from models.deadline import Deadline
from models.document import Document
from models.obligation import Obligation
from models.task import Task
from workflows import ladder
from workflows.calendar import WorkingCalendar, end_of_day, local_day
from workflows.owed_day import by_itself, last_day


def running(obligation: Obligation, due: date | None = None) -> list[tuple[Task, Deadline]]:
    """Open tasks that wait until the last good day of an obligation (`due`, where that was another),
    with their deadlines, in the order in which a sweep locks them. A step with days of its own is not
    among them."""
    papers = sa.select(Document.id).where(
        Document.obligation_id == obligation.id, Document.stage == 0
    )
    on_its_way = sa.and_(
        Task.document_id.in_(papers),
        Deadline.effective_due == (due or obligation.effective_due),
        Task.person_id.is_not_distinct_from(obligation.person_id),
    )
    rows = db.session.execute(
        sa.select(Task, Deadline)
        .join(Deadline, Deadline.task_id == Task.id)
        .where(Task.closed_at.is_(None), sa.or_(Task.obligation_id == obligation.id, on_its_way))
        .order_by(Deadline.unit_id, Deadline.id)
        .with_for_update(of=Deadline)
        .execution_options(populate_existing=True)
    )
    return [
        (task, deadline)
        for task, deadline in rows
        if task.document is None or by_itself(task.document)
    ]


def restart(
    obligation: Obligation, old_due: date, now: datetime, calendar: WorkingCalendar
) -> None:
    """The last good day is another one: what waits, waits until then, or as long as its state allows
    from now, and the ladder begins anew."""
    for task, deadline in running(obligation, old_due):
        _wait_until(_day(task, obligation, now, calendar), task, deadline, now, calendar)


def stop(obligation: Obligation, now: datetime) -> None:
    """Nothing is owed any more: a draft that was begun may lie, and nobody is told of it; a step on
    its way has the days of its own state. What was told of the old day is over."""
    calendar = WorkingCalendar.of(db.session())
    for task, deadline in running(obligation):
        if task.document is None:
            ladder.pause(deadline, now)
            continue
        _wait_until(_day(task, obligation, now, calendar), task, deadline, now, calendar)
        if task.action == "submit":
            ladder.pause(deadline, now)


def _day(task: Task, obligation: Obligation, now: datetime, calendar: WorkingCalendar) -> date:
    if task.document is None:
        return obligation.effective_due
    return last_day(task.document, task.person_id, calendar, local_day(now))[0]


def _wait_until(
    due: date, task: Task, deadline: Deadline, now: datetime, calendar: WorkingCalendar
) -> None:
    task.due_at = end_of_day(due)
    ladder.restart(deadline, due, now, calendar)
