"""Many rows asked for in several statements, each of at most so many."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
CHUNK = 500


def chunks(ids: Collection[int], size: int = CHUNK) -> Iterator[list[int]]:
    """These ids in order, at most `size` at a time; none for none."""
    return (list(some) for some in cut(sorted(ids), size))


def cut(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """These rows as they stand, at most `size` at a time."""
    return (rows[start : start + size] for start in range(0, len(rows), size))
