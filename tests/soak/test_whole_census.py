"""The census whole: every cell of the access matrix, an act's route for every act; ten thousand guessed
ids; hidden and absent everywhere; canaries on every page that can be reached.

About twelve minutes of one core. `SHARD=2/6` asks the second of six parts of the matrix.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable

import pytest

from tests.census.asking import take
from tests.census.canaries import AUTHOR, SECTIONS, Story
from tests.census.conftest import Opener, open_world  # noqa: F401
from tests.census.hearing import heard
from tests.census.places import Matrix, sampled, shard
from tests.census.test_guessing import tried
from tests.census.test_hidden import compared
from tests.census.test_privacy import HEARERS, expect

GUESSES = int(os.environ.get("GUESSES", "10000"))
SEED = int(os.environ.get("SEED", "1"))
MORE = ("s05", "bithu.c3", "thuongvu.phuong", "vanthu.phuong", "vanthu.b1", "chutich.ldld", "s08")
PAGES = 120  # followed from the usual beginnings, by each


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


@pytest.mark.soak
def test_ten_thousand_guessed_ids_reveal_nothing(
    open_world: Opener,  # noqa: F811
    figures: Callable[..., None],
) -> None:
    statuses, wrong = tried(open_world(scene=True), GUESSES, SEED)
    answers = ", ".join(f"{status} × {n}" for status, n in sorted(statuses.items()))
    figures("guessed ids", violations=len(wrong), notes=f"{GUESSES} guesses; {answers}")
    assert wrong == []


@pytest.mark.soak
def test_hidden_and_absent_answer_alike_everywhere(
    open_world: Opener,  # noqa: F811
    figures: Callable[..., None],
) -> None:
    matrix = Matrix(open_world(scene=True))
    count, wrong = compared(matrix, list(matrix.cells())[::4])
    figures("hidden and absent", violations=len(wrong), notes=f"{count} pairs of answers")
    assert wrong == []
    assert count > 1_000


@pytest.mark.soak
def test_canaries_on_every_page_that_can_be_reached(
    open_world: Opener,  # noqa: F811
    figures: Callable[..., None],
) -> None:
    begun = Story(open_world())
    begun.written()
    texts = {*SECTIONS.values()}
    for login in (*HEARERS, *MORE):
        found = heard(begun, login, PAGES) & texts
        assert found == (texts if login == AUTHOR else set()), login
    planted = Story(open_world())
    planted.plant()
    expect(planted, (*HEARERS, *MORE), PAGES)
    requests = sum(sum(story.world.made.values()) for story in (begun, planted))
    figures("canaries", violations=0, notes=f"{len(HEARERS + MORE)} people, {requests} requests")
