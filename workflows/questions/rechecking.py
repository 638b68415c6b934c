"""Whether what was decided still is what is kept: hashes computed again from the texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.document import Decision, Document, Revision
from workflows.questions.answer import Tally
from workflows.questions.question import tally
from workflows.questions.scope import Keys
from workflows.trail.content import content_hash

RECHECKED = 500  # texts hashed again for one page
BROKEN = (ValueError, TypeError, KeyError)  # what was put there is no text of ours


@dataclass(frozen=True)
class Rechecked:
    """`altered`: decisions whose text is another one now; `checked` of `all` were looked at, the
    latest first."""

    altered: frozenset[int]
    checked: int
    all: Tally


def recheck(decided: Keys) -> Rechecked:
    """Of these decisions (a statement for their keys) the latest, bounded; erased texts have
    nothing left to be hashed and are left out. Two statements."""
    every = decided.subquery()
    rows = db.session.execute(
        sa.select(
            Decision.id,
            Decision.content_hash,
            Revision.title,
            Revision.content,
            Revision.basis,
            Revision.dated_on,
            Revision.salt,
        )
        .join(every, every.c.key == Decision.id)
        .join(Document, Decision.document_id == Document.id)
        .join(
            Revision,
            sa.and_(Revision.document_id == Decision.document_id, Revision.n == Decision.revision),
        )
        .where(Revision.erased_at.is_(None))
        .order_by(Decision.id.desc())
        .limit(RECHECKED)
    ).all()
    altered = frozenset(row.id for row in rows if not _same(row))
    return Rechecked(altered, len(rows), tally(decided))


def _same(row: Any) -> bool:
    try:
        now = content_hash(row.title, row.content, row.basis, row.dated_on, row.salt)
    except BROKEN:
        return False
    return now == row.content_hash
