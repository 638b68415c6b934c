"""R09 (source 002, "trùng lấp, sao chép nhau"): how much two section 3 say the same. A machine's hint,
never a verdict; two texts of one cell are compared, or one person's own of two years, nothing else.
Domain, section 2.7 step 5: Jaccard of word 3-grams without stock phrases, from 0.50 on."""

from __future__ import annotations

from collections.abc import Sequence

from workflows.advice.section_three import grams

ALIKE = 50  # per cent

Grams = frozenset[tuple[str, ...]]


def grams_of(items: Sequence[str]) -> Grams:
    """What the line items of a section 3 are compared by."""
    return grams("\n".join(items))


def likeness(one: Grams, other: Grams) -> int:
    """How much of both is in both, in per cent, rounded down; 0 where either says nothing."""
    if not one or not other:
        return 0
    return 100 * len(one & other) // len(one | other)
