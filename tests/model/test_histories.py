"""Random histories of an office: what the engine does is what the reference says, step by step.

A failing history names its seed; `HISTORY=17 make test ARGS=tests/model` tells that one alone.
"""

from __future__ import annotations

import ast
import os
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from models.base import db
from tests.cast import Office
from tests.model.application import prepare
from tests.model.compare import Violation
from tests.model.crashes import CRASH_POINTS, Crash, dying_at, fingerprint
from tests.model.fresh import Fresh
from tests.model.history import History
from tests.support.templates import Templates

STEPS = 30
SEEDS = {
    "sqlite": range(35),
    "postgresql": range(35, 50),
}  # 50 histories; a fresh PostgreSQL is dear
RINGS = 4
LEAST = {  # of 25 histories, lest they become too tame to show anything
    "acts": 200,
    "refused": 100,
    "stale": 12,
    "crashes": 12,
    "rungs": 12,
    "clocks set back": 5,
    "sittings confirmed": 5,
    "carried out": 5,
    "closed": 2,
    "Redis gone": 1,
    "letters": 10,
}


def tell(
    app: Flask,
    templates: Templates,
    seeds: list[int],
    steps: int,
    violations: list[str] | None = None,
    redis_url: str | None = None,
) -> Counter[str]:
    """Each history on a database of its own; what happened in all of them.

    Violations are raised, or collected where there is a list for them. In one history of RINGS the
    relay and a worker take part, at the server of `redis_url`.
    """
    with app.app_context():
        prepare()
    fresh = Fresh(app, templates)
    counts: Counter[str] = Counter()
    try:
        for number, seed in enumerate(seeds):
            if number:
                fresh.again()
            with app.app_context():
                history = History(seed, redis_url if seed % RINGS == 0 else None)
                try:
                    history.run(steps)
                except Violation as violation:
                    if violations is None:
                        raise
                    violations.append(str(violation))
                counts += history.counts
                counts["histories"] += 1
                db.session.remove()
    finally:
        fresh.close()
    return counts


@pytest.mark.databases("sqlite")
def test_the_engine_does_what_the_reference_says(
    app: Flask, templates: Templates, redis_url: str
) -> None:
    assert too_seldom(app, templates, redis_url, SEEDS["sqlite"]) == {}


@pytest.mark.databases("postgresql")
def test_it_does_on_postgresql_too(app: Flask, templates: Templates, redis_url: str) -> None:
    assert too_seldom(app, templates, redis_url, SEEDS["postgresql"]) == {}


def too_seldom(app: Flask, templates: Templates, redis_url: str, seeds: range) -> dict[str, int]:
    """Raises Violation where a history and the reference part; else what happened less often than
    `LEAST` asks, so that the histories would be too tame to show anything. `HISTORY` in the
    environment chooses one, of which nothing is asked."""
    chosen = os.environ.get("HISTORY")
    told = [int(chosen)] if chosen else list(seeds)
    counts = tell(app, templates, told, STEPS, redis_url=redis_url)
    print(dict(counts))
    return {
        what: counts[what]
        for what, least in LEAST.items()
        if not chosen and counts[what] < least * len(seeds) // 25
    }


def test_a_crash_at_any_labelled_point_leaves_nothing_behind(app: Flask) -> None:
    """One act that does all an act may do; then it is done after all, once."""
    with app.app_context():
        office = Office()
        plan = office.begin("plan", "Chi", "CELL")
        office.act(plan, "submit", "Chi")
        office.act(plan, "review", "Dung")
        before = fingerprint()
        for point, function in CRASH_POINTS.items():
            with pytest.raises(Crash), dying_at(function):
                office.approve(plan, "Sau", number="02-KH/CB")
            assert fingerprint() == before, f"half an act remains of a crash when {point}"
        office.approve(plan, "Sau", number="02-KH/CB")
        assert [e.action for e in office.events(plan)].count("approve") == 1


@pytest.mark.parametrize("name", ["reference", "acts", "forms", "papers", "meetings", "tables"])
def test_the_reference_knows_nothing_of_what_it_is_held_against(name: str) -> None:
    tree = ast.parse((Path(__file__).parent / f"{name}.py").read_text())
    imported = {str(n.module) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    imported |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    known = ("__future__", "dataclasses", "datetime", "typing", "tests.model")
    assert all(module.startswith(known) for module in imported)
