"""What stands in a person's calendar: his own obligations and the tasks of the posts he holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import asked, db
from models.deadline import Deadline
from models.document import Document
from models.kinds import PERSONAL
from models.notification import Notification
from models.obligation import Obligation
from models.person import Person
from models.queries.lines import Line, lines
from models.task import Task
from workflows import desk
from workflows.calendar import local_day
from workflows.standing import standing

MOST = 500  # events of one calendar
PAST = timedelta(days=30)  # how long something done or cancelled stays in it


@dataclass(frozen=True)
class Entry:
    """One deadline. `uid` never changes; `sequence` grows with every change. Of `owed` and `line` one
    is set: a person's own obligation, or a task of a post he holds."""

    uid: str
    day: date  # the last good day
    sequence: int
    begun_at: datetime
    cancelled: bool
    owed: Obligation | None = None
    line: Line | None = None


def entries_for(person: Person, now: datetime) -> list[Entry]:
    """The person's own obligations and the tasks of the posts he holds, open, or ended within PAST,
    by day. `now` is the organisation's instant."""
    found = [*_obligations(person, now), *_tasks(person, now)]
    return sorted(found, key=lambda entry: (entry.day, entry.uid))[:MOST]


def _obligations(person: Person, now: datetime) -> Iterator[Entry]:
    rows = db.session.scalars(
        sa.select(Obligation)
        .options(joinedload(Obligation.requirement), joinedload(Obligation.unit))
        .where(
            Obligation.person_id == person.id,
            sa.or_(
                Obligation.state == "open",
                Obligation.effective_due >= local_day(now - PAST),
            ),
        )
        .order_by(Obligation.effective_due, Obligation.id)
        .limit(MOST)
    ).all()
    versions = _versions_of_obligations([row.id for row in rows])
    for row in rows:
        yield Entry(
            uid=f"obligation-{row.id}",
            day=row.effective_due,
            # A reopened obligation has one task more, so that it counts on.
            sequence=2 * versions.get(row.id, 0) + (row.state != "open"),
            begun_at=row.created_at,
            cancelled=row.state == "waived",
            owed=row,
        )


def _versions_of_obligations(ids: list[int]) -> dict[int, int]:
    """{obligation: the versions of all deadlines there were for it, added up}."""
    of = sa.func.coalesce(Task.obligation_id, Document.obligation_id)
    rows = asked(
        sa.select(of, sa.func.sum(Deadline.version))
        .join_from(Task, Deadline, Deadline.task_id == Task.id)
        .outerjoin(Document, Task.document_id == Document.id)
        .where(sa.or_(Task.obligation_id.in_(ids), Document.obligation_id.in_(ids)))
        .group_by(of)
    )
    return {ident: int(total) for ident, total in rows}


def _tasks(person: Person, now: datetime) -> Iterator[Entry]:
    waiting = desk.tasks_for(person, now, "open", limit=MOST).tasks
    ended = lines(_ended(person, now))
    every = {line.id: line for line in (*waiting, *ended.values())}
    rows = asked(
        sa.select(Deadline.task_id, Deadline.version, Task.opened_at)
        .join_from(Deadline, Task, Deadline.task_id == Task.id)
        .where(Deadline.task_id.in_(every))
    )
    known = {task_id: (version, opened_at) for task_id, version, opened_at in rows}
    for ident, line in every.items():
        if line.due_at is None or ident not in known or _is_his_own(line, person):
            continue
        version, opened_at = known[ident]
        over = line.closed_at is not None
        yield Entry(
            uid=f"task-{ident}",
            day=local_day(line.due_at - timedelta(seconds=1)),
            sequence=2 * (version - 1) + over,
            begun_at=opened_at,
            cancelled=over,
            line=line,
        )


def _ended(person: Person, now: datetime) -> list[int]:
    """Tasks that were his to see and were done, or fell away, lately: nothing is to be done any more.
    Of papers, those he was told of and those he saw to; of what is owed, those of his bodies."""
    told = (
        sa.select(Task.id)
        .join(
            Notification,
            sa.and_(
                Notification.document_id == Task.document_id,
                Notification.created_at == Task.opened_at,
                Notification.action == Task.action,
            ),
        )
        .where(Notification.person_id == person.id, Task.closed_at > now - PAST)
    )
    units = {seat.unit_id for seat in standing(person, now).posts}
    owed = (
        sa.select(Task.id)
        .join(Obligation, Task.obligation_id == Obligation.id)
        .where(
            Obligation.unit_id.in_(units),
            Obligation.person_id.is_(None),
            Task.closed_at > now - PAST,
        )
    )
    done = sa.select(Task.id).where(Task.closed_by_id == person.id, Task.closed_at > now - PAST)
    rows = asked(sa.union(told, owed, done).limit(MOST))
    return [ident for (ident,) in rows]


def _is_his_own(line: Line, person: Person) -> bool:
    """A step on the way of what he owes himself: his obligation tells of it."""
    if line.obligation is not None:
        return line.obligation.person_id == person.id
    paper = line.document
    return paper is not None and paper.kind in PERSONAL and paper.author_id == person.id
