"""Four eyes, the long forms: every story of every weakened definition acted out in the engine, many
random histories beside the search, and a search of another making over four people."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest
from flask import Flask

from models.base import db
from tests.four_people import EVENTS
from tests.model.fresh import Fresh
from tests.support.templates import Templates
from tests.test_soundness import TABLES
from tests.test_soundness_eyes import spec_of, weakened
from tests.test_soundness_four import WEAKENED, beside
from tests.test_soundness_replay import refused_by
from tests.test_soundness_walk import walk
from workflows.soundness.eyes import holes

pytestmark = [pytest.mark.soak, pytest.mark.databases("sqlite")]

WALKS = int(os.environ.get("WALKS", "300"))
OFFICES = int(os.environ.get("OFFICES", "60"))  # for each event
Figures = Callable[..., None]


def test_every_story_goes_through_the_engine(
    app: Flask, templates: Templates, figures: Figures
) -> None:
    """The shortest story of each guard that speaks of persons, taken away."""
    fresh, stories = Fresh(app, templates), 0
    try:
        for kind in ("plan", "commitment"):
            for _, name, table in weakened(kind):
                there = [h for h in holes(spec_of(table)) if h.last.act.name == name]
                for hole in there:
                    for weak in (True, False):
                        with app.app_context():
                            refused = refused_by(hole, table, weak=weak)
                            assert refused == set() if weak else "R30" in refused
                            db.session.remove()
                        fresh.again()
                    stories += 1
    finally:
        fresh.close()
    assert stories > 24
    figures("stories acted out", histories=2 * stories, violations=0)


def test_the_engine_and_the_search_agree_in_many_histories(
    app: Flask, templates: Templates, figures: Figures
) -> None:
    counts = walk(app, templates, range(3, WALKS))
    figures(
        "engine beside the search",
        acts=sum(counts.values()),
        histories=2 * (WALKS - 3),
        violations=0,
    )


@pytest.mark.parametrize("kind", ["plan", "commitment"])
def test_four_people_in_every_kind_of_office(kind: str, figures: Figures) -> None:
    """Under the shipped definition they can nothing alone; under each weakened one nothing that the
    search does not know, and together they find it."""
    dice = random.Random(11)
    events = [event for event in EVENTS for _ in range(OFFICES)]
    beside(f"shipped {kind}", "", TABLES[kind], dice, events)
    weak = [table for table in WEAKENED if table[2]["kind"] == kind]
    for what, name, table in weak:
        assert beside(what, name, table, dice, events), what
    figures(f"four people, {kind}", histories=len(events) * (1 + len(weak)), violations=0)
