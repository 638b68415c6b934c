"""Proofs from what is stored: the leaves' hashes, and above them the roots of whole stretches.

A proof reads at each level at most two tiles of 256 hashes, whatever the size of the log: some 1,200
rows and five statements for ten million events.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import table_of
from models.checkpoint import TILE, TILE_BITS, LogTile
from models.event import AuditEvent
from workflows.trail import merkle

EVENT, TILES = map(table_of, (AuditEvent, LogTile))
_UNIT: sa.BindParameter[int] = sa.bindparam("unit")
_FIRST: sa.BindParameter[int] = sa.bindparam("first")
_PAST: sa.BindParameter[int] = sa.bindparam("past")
_LEAVES = (
    sa.select(EVENT.c.leaf_hash)
    .where(EVENT.c.unit_id == _UNIT, EVENT.c.seq >= _FIRST, EVENT.c.seq < _PAST)
    .order_by(EVENT.c.seq)
)
_NODES = (
    sa.select(TILES.c.hash)
    .where(
        TILES.c.unit_id == _UNIT,
        TILES.c.level == sa.bindparam("level"),
        TILES.c.n >= _FIRST,
        TILES.c.n < _PAST,
    )
    .order_by(TILES.c.n)
)

Fetch = Callable[[int, int, int], list[bytes]]  # level, first node, past the last


class Incomplete(Exception):
    """Hashes that a proof needs are not there: the log lost events, or was never looked at."""


class Tree:
    """The tree of the first `size` leaves of a log, as far as a proof needs it."""

    def __init__(self, size: int, fetch: Fetch) -> None:
        self.size = size
        self.fetch = fetch
        self.tiles: dict[tuple[int, int], list[bytes]] = {}

    def root(self) -> bytes:
        """Its root. Raises `Incomplete`, as all of these."""
        return self.stretch(0, self.size) if self.size else merkle.EMPTY_ROOT

    def inclusion(self, index: int) -> list[bytes]:
        """What shows that a leaf stands at `index`, bottom up. Raises `IndexError`."""
        return [self.stretch(*ends) for ends in merkle.inclusion_ranges(self.size, index)]

    def consistency(self, old_size: int) -> list[bytes]:
        """What shows that the tree of the first `old_size` leaves is a prefix. Raises
        `IndexError`."""
        return [self.stretch(*ends) for ends in merkle.consistency_ranges(self.size, old_size)]

    def leaf(self, index: int) -> bytes:
        """The hash of one leaf."""
        return self._nodes(0, index, 1)[0]

    def stretch(self, start: int, end: int) -> bytes:
        """The root over these leaves: a part of the tree as RFC 6962 divides it."""
        parts = [self._whole(start + a, b - a) for a, b in merkle.subtrees(end - start)]
        return merkle.root_of(b"".join(parts))

    def _whole(self, start: int, count: int) -> bytes:
        """The root over a power of two of leaves."""
        bits = count.bit_length() - 1
        level = bits // TILE_BITS
        return merkle.root(self._nodes(level, start >> level * TILE_BITS, 1 << bits % TILE_BITS))

    def _nodes(self, level: int, first: int, count: int) -> list[bytes]:
        tile = first >> TILE_BITS
        if (level, tile) not in self.tiles:
            start = tile << TILE_BITS
            past = min(start + TILE, self.size >> level * TILE_BITS)
            found = self.fetch(level, start, past)
            if len(found) != past - start:
                raise Incomplete
            self.tiles[level, tile] = found
        place = first & TILE - 1
        return self.tiles[level, tile][place : place + count]


def tree(session: Session, unit_id: int, size: int) -> Tree:
    """The tree of the first `size` events of a unit's log. What the signing process has not looked
    at yet (`log_look.size`) has no proof."""

    def fetch(level: int, first: int, past: int) -> list[bytes]:
        place = {"unit": unit_id, "first": first, "past": past}
        if level == 0:
            return list(session.scalars(_LEAVES, place))
        return list(session.scalars(_NODES, place | {"level": level}))

    return Tree(size, fetch)
