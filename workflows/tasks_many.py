"""The tasks to begin many obligations, with their deadlines: one statement a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from models.base import db, table_of
from models.deadline import Deadline
from models.queries import bulk
from models.task import Task, TaskRole
from models.unit import Unit
from workflows import ladder
from workflows.calendar import WorkingCalendar, end_of_day
from workflows.tasks import drafting_posts

TASK = (
    "id",
    "obligation_id",
    "action",
    "unit_id",
    "person_id",
    "climbed",
    "opened_at",
    "due_at",
    "nominal_due",
)
ROLE = ("task_id", "unit_id", "role")
DEADLINE = (
    "task_id",
    "unit_id",
    "effective_due",
    "version",
    "rung",
    "counted_from",
    "fires_at",
)


class Waiting(NamedTuple):
    """An obligation that waits to be begun by a unit's drafting posts, or by the person who owes."""

    obligation_id: int
    unit_id: int
    person_id: int | None
    nominal_due: date
    effective_due: date


def open_obligations(
    waiting: Sequence[Waiting],
    now: datetime,
    calendar: WorkingCalendar,
    steps: tuple[ladder.Step, ...],
) -> None:
    """As `tasks.open_obligation`, for each of these, with this ladder."""
    session = db.session()
    ids = bulk.reserve(session, table_of(Task), len(waiting))
    ends = {due: end_of_day(due) for due in {one.effective_due for one in waiting}}
    began = {due: ladder.begin(due, now, calendar, steps) for due in ends}
    advisory = _advisory({one.unit_id for one in waiting if one.person_id is None})
    tasks, roles, deadlines = [], [], []
    for ident, one in zip(ids, waiting, strict=True):
        tasks.append(
            (
                ident,
                one.obligation_id,
                "create",
                one.unit_id,
                one.person_id,
                False,
                now,
                ends[one.effective_due],
                one.nominal_due,
            )
        )
        if one.person_id is None:
            posts = drafting_posts(one.unit_id, advisory[one.unit_id])
            roles += [(ident, unit_id, role) for unit_id, role in sorted(posts)]
        due = one.effective_due
        deadlines.append((ident, one.unit_id, due, 1, *began[due]))
    bulk.insert(session, table_of(Task), TASK, tasks)
    bulk.insert(session, table_of(TaskRole), ROLE, roles)
    bulk.insert(session, table_of(Deadline), DEADLINE, deadlines)


def _advisory(unit_ids: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(Unit.attached_to_id, Unit.id).where(Unit.attached_to_id.in_(unit_ids))
    )
    for served, body in rows:
        assert served is not None
        found[served].append(body)
    return found
