"""Proofs as RFC 6962 defines them, from all the leaves; the house makes them from the tiles that it keeps."""

from __future__ import annotations

from collections.abc import Sequence

from workflows.trail import merkle


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf `index`, bottom up. Raises `IndexError`."""
    return [
        merkle.root(leaves[start:end]) for start, end in merkle.inclusion_ranges(len(leaves), index)
    ]


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """What shows that the tree of the first `old_size` leaves is a prefix. Raises `IndexError`."""
    return [
        merkle.root(leaves[start:end])
        for start, end in merkle.consistency_ranges(len(leaves), old_size)
    ]
