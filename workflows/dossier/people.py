"""Who may be named as a signer of minutes, and may still be it when he signs: the team presides; the
team or the inspected unit's office writes; a member or officer of the inspected unit, or of a unit
below it, signs as the inspected."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.dossier import DossierPiece
from models.inspection import Inspection
from models.person import Membership, Person
from models.post import Post, held_at
from models.unit import Unit, in_force_on
from workflows.calendar import local_day
from workflows.inspections.reaching import inspectors_post
from workflows.scope import below
from workflows.succession import successor

MOST = 300  # names in one list
OFFICE = ("secretary", "deputy", "committee", "clerk")
PARTY = ("full", "probationary")


def candidates(inspection: Inspection, unit: Unit, role: str, now: datetime) -> list[Person]:
    """Who may be named for a role in minutes about this unit, in the order of lists."""
    rows = sa.select(Person).where(_able(inspection, unit, role, now))
    return list(db.session.scalars(rows.order_by(Person.sort_key, Person.id).limit(MOST)))


def may_sign(inspection: Inspection, unit: Unit, role: str, person: Person, now: datetime) -> bool:
    """Whether this person may be named for the role, or sign in it, now."""
    able = sa.select(Person.id).where(Person.id == person.id, _able(inspection, unit, role, now))
    return db.session.scalar(able) is not None


def is_signer(piece: DossierPiece, person: Person, now: datetime) -> bool:
    """Whether minutes name this person as a signer who may sign them now, or who was inspected and
    has signed. Who left the team or his post is none any more."""
    for one in piece.signatures:
        if one.person_id == person.id:
            gave = one.role == "inspected" and one.signed_at is not None
            return gave or (
                piece.unit is not None
                and may_sign(piece.inspection, piece.unit, one.role, person, now)
            )
    return False


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


def _able(inspection: Inspection, unit: Unit, role: str, now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on Person; of a unit that closed those of its heir."""
    team = [
        member.person_id
        for member in inspection.members
        if inspectors_post(inspection, member.person, now) is not None
    ]
    if role == "chair":
        return Person.id.in_(team)
    heir = successor(unit)
    also = Person.id.in_(team) if role == "recorder" else Person.id.in_(_members(heir, now))
    return sa.or_(Person.id.in_(_office(heir, now)), also)


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
