"""The access matrix whole: every cell asked, an act's route for every act. About ten minutes of one core;
`SHARD=2/4` asks the second of four parts."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable

import pytest

from tests.census.asking import take
from tests.census.conftest import Opener, open_world  # noqa: F401
from tests.census.places import Matrix, sampled, shard


@pytest.mark.soak
def test_whole_access_matrix(
    open_world: Opener,  # noqa: F811
    figures: Callable[..., None],
) -> None:
    matrix = Matrix(open_world(scene=True))
    every = list(matrix.cells())
    part = shard(every)
    asked, wrong = take(matrix, part)
    requests = sum(matrix.world.made.values())
    methods = Counter(cell.method for cell in asked)
    named = os.environ.get("SHARD", "1/1")
    figures(
        f"access matrix, part {named}",
        violations=len(wrong),
        notes=f"{len(asked)} of {len(every)} cells ({len(sampled(every))} of them in the short "
        f"form) by {requests} requests; "
        + ", ".join(f"{method} {n}" for method, n in sorted(methods.items())),
    )
    assert set(part) == asked
    assert len(set(every)) == len(every)
    assert wrong == [], "\n".join(wrong[:50])
