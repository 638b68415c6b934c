"""The secretary goes first: his own section 3 stands open to his cell before the members' is due
(design §3)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.document import Contribution, Document, Revision
from models.person import Person
from models.post import Post, held_at
from models.unit import Unit
from workflows.calendar import local_day
from workflows.scope import member_unit_ids


def secretary_s_revision(unit: Unit, person: Person, now: datetime) -> Revision | None:
    """The newest commitment that the secretary of a cell has handed in, for a person of that cell.

    None for anybody from outside, while the secretary has handed in nothing, and for the secretary
    himself. Only section 3 of it is meant to be shown.
    """
    if unit.id not in member_unit_ids(person, now):
        return None
    secretaries = sa.select(Post.person_id).where(
        Post.unit_id == unit.id,
        Post.role == "secretary",
        held_at(local_day(now), now),
    )
    return db.session.scalar(
        sa.select(Revision)
        .join(Document, Revision.document_id == Document.id)
        .join(
            Contribution,
            sa.and_(
                Contribution.document_id == Document.id,
                Contribution.revision == Revision.n,
                Contribution.action == "submit",
            ),
        )
        .where(
            Document.kind == "commitment",
            Document.unit_id == unit.id,
            Document.author_id.in_(secretaries),
            Document.author_id != person.id,
            Document.state.not_in(("withdrawn", "revoked")),
            Revision.erased_at.is_(None),
        )
        .order_by(Document.id.desc(), Revision.n.desc())
        .limit(1)
    )
