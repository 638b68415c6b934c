"""In what right a person is here now: his posts, and those delegated to him. One statement, asked
by nearly every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from models.base import UTCDateTime, db, once
from models.person import Person
from models.post import Delegation, Post, delegated_at, held_at
from models.unit import Unit
from workflows.calendar import local_day

_PERSON = sa.bindparam("person", type_=sa.BigInteger)
_DAY = sa.bindparam("day", type_=sa.Date)
_NOW = sa.bindparam("now", type_=UTCDateTime)
_HELD = held_at(_DAY, _NOW)  # type: ignore[arg-type]
_IN_FORCE = sa.union_all(
    sa.select(Post.id.label("post_id"), sa.null().cast(sa.BigInteger).label("delegation_id")).where(
        Post.person_id == _PERSON, _HELD
    ),
    sa.select(Delegation.post_id, Delegation.id)
    .join(Post, Delegation.post_id == Post.id)
    .where(
        Delegation.person_id == _PERSON,
        delegated_at(_DAY, _NOW),  # type: ignore[arg-type]
        _HELD,
    ),
).subquery()
_STANDING = (
    sa.select(Post, Delegation)
    .join(_IN_FORCE, _IN_FORCE.c.post_id == Post.id)
    .outerjoin(Delegation, _IN_FORCE.c.delegation_id == Delegation.id)
    .options(
        joinedload(Post.unit, innerjoin=True).joinedload(Unit.level, innerjoin=True),
        contains_eager(Delegation.post),
    )
    .order_by(Post.id, Delegation.id)
)


@dataclass(frozen=True)
class Standing:
    """In what right a person is here: his own posts in force, and the delegations to him in force
    now, of posts themselves in force."""

    own: list[Post]
    delegations: list[Delegation]

    @property
    def posts(self) -> list[Post]:
        """His own posts, then those delegated to him."""
        return self.own + [delegation.post for delegation in self.delegations]


def standing(person: Person, now: datetime) -> Standing:
    """The person's posts and delegations in force now; asked once in a read snapshot."""
    session = db.session()
    asked = {"person": person.id, "day": local_day(now), "now": now}

    def find() -> Standing:
        rows = session.execute(_STANDING, asked).all()
        own = [post for post, delegation in rows if delegation is None]
        delegated = [delegation for _, delegation in rows if delegation is not None]
        return Standing(own, sorted(delegated, key=lambda delegation: delegation.id))

    return once(session, ("standing", person.id, now), find)
