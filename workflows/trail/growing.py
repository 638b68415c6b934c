"""The tree of a log while leaves are added, with the roots of its whole stretches as they fill."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from models.checkpoint import TILE, TILE_BITS
from workflows.trail import merkle


class Tile(NamedTuple):
    """The root of the `n`-th whole stretch of 256 to the power of `level` leaves."""

    level: int
    n: int
    hash: bytes

    @property
    def past(self) -> int:
        """The first leaf behind it."""
        return (self.n + 1) << TILE_BITS * self.level


class Growing:
    """A tree of `size` leaves with this frontier. Whole stretches that fill are added to `tiles`."""

    def __init__(self, size: int, frontier: bytes) -> None:
        self.size = size
        self.tiles: list[Tile] = []
        # What of the frontier belongs to each level: it has so many nodes that are in no tile yet.
        self.open: list[bytes] = []
        for shift in range(0, max(size.bit_length(), 1), TILE_BITS):
            length = (size >> shift & TILE - 1).bit_count() * merkle.HASH
            start = len(frontier) - length
            self.open.append(frontier[start:])
            frontier = frontier[:start]

    @property
    def frontier(self) -> bytes:
        return b"".join(reversed(self.open))

    @property
    def root(self) -> bytes:
        return merkle.root_of(self.frontier)

    def add(self, leaves: Sequence[bytes]) -> None:
        """Adds these leaf hashes."""
        start = 0
        while start < len(leaves):
            count = self.size & TILE - 1
            some = leaves[start : start + TILE - count]
            self.open[0] = merkle.grown_by(self.open[0], count, some)
            self.size += len(some)
            start += len(some)
            if not self.size & TILE - 1:
                self._carry()

    def _carry(self) -> None:
        """A stretch is whole: its root is one node more of the next level."""
        level, whole, self.open[0] = 1, self.open[0], b""
        while True:
            n = (self.size >> TILE_BITS * level) - 1
            self.tiles.append(Tile(level, n, whole))
            if level == len(self.open):
                self.open.append(b"")
            count = n & TILE - 1
            whole = merkle.grown(self.open[level], count, whole)
            if count < TILE - 1:
                self.open[level] = whole
                return
            self.open[level] = b""
            level += 1
