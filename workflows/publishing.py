"""Publishing a definition: what is not sound is refused whole; what is published never changes."""

from __future__ import annotations

import hashlib
from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.definition import Definition
from workflows.definition import DefinitionError, newest
from workflows.soundness import read_sound


def publish(source: str, *, file: str, now: datetime) -> tuple[Definition, bool]:
    """Store a definition as the next version of its kind.

    Returns the row and whether it is new: publishing the newest version's text again changes
    nothing. Raises DefinitionError, of an unsound definition with every fault. Runs in the caller's
    transaction.
    """
    spec = read_sound(source, file=file)
    digest = hashlib.sha256(source.encode()).hexdigest()
    known = newest(spec.kind)
    if known is not None and known.hash == digest:
        return known, False
    row = db.session.scalar(sa.select(Definition).where(Definition.hash == digest))
    if row is not None:
        raise DefinitionError(file, "file", f"is version {row.version}, which a later one replaced")
    row = Definition(
        kind=spec.kind,
        version=known.version + 1 if known else 1,
        source=source,
        hash=digest,
        published_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row, True
