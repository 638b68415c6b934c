"""The search beside one of another making, over four people with every order of their acts: what
these four can do alone is known to the search, and under the shipped definitions they can nothing."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from tests.four_people import EVENTS, alone, some
from tests.test_soundness import TABLES, Table
from tests.test_soundness_eyes import spec_of, weakened
from workflows.soundness.eyes import holes

pytestmark = pytest.mark.databases("sqlite")

WEAKENED = [weak for kind in ("plan", "commitment") for weak in weakened(kind)]


def beside(what: str, name: str, table: Table, dice: random.Random, events: Iterable[str]) -> int:
    """Four people after four people try to decide alone; returns how many found a way."""
    spec = spec_of(table)
    known = {(hole.last.act.name, hole.wrong) for hole in holes(spec)}
    ways = 0
    for event in events:
        found = alone(
            spec, some(dice), event, deciding=dice.choice((1, 2)), meets=dice.random() < 0.5
        )
        assert found <= known, (what, found - known)
        ways += name in {act for act, _ in found}
    return ways


@pytest.mark.parametrize("kind", ["plan", "commitment"])
def test_four_people_can_nothing_alone(kind: str) -> None:
    dice = random.Random(3)
    for event in EVENTS:
        found = alone(
            spec_of(TABLES[kind]), some(dice), event, deciding=2, meets=dice.random() < 0.5
        )
        assert not found


@pytest.mark.parametrize("n", range(0, len(WEAKENED), 6))
def test_what_four_people_can_is_found(n: int) -> None:
    what, name, table = WEAKENED[n]
    assert beside(what, name, table, random.Random(n), [""] * 20)
