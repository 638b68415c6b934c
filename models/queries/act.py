"""Who holds what at a body and is there to act: one prepared statement, asked for every act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models.account import Account
from models.base import UTCDateTime, asked, db
from models.person import Absence, Person
from models.post import Delegation, Post, delegated_at, held_at
from models.queries.known import Known, Several
from models.unit import Unit, in_force_on

# What acts and the pages of a document say of them; each column more costs with every row.
UNIT = Known(
    Unit,
    Unit.code,
    Unit.name,
    Unit.name_en,
    Unit.body,
    Unit.body_en,
    Unit.attached_to_id,
    Unit.meets,
    Unit.valid_to,
)
PERSON = Known(Person, Person.full_name, Person.email)
POST = Known(Post, Post.person_id, Post.unit_id, Post.role, Post.title, Post.title_en)
DELEGATION = Known(
    Delegation, Delegation.post_id, Delegation.person_id, Delegation.kinds, Delegation.actions
)

_UNIT = sa.bindparam("unit", type_=sa.BigInteger)
_DAY = sa.bindparam("day", type_=sa.Date)
_NOW = sa.bindparam("now", type_=UTCDateTime)


class Held(NamedTuple):
    """A post of a body with one delegation of it, if any; whether either person is away today:
    absent, or his account suspended."""

    post: Post
    delegation: Delegation | None
    holder_away: bool
    delegate_away: bool


def _away(person_id: sa.SQLColumnExpression[int]) -> sa.ColumnElement[bool]:
    absent = sa.exists().where(Absence.person_id == person_id, in_force_on(Absence, _DAY))  # type: ignore[arg-type]
    suspended = sa.exists().where(Account.person_id == person_id, Account.suspended_at.is_not(None))
    return sa.or_(absent, suspended)


_POSTS = Several(POST, PERSON, DELEGATION)
_HELD = (
    sa.select(
        *_POSTS.columns,
        _away(Post.person_id).label("holder_away"),
        _away(Delegation.person_id).label("delegate_away"),
    )
    .join(Person, Post.person_id == Person.id)
    .join(Unit, Post.unit_id == Unit.id)
    .outerjoin(
        Delegation,
        sa.and_(Delegation.post_id == Post.id, delegated_at(_DAY, _NOW)),  # type: ignore[arg-type]
    )
    .where(
        sa.or_(
            Unit.id == _UNIT,
            sa.and_(Unit.attached_to_id == _UNIT, in_force_on(Unit, _DAY)),  # type: ignore[arg-type]
        ),
        held_at(_DAY, _NOW),  # type: ignore[arg-type]
    )
    .order_by(Post.id, Delegation.id)
)


def _held(session: Session, row: sa.Row[*tuple[Any, ...]]) -> Held:
    post, person, delegation = _POSTS.of(session, row)
    set_committed_value(post, "person", person)
    return Held(post, delegation, row.holder_away, row.delegate_away)


def held_at_body(unit_id: int, day: date, now: datetime) -> list[Held]:
    """Every post in force on the local `day` in a unit and its advisory bodies and not ended by the
    instant `now`, once for each delegation of it in force (once without any), in the order of posts
    and delegations."""
    known = _known.get()
    place = (unit_id, day, now)
    if known is not None and place in known:
        return known[place]
    session = db.session()
    rows = asked(_HELD, {"unit": unit_id, "day": day, "now": now})
    found = [_held(session, row) for row in rows]
    if known is not None:
        known[place] = found
    return found


_known: ContextVar[dict[tuple[int, date, datetime], list[Held]] | None] = ContextVar(
    "known", default=None
)


@contextmanager
def asking_once() -> Iterator[None]:
    """Within it, who holds what at a body is read once: for one act, or one page, in which no post,
    delegation or absence changes."""
    if _known.get() is not None:
        yield
        return
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)
