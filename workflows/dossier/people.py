"""Who may be named as a signer of minutes: the team presides; the team or the inspected unit's office
writes; a member or officer of the inspected unit, or of a unit below it, signs as the inspected."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.inspection import Inspection
from models.person import Membership, Person
from models.post import Post, held_at
from models.unit import Unit, in_force_on
from workflows.calendar import local_day
from workflows.scope import below

MOST = 300  # names in one list
OFFICE = ("secretary", "deputy", "committee", "clerk")
PARTY = ("full", "probationary")


def candidates(inspection: Inspection, unit: Unit, role: str, now: datetime) -> list[Person]:
    """Who may be named for a role in minutes about this unit, in the order of lists."""
    team = [member.person for member in inspection.members]
    if role == "chair":
        return sorted(team, key=lambda person: (person.sort_key, person.id))
    where: sa.ColumnElement[bool] = Person.id.in_(_office(unit, now))
    if role == "recorder":
        where = sa.or_(where, Person.id.in_([person.id for person in team]))
    else:
        where = sa.or_(where, Person.id.in_(_members(unit, now)))
    rows = sa.select(Person).where(where).order_by(Person.sort_key, Person.id).limit(MOST)
    return list(db.session.scalars(rows))


def may_sign(inspection: Inspection, unit: Unit, role: str, person: Person, now: datetime) -> bool:
    """Whether this person may be named for the role."""
    return person.id in {one.id for one in candidates(inspection, unit, role, now)}


def post_title(person: Person, unit_id: int, now: datetime) -> str:
    """The title of the post that a person holds in a unit now; "" for none."""
    return (
        db.session.scalar(
            sa.select(Post.title)
            .where(
                Post.person_id == person.id, Post.unit_id == unit_id, held_at(local_day(now), now)
            )
            .order_by(Post.id)
            .limit(1)
        )
        or ""
    )


def _office(unit: Unit, now: datetime) -> sa.Select[int]:
    return sa.select(Post.person_id).where(
        Post.unit_id == unit.id, Post.role.in_(OFFICE), held_at(local_day(now), now)
    )


def _members(unit: Unit, now: datetime) -> sa.Select[int]:
    return sa.select(Membership.person_id).where(
        Membership.unit_id.in_(below({unit.id}, now)),
        Membership.standing.in_(PARTY),
        in_force_on(Membership, local_day(now)),
    )
