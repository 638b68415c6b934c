"""GET /tasks: what waits for the viewer, by the posts he holds and those delegated to him."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import clock
from models.obligation import Obligation
from models.task import Task
from views.api.door import blueprint
from views.api.listing import Filters, encoded
from views.api.represent import Holders, instant
from views.loaders import viewer
from views.policy import policy
from workflows.desk import objects, tasks_for

STATES = ("open", "overdue", "done")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@blueprint.get("/tasks")
@policy("signed_in")
def tasks() -> dict[str, Any]:
    filters = Filters()
    state = filters.word("state", STATES) or "open"
    after = _place(filters)
    filters.check()
    now = clock.now()
    page = tasks_for(viewer(), now, state, after=after, limit=filters.limit)
    tasks = objects(page)
    holders = Holders(tasks, now)
    return {
        "items": [_task(task, holders, now) for task in tasks],
        "next": encoded((page.after[0] - EPOCH) // TICK, page.after[1]) if page.after else None,
    }


def _place(filters: Filters) -> tuple[datetime, int] | None:
    numbers = filters.after(parts=2)
    if numbers is None:
        return None
    try:
        return EPOCH + numbers[0] * TICK, numbers[1]
    except OverflowError:
        filters.damaged()
        return None


def _task(task: Task, holders: Holders, now: datetime) -> dict[str, Any]:
    document = task.document
    overdue = task.closed_at is None and task.due_at is not None and task.due_at <= now
    return {
        "id": task.id,
        "action": task.action,
        "holder": holders.of(task) if task.closed_at is None else None,
        "climbed": task.climbed,
        "document": {
            "id": document.id,
            "kind": document.kind,
            "title": document.title,
            "unit": document.unit.code,
            "number": document.number,
            "state": document.state,
            "version": document.version,
        }
        if document is not None
        else None,
        "obligation": _obligation(task.obligation) if task.obligation is not None else None,
        "opened_at": instant(task.opened_at),
        "due_at": instant(task.due_at),
        "overdue": overdue,
        "closed_at": instant(task.closed_at),
    }


def _obligation(obligation: Obligation) -> dict[str, Any]:
    requirement = obligation.requirement
    return {
        "id": obligation.id,
        "kind": requirement.kind,
        "requirement": requirement.code,
        "campaign": requirement.campaign.code,
        "unit": obligation.unit.code,
    }
