"""The documents that could be in somebody's sight, found by indexes: where a search begins.

A superset of `scope.visible_documents`, which alone decides. Without it a search would read the
whole table to find what a small cell may see.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models.document import Contribution, Document, Stage
from models.kinds import PERSONAL
from models.person import Person
from workflows.scope import (
    above,
    climbed_ids,
    inspector_unit_ids,
    member_unit_ids,
    officer_unit_ids,
    predecessors,
    visible_documents,
)


def found_by(person: Person, now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on Document: what this person may see, looked for only where it can be."""
    reach = within_reach(person, now)
    return sa.and_(Document.id.in_(reach), visible_documents(person, now))


def within_reach(person: Person, now: datetime) -> sa.Select[Any]:
    """The ids of all documents that this person wrote or had a hand in, that lie or have lain with
    a body of his or climbed to one, and those of the units around and inspected by him."""
    officer = officer_unit_ids(person, now)
    around = above(officer | member_unit_ids(person, now), now)
    around |= predecessors(around)
    ways: list[sa.Select[Any]] = [
        sa.select(Document.id.label("id")).where(Document.author_id == person.id),
        sa.select(Contribution.document_id).where(Contribution.person_id == person.id),
        sa.select(Stage.document_id).where(Stage.unit_id.in_(officer)),
        sa.select(Document.id).where(
            Document.unit_id.in_(around | inspector_unit_ids(person, now)),
            Document.kind.not_in(PERSONAL),
        ),
        sa.select(Document.id).where(Document.id.in_(climbed_ids(person, now))),
    ]
    found = sa.union(*ways).subquery()
    return sa.select(found.c.id)
