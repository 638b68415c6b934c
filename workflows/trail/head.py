"""The growing end of one unit's log while it is locked: one event more, whoever writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models.base import table_of
from models.event import LogHead
from models.queries.adding import add_unless_there
from models.unit import Unit
from workflows.trail import merkle
from workflows.trail.leaf import Fields, leaf

HEAD, UNIT = map(table_of, (LogHead, Unit))
# Heads held until the transaction ends; whoever asks says of which units.
LOCKED = (
    sa.select(HEAD.c.unit_id, HEAD.c.size, HEAD.c.frontier, HEAD.c.latest_at, UNIT.c.code)
    .join_from(HEAD, UNIT, HEAD.c.unit_id == UNIT.c.id)
    .with_for_update(of=HEAD)
)


@dataclass(slots=True)
class Head:
    """Where the next event of a log will stand, and what its tree needs to grow."""

    size: int
    frontier: bytes
    latest_at: datetime | None
    code: str  # of the unit

    def grow(
        self, *, action: str, at: datetime, facts: dict[str, Any], fields: Fields, **document: Any
    ) -> tuple[int, bytes, bytes]:
        """One event more. Returns its place, its leaf and the leaf's hash; the head moves on.
        `document`: `document_id` and `document_version`. Raises `ValueError` as `leaf` does."""
        seq = self.size
        text = leaf(
            self.code,
            seq,
            self.latest_at,
            action=action,
            at=at,
            facts=facts,
            fields=fields,
            **document,
        )
        hashed = merkle.leaf_hash(text)
        self.frontier = merkle.grown(self.frontier, seq, hashed)
        self.size += 1
        if self.latest_at is None or self.latest_at < at:
            self.latest_at = at
        return seq, text, hashed


def begin(unit_id: int) -> None:
    """Gives a unit its log, unless it has one. Of two at once the second waits for the first to
    commit."""
    add_unless_there(LogHead, unit_id=unit_id, size=0, frontier=b"")
