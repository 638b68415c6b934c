"""Whom to tell in person: people of a unit whom no mail reaches, and what waits for them.

A tick is an event, and a delivery by the channel "person" beside the notice that was told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.document import Document
from models.notification import UNDELIVERED, Delivery, Notification
from models.obligation import Obligation
from models.person import Membership, Person
from models.post import Post, held_at
from models.task import Task, TaskRole
from models.unit import Unit, in_force_on
from workflows import trail
from workflows.calendar import local_day
from workflows.standing import standing
from workflows.transcribing import capacity

CHANNEL = "person"
TELLERS = ("secretary", "deputy", "clerk")
ABOUT_A_TASK = ("waits", "returned")  # topics that are over once their task is done
MOST = 200


@dataclass(frozen=True)
class Waiting:
    """One thing that one person has not heard of: a notice, or the task to begin what is owed.

    `key` names it within the page: n12 or t7-3. `due_at` is the end of the last good day, or None.
    """

    person: Person
    notice: Notification | None
    task: Task | None
    due_at: datetime | None

    @property
    def key(self) -> str:
        if self.notice is not None:
            return f"n{self.notice.id}"
        return f"t{self.task.id}-{self.person.id}" if self.task else ""

    @property
    def mark(self) -> str:
        """What a delivery of this is known by where there is no notice yet."""
        return f"<task-{self.task.id}-{self.person.id}@person.duyet.invalid>" if self.task else ""


def may_tell(unit: Unit, person: Person, now: datetime) -> bool:
    """Whether telling the people of this unit is this person's office: its secretary, deputy or
    clerk; the clerk above where a cell has none."""
    posts = standing(person, now).posts
    if any(post.unit_id == unit.id and post.role in TELLERS for post in posts):
        return True
    held = capacity(unit, "party", person, now) if unit.level.rank == 0 else None
    return held is not None and held.unit.id != unit.id


def waiting(unit: Unit, teller: Person, now: datetime) -> list[Waiting]:
    """What the people of a unit, but for the teller himself, have to be told in person: by name,
    then by due time."""
    people = {person.id: person for person in _people(unit, now) if person.id != teller.id}
    told = set(
        db.session.scalars(
            sa.select(Delivery.message_id)
            .where(Delivery.channel == CHANNEL, Delivery.message_id.like("<task-%"))
            .join(Notification, Delivery.notification_id == Notification.id)
            .where(Notification.person_id.in_(people))
        )
    )
    found = [*_notices(people), *(w for w in _owed(unit, people, now) if w.mark not in told)]
    return sorted(
        found[:MOST],
        key=lambda w: (w.person.sort_key, w.person.id, w.due_at is None, w.due_at or now),
    )


def tell(unit: Unit, keys: set[str], *, actor: Person, now: datetime, real_now: datetime) -> int:
    """Note that these things were told in person; returns how many. What is told already, or waits
    no more, is passed over. In the caller's transaction; deliveries are dated by real time."""
    trail.lock_logs(db.session(), [unit.id])  # two who tick at once: the second finds it done
    count = 0
    for one in waiting(unit, actor, now):
        if one.key in keys:
            _tell(unit, one, actor, now, real_now)
            count += 1
    return count


def _tell(unit: Unit, one: Waiting, actor: Person, now: datetime, real_now: datetime) -> None:
    what = {"notice": one.notice.id} if one.notice else {"task": one.task.id if one.task else None}
    event = trail.append(
        db.session(),
        unit_id=unit.id,
        action="told_in_person",
        at=now,
        facts={**what, "person": one.person.id},
        private={"actor": actor.full_name, "name": one.person.full_name},
        actor_id=actor.id,
        about_id=one.person.id,
    )
    notice = one.notice
    if notice is None:
        notice = Notification(
            event_id=event.id,
            person_id=one.person.id,
            topic="waits",
            action="create",
            created_at=now,
        )
        db.session.add(notice)
    db.session.add(
        Delivery(
            notification=notice,
            channel=CHANNEL,
            state="done",
            message_id=one.mark or f"<notice-{notice.id}@person.duyet.invalid>",
            next_at=real_now,
            done_at=real_now,
        )
    )
    db.session.flush()


def _people(unit: Unit, now: datetime) -> list[Person]:
    """Members and officers of a unit whom no mail reaches: without an address, or one that
    failed."""
    day = local_day(now)
    members = sa.select(Membership.person_id).where(
        Membership.unit_id == unit.id, in_force_on(Membership, day)
    )
    officers = sa.select(Post.person_id).where(Post.unit_id == unit.id, held_at(day, now))
    failed = sa.exists().where(
        Notification.person_id == Person.id,
        Delivery.notification_id == Notification.id,
        Delivery.state.in_(UNDELIVERED),
    )
    return list(
        db.session.scalars(
            sa.select(Person)
            .where(
                sa.or_(Person.id.in_(members), Person.id.in_(officers)),
                sa.or_(Person.email.is_(None), Person.email == "", failed),
            )
            .order_by(Person.sort_key, Person.id)
            .limit(MOST)
        )
    )


def _notices(people: dict[int, Person]) -> Iterator[Waiting]:
    """Notices that reached nobody: not read here, not sent, not told. Who merely read a commitment
    is told in the application alone."""
    brought = sa.exists().where(
        Delivery.notification_id == Notification.id, Delivery.channel == CHANNEL
    )
    failed = sa.exists().where(
        Delivery.notification_id == Notification.id, Delivery.state.in_(UNDELIVERED)
    )
    without = [person.id for person in people.values() if not person.email]
    rows = db.session.execute(
        sa.select(Notification, Task)
        .options(joinedload(Notification.document).joinedload(Document.author))
        .outerjoin(
            Task,
            sa.and_(
                Task.document_id == Notification.document_id,
                Task.opened_at == Notification.created_at,
                Task.closed_at.is_(None),
            ),
        )
        .where(
            Notification.person_id.in_(people),
            Notification.read_at.is_(None),
            Notification.topic != "read",
            sa.or_(Notification.person_id.in_(without), failed),
            sa.or_(Notification.topic.not_in(ABOUT_A_TASK), Task.id.is_not(None)),
            ~brought,
        )
        .order_by(Notification.id.desc())
        .limit(MOST)
    )
    for notice, task in rows:
        yield Waiting(people[notice.person_id], notice, None, task.due_at if task else None)


def _owed(unit: Unit, people: dict[int, Person], now: datetime) -> Iterator[Waiting]:
    """What is owed and not begun, which no notice tells of: by the person, or by the unit for whose
    post he would begin it."""
    without = [person.id for person in people.values() if not person.email]
    day = local_day(now)
    query = (
        sa.select(Task, sa.func.coalesce(Task.person_id, Post.person_id))
        .options(joinedload(Task.obligation).joinedload(Obligation.requirement))
        .outerjoin(TaskRole, TaskRole.task_id == Task.id)
        .outerjoin(
            Post,
            sa.and_(
                Post.unit_id == TaskRole.unit_id,
                Post.role == TaskRole.role,
                held_at(day, now),
            ),
        )
        .where(
            Task.unit_id == unit.id,
            Task.closed_at.is_(None),
            Task.obligation_id.is_not(None),
            sa.func.coalesce(Task.person_id, Post.person_id).in_(without),
        )
        .order_by(Task.due_at, Task.id)
        .limit(MOST)
    )
    seen = set()
    for task, person_id in db.session.execute(query):
        if (task.id, person_id) not in seen:
            seen.add((task.id, person_id))
            yield Waiting(people[person_id], None, task, task.due_at)
