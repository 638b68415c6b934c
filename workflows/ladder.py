"""What is overdue climbs by itself, on working days, exactly once per rung (domain §3.5, design
§1).

A deadline row says when its next rung fires. The sweep claims what is due by one conditional UPDATE
and then acts as SYSTEM: it tells the superior, it never decides in anybody's place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from models.base import db, transaction
from models.deadline import Deadline, Escalation
from models.person import Person
from models.post import Post, held_at
from models.task import Task
from models.unit import Unit, superior_of
from workflows import notices, trail
from workflows.authority import posts_at
from workflows.calendar import WorkingCalendar, at_seven, local_day

RUNGS = 1  # the direct superior
BATCH = 1000
# Who hears of it at the superior body and its advisory body.
HEARERS = ("secretary", "standing", "advisor", "deputy")


def first_rung_at(due: date, now: datetime, calendar: WorkingCalendar) -> datetime:
    """When the first rung of a deadline fires: 07:00 of the first working day after its last good
    day, and not before the next such morning from now."""
    morning = at_seven(calendar.add_working_days(due, 1))
    if morning <= now:
        morning = at_seven(calendar.add_working_days(local_day(now), 1))
    return morning


@dataclass(frozen=True)
class Climb:
    """One rung that is due: which task, from which body, to which (None: nobody is above)."""

    deadline: Deadline
    task: Task
    to: Unit | None


def due(now: datetime, limit: int = BATCH) -> list[Climb]:
    """What would climb at `now`, in unit order. Reads only."""
    rows = db.session.execute(
        sa.select(Deadline, Task)
        .join(Task, Deadline.task_id == Task.id)
        .where(Deadline.closed_at.is_(None), Deadline.fires_at <= now)
        .order_by(Deadline.unit_id, Deadline.id)
        .limit(limit)
    )
    return [Climb(deadline, task, hearer_of(task, now)) for deadline, task in rows]


def hearer_of(task: Task, now: datetime) -> Unit | None:
    """The body that hears of a late task: the direct superior on that day.

    A person's lateness stops at his own secretary; the secretary's own goes one level up (design
    §3).
    """
    day = local_day(now)
    if task.person_id is not None and not _leads(task.person_id, task.unit_id, now):
        return task.unit
    return superior_of(task.unit_id, line=_line(task), day=day)


def _leads(person_id: int, unit_id: int, now: datetime) -> bool:
    return bool(
        db.session.scalar(
            sa.select(Post.id).where(
                Post.person_id == person_id,
                Post.unit_id == unit_id,
                Post.role == "secretary",
                held_at(local_day(now), now),
            )
        )
    )


def _line(task: Task) -> str:
    if task.document is not None:
        return task.document.campaign.line
    assert task.obligation is not None
    return task.obligation.requirement.campaign.line


def next_instant(after: datetime) -> datetime | None:
    """The earliest instant at which an open deadline fires, later than nothing before it; None if
    none."""
    return db.session.scalar(
        sa.select(sa.func.min(Deadline.fires_at)).where(
            Deadline.closed_at.is_(None), Deadline.fires_at.is_not(None), Deadline.fires_at > after
        )
    )


def sweep(
    now: datetime, limit: int = BATCH, failed: Callable[[int, Exception], None] | None = None
) -> int:
    """Climb every rung that is due at `now`. Returns how many were climbed.

    A batch is one transaction. When a batch fails, each of its deadlines is retried alone; what
    still fails is handed to `failed` and cannot block the rest. Running twice, or twice at once,
    climbs nothing twice.
    """
    climbed = 0
    skipped: set[int] = set()
    while batch := _due(now, limit, skipped):
        try:
            with transaction():
                climbed += _climb_all(batch, now)
        except Exception:  # whatever one deadline suffers from must not hold up the others
            for deadline_id, unit_id in batch:
                try:
                    with transaction():
                        climbed += _climb_all([(deadline_id, unit_id)], now)
                except Exception as error:
                    skipped.add(deadline_id)
                    if failed is not None:
                        failed(deadline_id, error)
        if len(batch) < limit:
            break
    return climbed


def _climb_all(batch: list[tuple[int, int]], now: datetime) -> int:
    """Climb these (deadline, unit). The logs are locked before the first deadline is: an act, too,
    writes its event before it closes the deadline, and the two must not wait for each other."""
    trail.lock_logs(db.session(), [unit_id for _, unit_id in batch])
    return sum(_climb(deadline_id, now) for deadline_id, _ in batch)


def _due(now: datetime, limit: int, skipped: set[int]) -> list[tuple[int, int]]:
    query = (
        sa.select(Deadline.id, Deadline.unit_id)
        .where(Deadline.closed_at.is_(None), Deadline.fires_at <= now)
        .order_by(Deadline.unit_id, Deadline.id)
        .limit(limit)
    )
    if skipped:
        query = query.where(Deadline.id.not_in(skipped))
    return [(deadline_id, unit_id) for deadline_id, unit_id in db.session.execute(query)]


def _climb(deadline_id: int, now: datetime) -> bool:
    """Claim one rung and act on it. False when somebody else has, or the task is done meanwhile."""
    claimed = db.session.execute(
        sa.update(Deadline)
        .where(Deadline.id == deadline_id, Deadline.closed_at.is_(None), Deadline.fires_at <= now)
        .values(rung=Deadline.rung + 1, fires_at=None)
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        return False
    deadline = db.session.get(Deadline, deadline_id, populate_existing=True)
    assert deadline is not None
    task = deadline.task
    to = hearer_of(task, now)
    if task.closed_at is not None or to is None:
        return False
    db.session.add(
        Escalation(
            deadline_id=deadline.id,
            deadline_version=deadline.version,
            rung=deadline.rung,
            task_id=task.id,
            from_unit_id=task.unit_id,
            to_unit_id=to.id,
            effective_due=deadline.effective_due,
            at=now,
        )
    )
    event = trail.append(
        db.session(),
        unit_id=task.unit_id,
        action="escalate",
        at=now,
        facts={
            "task": task.id,
            "waits_for": task.action,
            "obligation": task.obligation_id,
            "rung": deadline.rung,
            "to_unit": to.code,
            "due": deadline.effective_due,
        },
        private={},
        actor_id=None,
        document_id=task.document_id,
    )
    notices.notify(
        event,
        _hearers(to, task, now),
        topic="escalated",
        action=task.action,
        document=task.document,
        now=now,
    )
    db.session.flush()
    return True


def _hearers(to: Unit, task: Task, now: datetime) -> list[Person]:
    """Holders of the leading posts at the body that hears, and at its advisory bodies.

    Of a person's lateness his own secretary hears alone, or the deputy where there is no secretary.
    """
    posts = [
        p
        for p in posts_at(to, local_day(now), now)
        if p.role in HEARERS and p.person_id != task.person_id
    ]
    if task.person_id is not None and to.id == task.unit_id:
        for role in ("secretary", "deputy"):
            if alone := [p for p in posts if p.role == role]:
                posts = alone
                break
    return [post.person for post in posts]
