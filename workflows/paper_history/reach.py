"""How far an inspector reads: plans, reports and logs of the units below always; what concerns a
person's paper only within an open inspection whose scope covers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from models.base import db
from models.document import Document
from models.inspection import Inspection
from models.kinds import KINDS, PERSONAL
from models.person import Person
from workflows.inspections import open_for
from workflows.inspections.lookups import UNREAD
from workflows.inspections.scope import covered
from workflows.questions.scope import one_of
from workflows.scope import inspector_unit_ids


@dataclass(frozen=True)
class Reach:
    """The units inspected, and the inspections that are open for this person now."""

    unit_ids: frozenset[int]
    inspections: tuple[Inspection, ...]

    def documents(self) -> sa.ColumnElement[bool]:
        """SQL condition on Document: whose history this inspector may read."""
        of_units = [kind for kind in KINDS if kind not in PERSONAL]
        plain = sa.and_(Document.kind.in_(of_units), one_of(Document.unit_id, self.unit_ids))
        return sa.or_(plain, *(_covered(one) for one in self.inspections))


def reach_of(person: Person, now: datetime) -> Reach:
    """How far this person inspects now; no unit for who holds no inspector's post."""
    units = inspector_unit_ids(person, now)
    found = open_for(person, now) if units else []
    return Reach(frozenset(units), tuple(found))


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


def _covered(inspection: Inspection) -> sa.ColumnElement[bool]:
    """SQL condition on Document: a person's paper that an inspection covers."""
    return sa.and_(covered(inspection, PERSONAL), Document.state.not_in(UNREAD))
