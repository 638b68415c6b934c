"""How far an inspector reads: plans, reports and logs of the units below always; what concerns a
person's paper only within an open inspection whose scope covers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from models.base import db
from models.document import Document
from models.inspection import Inspection, InspectionMember
from models.kinds import KINDS, PERSONAL
from models.person import Person
from workflows.calendar import end_of_day, local_day, start_of_day
from workflows.scope import inspector_unit_ids


@dataclass(frozen=True)
class Reach:
    """The units inspected, and the inspections that are open for this person now."""

    unit_ids: frozenset[int]
    inspections: tuple[Inspection, ...]

    def documents(self) -> sa.ColumnElement[bool]:
        """SQL condition on Document: whose history this inspector may read."""
        of_units = [kind for kind in KINDS if kind not in PERSONAL]
        plain = sa.and_(Document.kind.in_(of_units), Document.unit_id.in_(sorted(self.unit_ids)))
        return sa.or_(plain, *map(_covered, self.inspections))


def reach_of(person: Person, now: datetime) -> Reach:
    """How far this person inspects now; no unit for who holds no inspector's post."""
    units = inspector_unit_ids(person, now)
    return Reach(frozenset(units), tuple(_open_for(person, now)) if units else ())


def loadable(document_id: int, reach: Reach) -> Document | None:
    """The document with all that its history shows, if it lies within reach; otherwise None."""
    return db.session.scalar(
        sa.select(Document)
        .options(
            joinedload(Document.unit),
            joinedload(Document.campaign),
            joinedload(Document.definition),
            selectinload(Document.stages),
            selectinload(Document.revisions),
        )
        .where(Document.id == document_id, reach.documents())
    )


def _open_for(person: Person, now: datetime) -> list[Inspection]:
    """The inspections in whose team the person is and that are open now."""
    day = local_day(now)
    query = (
        sa.select(Inspection)
        .join(InspectionMember, InspectionMember.inspection_id == Inspection.id)
        .options(selectinload(Inspection.units))
        .where(
            InspectionMember.person_id == person.id,
            Inspection.opens_on <= day,
            Inspection.closes_on >= day,
            Inspection.ended_at.is_(None),
        )
        .order_by(Inspection.id)
    )
    return list(db.session.scalars(query))


def _covered(inspection: Inspection) -> sa.ColumnElement[bool]:
    """SQL condition on Document: a person's paper within the scope of an inspection."""
    conditions = [
        Document.kind.in_([kind for kind in PERSONAL if kind in inspection.document_kinds]),
        Document.campaign_id == inspection.campaign_id,
        Document.unit_id.in_(sorted(inspection.unit_ids)),
    ]
    if inspection.period_from is not None:
        conditions.append(Document.created_at >= start_of_day(inspection.period_from))
    if inspection.period_to is not None:
        conditions.append(Document.created_at < end_of_day(inspection.period_to))
    return sa.and_(*conditions)
