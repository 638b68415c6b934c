"""Who hears of what is late: the bodies above on a day, who holds their posts, and who was told
before.

Each asks for a whole batch at once. A batch is at most so many rows as one statement may name.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models.account import Account
from models.base import UTCDateTime, asked
from models.campaign import Requirement
from models.deadline import Deadline, Escalation
from models.document import Document
from models.notification import Notification
from models.obligation import Obligation
from models.person import Absence, Person
from models.post import Delegation, Post, delegated_at, held_at
from models.task import Task, TaskRole
from models.unit import ReportingLine, Unit, in_force_on

_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_DAY = sa.bindparam("day", type_=sa.Date)
_NOW = sa.bindparam("now", type_=UTCDateTime)


class Body(NamedTuple):
    """A unit that hears of a rung."""

    id: int
    code: str


class Holder(NamedTuple):
    """Somebody with a post at a body (`body_id`) or at an advisory body of it (`unit_id`)."""

    body_id: int
    unit_id: int
    role: str
    person_id: int
    email: str | None
    post_id: int | None = None


class Lent(NamedTuple):
    """A post lent to somebody who is there to act: for these kinds and actions, empty means all."""

    post_id: int
    person_id: int
    email: str | None
    kinds: list[str]
    actions: list[str]


_CODES = sa.select(Unit.id, Unit.code).where(Unit.id.in_(_IDS))

_ADVISORY = aliased(Unit)
_SUPERIORS = (
    sa.select(ReportingLine.unit_id, ReportingLine.line, Unit.id, Unit.code)
    .join_from(ReportingLine, Unit, ReportingLine.superior_id == Unit.id)
    .where(ReportingLine.unit_id.in_(_IDS), in_force_on(ReportingLine, _DAY))  # type: ignore[arg-type]
    .order_by(ReportingLine.id.desc())  # of two the older one holds, as in `superior_of`
)
_SERVED = (
    sa.select(_ADVISORY.id, Unit.id, Unit.code)
    .join_from(_ADVISORY, Unit, _ADVISORY.attached_to_id == Unit.id)
    .where(_ADVISORY.id.in_(_IDS))
)
_PLACES = (
    sa.select(Unit.id.label("unit"), Unit.id.label("body"))
    .where(Unit.id.in_(_IDS))
    .union_all(
        sa.select(Unit.id, Unit.attached_to_id).where(
            Unit.attached_to_id.in_(_IDS),
            in_force_on(Unit, _DAY),  # type: ignore[arg-type]
        )
    )
    .subquery()
)
_HOLDERS = (
    sa.select(_PLACES.c.body, Post.unit_id, Post.role, Post.person_id, Person.email, Post.id)
    .join_from(_PLACES, Post, Post.unit_id == _PLACES.c.unit)
    .join(Person, Post.person_id == Person.id)
    .where(
        Post.role.in_(sa.bindparam("roles", expanding=True)),
        held_at(_DAY, _NOW),  # type: ignore[arg-type]
    )
    .order_by(Post.id)
)
_OWNERS = (
    sa.select(TaskRole.task_id, Post.unit_id, Post.role, Post.person_id, Person.email, Post.id)
    .join_from(
        TaskRole, Post, sa.and_(Post.unit_id == TaskRole.unit_id, Post.role == TaskRole.role)
    )
    .join(Person, Post.person_id == Person.id)
    .where(TaskRole.task_id.in_(_IDS), held_at(_DAY, _NOW))  # type: ignore[arg-type]
    .order_by(Post.id)
)
_LENT = (
    sa.select(
        *(Delegation.post_id, Delegation.person_id, Person.email),
        *(Delegation.kinds, Delegation.actions),
    )
    .join(Person, Delegation.person_id == Person.id)
    .where(
        Delegation.post_id.in_(_IDS),
        delegated_at(_DAY, _NOW),  # type: ignore[arg-type]
        ~sa.exists().where(
            Absence.person_id == Delegation.person_id,
            in_force_on(Absence, _DAY),  # type: ignore[arg-type]
        ),
        ~sa.exists().where(
            Account.person_id == Delegation.person_id, Account.suspended_at.is_not(None)
        ),
    )
    .order_by(Delegation.id)
)
_KINDS = (
    sa.select(Task.id, sa.func.coalesce(Document.kind, Requirement.kind))
    .outerjoin(Document, Task.document_id == Document.id)
    .outerjoin(Obligation, Task.obligation_id == Obligation.id)
    .outerjoin(Requirement, Obligation.requirement_id == Requirement.id)
    .where(Task.id.in_(_IDS))
)
_PEOPLE = sa.select(Person.id, Person.email).where(Person.id.in_(_IDS))
_WAITS_AT = (
    sa.select(TaskRole.task_id, sa.func.coalesce(Unit.attached_to_id, Unit.id))
    .join(Unit, TaskRole.unit_id == Unit.id)
    .where(TaskRole.task_id.in_(_IDS))
    .order_by(TaskRole.id.desc())
)
_TOLD = (
    sa.select(Escalation.deadline_id, Notification.person_id)
    .join_from(Escalation, Deadline, Escalation.deadline_id == Deadline.id)
    .join(Notification, Notification.event_id == Escalation.event_id)
    .where(
        Escalation.deadline_id.in_(_IDS),
        Escalation.deadline_version == Deadline.version,
        Escalation.rung > 0,
    )
)
_LISTED = sa.select(Notification.person_id).where(
    Notification.person_id.in_(_IDS),
    Notification.topic == "escalated",
    Notification.action == "late_list",
    Notification.created_at >= _NOW,
)


def codes(units: Collection[int]) -> dict[int, str]:
    """The codes of these units."""
    return {key: value for key, value in asked(_CODES, {"ids": list(units)})}  # noqa: C416


def superiors(units: Collection[int], day: date) -> dict[tuple[int, str], Body]:
    """{(unit, line): who was directly superior on `day`} of these units."""
    rows = asked(_SUPERIORS, {"ids": list(units), "day": day})
    return {(unit, line): Body(above, code) for unit, line, above, code in rows}


def served(units: Collection[int]) -> dict[int, Body]:
    """{advisory body: whom it serves} of these units."""
    rows = asked(_SERVED, {"ids": list(units)})
    return {unit: Body(ident, code) for unit, ident, code in rows}


def holders(
    bodies: Collection[int], roles: Sequence[str], day: date, now: datetime
) -> dict[int, list[Holder]]:
    """{body: holders of these roles there and at its advisory bodies of that day, in the order of
    posts}."""
    found: dict[int, list[Holder]] = {}
    values = {"ids": list(bodies), "roles": roles, "day": day, "now": now}
    for row in asked(_HOLDERS, values):
        found.setdefault(row[0], []).append(Holder._make(row))
    return found


def owners(tasks: Collection[int], day: date, now: datetime) -> dict[int, list[Holder]]:
    """{task: holders of the posts that it waits for}."""
    found: dict[int, list[Holder]] = {}
    for task, *row in asked(_OWNERS, {"ids": list(tasks), "day": day, "now": now}):
        found.setdefault(task, []).append(Holder(row[0], *row))
    return found


def lent(posts: Collection[int], day: date, now: datetime) -> dict[int, list[Lent]]:
    """{post: to whom it is lent}, of these posts; whoever is away or has no account to act with is
    not among them."""
    found: dict[int, list[Lent]] = {}
    for row in asked(_LENT, {"ids": list(posts), "day": day, "now": now}):
        found.setdefault(row[0], []).append(Lent._make(row))
    return found


def kinds(tasks: Collection[int]) -> dict[int, str]:
    """{task: the kind of its document, or of the one that is owed}."""
    return {key: value for key, value in asked(_KINDS, {"ids": list(tasks)})}  # noqa: C416


def addresses(persons: Collection[int]) -> dict[int, str | None]:
    """Where mail reaches these persons, if anywhere."""
    return {key: value for key, value in asked(_PEOPLE, {"ids": list(persons)})}  # noqa: C416


def waits_at(tasks: Collection[int]) -> dict[int, int]:
    """{task: the body whose posts it waits for}; of an advisory body the one it serves."""
    return {key: value for key, value in asked(_WAITS_AT, {"ids": list(tasks)})}  # noqa: C416


def told(deadlines: Collection[int]) -> set[tuple[int, int]]:
    """The (deadline, person) of everybody who was told that these are late, in their present
    version."""
    return {(ident, person) for ident, person in asked(_TOLD, {"ids": list(deadlines)})}


def have_list(persons: Collection[int], since: datetime) -> set[int]:
    """Of these persons, those who were shown to a list of late units since that instant."""
    return set(asked(_LISTED, {"ids": list(persons), "now": since}).scalars())
