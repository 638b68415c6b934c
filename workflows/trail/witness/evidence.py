"""Conflicts that the witness found, copied to where the administrator sees them."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from models.base import db, transaction
from models.witness import WitnessConflict
from workflows.trail.witness.store import Conflict, Store


def copy(store: Store) -> None:
    """Brings what the witness keeps and the database does not know yet."""
    found = store.conflicts()
    if not found:
        return
    with transaction() as session:
        known = {
            Conflict(row.origin, row.kind, row.kept, row.came, int(row.at.timestamp()))
            for row in session.scalars(sa.select(WitnessConflict))
        }
        for conflict in found:
            if conflict not in known:
                at = datetime.fromtimestamp(conflict.at, UTC)
                session.add(WitnessConflict(**conflict._asdict() | {"at": at}))


def conflicts() -> list[WitnessConflict]:
    """The evidence that is known here, the newest first; a hundred at most."""
    query = sa.select(WitnessConflict).order_by(WitnessConflict.id.desc()).limit(100)
    return list(db.session.scalars(query))
