"""What an act writes beside its document. PostgreSQL does in one statement what otherwise takes three:
there each statement is a way to the server and back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models.base import UTCDateTime, db, locks_rows, table_of
from models.deadline import Deadline, Escalation
from models.event import AuditEvent, EventPayload, LogHead
from models.queries.adding import add, add_all, adding_one
from models.queries.prepared import Prepared
from models.task import Task, TaskRole

TASK, ROLE, DEADLINE, HEAD = map(table_of, (Task, TaskRole, Deadline, LogHead))
_BY_UNIT = Prepared(sa.update(HEAD).where(HEAD.c.unit_id == sa.bindparam("unit")))
_INSTANTS = [sa.bindparam(name, type_=UTCDateTime) for name in ("at", "latest_at")]
_APPENDED = Prepared(
    sa.text("""
    WITH event AS (
      INSERT INTO audit_event
        (unit_id, seq, at, action, document_id, document_version, leaf, leaf_hash)
      VALUES (:unit_id, :seq, :at, :action, :document_id, :document_version, :leaf, :leaf_hash)
      RETURNING id
    ), payload AS (
      INSERT INTO event_payload (event_id, actor_id, about_id, fields)
      SELECT id, :actor_id, :about_id, :fields FROM event
    )
    UPDATE log_head SET size = :size, frontier = :frontier, latest_at = :latest_at
    FROM event WHERE unit_id = :unit_id RETURNING event.id
""").bindparams(*_INSTANTS, sa.bindparam("fields", type_=sa.JSON))
)
_OPENED = Prepared(
    sa.text("""
    WITH task AS (
      INSERT INTO task (document_id, obligation_id, action, unit_id, person_id, climbed, opened_at,
        due_at, nominal_due)
      VALUES (:document_id, :obligation_id, :action, :unit_id, :person_id, :climbed, :opened_at,
        :due_at, :nominal_due)
      RETURNING id
    ), role AS (
      INSERT INTO task_role (task_id, unit_id, role)
      SELECT task.id, held.unit_id, held.role
      FROM task, unnest(CAST(:units AS bigint[]), CAST(:roles AS text[])) AS held (unit_id, role)
    )
    INSERT INTO deadline (task_id, unit_id, effective_due, version, rung, counted_from, fires_at)
    SELECT id, :unit_id, :effective_due, 1, :rung, :counted_from, :fires_at FROM task
""").bindparams(
        *(sa.bindparam(name, type_=UTCDateTime) for name in ("opened_at", "due_at", "fires_at"))
    )
)
_CLOSED = """
    WITH closed AS (
      UPDATE task SET closed_at = :now, closed_by_id = :by
      WHERE {subject} = :subject AND closed_at IS NULL RETURNING id
    ), role AS (
      DELETE FROM task_role USING closed WHERE task_id = closed.id
    ), deadline AS (
      UPDATE deadline SET closed_at = :now FROM closed
      WHERE task_id = closed.id AND closed_at IS NULL RETURNING deadline.id, task_id
    )
    SELECT closed.id, deadline.id FROM closed LEFT JOIN deadline ON deadline.task_id = closed.id
"""
_AT = sa.bindparam("now", type_=UTCDateTime)
_CLOSED_OF = {
    subject: Prepared(sa.text(_CLOSED.format(subject=subject)).bindparams(_AT))
    for subject in ("document_id", "obligation_id")
}
_CLOSE_TASK = (
    sa.update(TASK)
    .where(TASK.c.closed_at.is_(None))
    .values(closed_at=_AT, closed_by_id=sa.bindparam("by"))
    .returning(TASK.c.id)
)
_CLOSE_TASK_OF = {
    subject: Prepared(_CLOSE_TASK.where(TASK.c[subject] == sa.bindparam("subject")))
    for subject in _CLOSED_OF
}
_CLOSE_DEADLINE = Prepared(
    sa.update(DEADLINE)
    .where(DEADLINE.c.task_id == sa.bindparam("task"), DEADLINE.c.closed_at.is_(None))
    .values(closed_at=_AT)
    .returning(DEADLINE.c.id)
)
_DROP_ROLES = Prepared(sa.delete(ROLE).where(ROLE.c.task_id == sa.bindparam("task")))


def append_event(event: dict[str, Any], payload: dict[str, Any], head: dict[str, Any]) -> int:
    """The rows of one event, its payload (empty: none) and the head of its log; returns its id."""
    if payload and locks_rows():
        return int(_APPENDED.run(event | payload | head).scalar_one())
    ident = adding_one(AuditEvent, **event)
    if payload:
        add(EventPayload, event_id=ident, **payload)
    _BY_UNIT.run({"unit": event["unit_id"], **head})
    return ident


def open_task(
    task: dict[str, Any], posts: Sequence[tuple[int, str]], deadline: dict[str, Any]
) -> None:
    """The rows of a task, of the (unit, role) pairs it waits for, and of its deadline."""
    if locks_rows():
        held = {"units": [unit for unit, _ in posts], "roles": [role for _, role in posts]}
        _OPENED.run(_NOTHING | task | held | deadline)
        return
    ident = adding_one(Task, **task)
    add_all(TaskRole, [{"task_id": ident, "unit_id": unit, "role": role} for unit, role in posts])
    add(Deadline, task_id=ident, unit_id=task["unit_id"], **deadline)


def open_task_of(task: dict[str, Any], posts: Sequence[tuple[int, str]], deadline_id: int) -> None:
    """The rows of a task, as `open_task`; its deadline is one that another task had, which is open
    again, with all the rungs climbed."""
    ident = adding_one(Task, **task)
    add_all(TaskRole, [{"task_id": ident, "unit_id": unit, "role": role} for unit, role in posts])
    session = db.session()
    taken = {"task_id": ident, "unit_id": task["unit_id"], "closed_at": None}
    session.execute(sa.update(Deadline).where(Deadline.id == deadline_id).values(**taken))
    session.execute(
        sa.update(Escalation).where(Escalation.deadline_id == deadline_id).values(task_id=ident)
    )


_NOTHING = dict.fromkeys(("document_id", "obligation_id", "person_id", "nominal_due"))


def close_tasks(
    subject: str, ident: int, *, by: int | None, now: datetime
) -> list[tuple[int, int | None]]:
    """Closes what is open of one document or obligation (`subject`: the column that names it).
    Returns the (task, deadline) ids that were closed."""
    given = {"subject": ident, "now": now, "by": by}
    if locks_rows():
        return [(task, due) for task, due in _CLOSED_OF[subject].run(given)]
    closed: list[tuple[int, int | None]] = []
    for task in _CLOSE_TASK_OF[subject].run(given).scalars().all():
        _DROP_ROLES.run({"task": task})
        due = _CLOSE_DEADLINE.run({"task": task, "now": now}).scalar_one_or_none()
        closed.append((task, due))
    return closed
