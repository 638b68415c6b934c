"""The inspection behind a document of its kind, who may be on its team, and for whom it waits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.inspection import Inspection, InspectionUnit
from models.person import Person
from models.post import Post, held_at
from models.queries.hearers import Holder
from models.task import Task
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


def not_apart(document: Document, now: datetime) -> frozenset[int]:
    """The ids of the commission's inspectors who belong or answer to a unit that this inspection
    inspects: it waits for none of them."""
    units = inspection_of(document).unit_ids
    held = inspectors_of(document.unit, now)
    return frozenset(person.id for person in held if own_units(person, now) & units)


def waiting_apart(held: Mapping[int, list[Holder]], now: datetime) -> Mapping[int, list[Holder]]:
    """{task: its holders}, but of an inspection's task without the inspectors who belong or answer to
    a unit that it inspects."""
    asked = [ident for ident, holders in held.items() if any(map(_inspects, holders))]
    if not asked:
        return held
    rows = (
        sa.select(Task.id, InspectionUnit.unit_id)
        .join(Inspection, Inspection.document_id == Task.document_id)
        .join(InspectionUnit, InspectionUnit.inspection_id == Inspection.id)
        .where(Task.id.in_(asked))
    )
    units: dict[int, set[int]] = {}
    for ident, unit_id in db.session.execute(rows):
        units.setdefault(ident, set()).add(unit_id)
    people = {holder.person_id for ident in units for holder in held[ident]}
    named = db.session.scalars(sa.select(Person).where(Person.id.in_(people)))
    own = {person.id: own_units(person, now) for person in named}
    return {
        ident: [holder for holder in holders if not own.get(holder.person_id, set()) & at]
        if (at := units.get(ident))
        else holders
        for ident, holders in held.items()
    }


def _inspects(holder: Holder) -> bool:
    return holder.role == "inspector"


def apart_reasons(
    people: Iterable[Person], unit_ids: Collection[int], now: datetime
) -> list[Reason]:
    """Why these persons may not inspect these units: for each who belongs to one, or acts in it by a
    post of his own or one lent to him."""
    reasons = []
    for person in people:
        for unit_id in sorted(own_units(person, now) & set(unit_ids)):
            unit = db.session.get_one(Unit, unit_id)
            reasons.append(
                Reason(
                    "INSPECTION",
                    N_(
                        "%(name)s đang sinh hoạt, giữ chức vụ hoặc được ủy quyền ở %(unit)s nên "
                        "không kiểm tra đơn vị này. Chọn người khác, hoặc bỏ đơn vị này khỏi "
                        "phạm vi."
                    ),
                    {"name": person.full_name, "unit": unit.name},
                    place="members",
                )
            )
    return reasons
