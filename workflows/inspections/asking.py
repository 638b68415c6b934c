"""The inspection behind a document of its kind, and who may be on its team."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.inspection import Inspection
from models.person import Person
from models.post import Post, held_at
from models.unit import Unit
from workflows.calendar import local_day
from workflows.inspections.lookups import own_units
from workflows.refusal import N_, Reason


def inspection_of(document: Document) -> Inspection:
    """The inspection whose states this document holds. Raises NoResultFound for any other."""
    rows = sa.select(Inspection).where(Inspection.document_id == document.id)
    return db.session.scalars(rows).one()


def inspectors_of(commission: Unit, now: datetime) -> list[Person]:
    """Who holds an inspector's post of a commission now, by name: whom a team may be made of."""
    held = sa.select(Post.person_id).where(
        Post.unit_id == commission.id, Post.role == "inspector", held_at(local_day(now), now)
    )
    rows = sa.select(Person).where(Person.id.in_(held)).order_by(Person.sort_key, Person.id)
    return list(db.session.scalars(rows))


def apart_reasons(
    people: Iterable[Person], unit_ids: Collection[int], now: datetime
) -> list[Reason]:
    """Why these persons may not inspect these units: for each who belongs to one, or holds a post
    in it."""
    reasons = []
    for person in people:
        for unit_id in sorted(own_units(person, now) & set(unit_ids)):
            unit = db.session.get_one(Unit, unit_id)
            reasons.append(
                Reason(
                    "INSPECTION",
                    N_(
                        "%(name)s đang sinh hoạt hoặc giữ chức vụ ở %(unit)s nên không kiểm tra "
                        "đơn vị này. Chọn người khác, hoặc bỏ đơn vị này khỏi phạm vi."
                    ),
                    {"name": person.full_name, "unit": unit.name},
                    place="members",
                )
            )
    return reasons
