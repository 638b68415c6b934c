"""The long forms of the histories and of the faults.

HISTORIES (2000) × STEPS (60) and FAULTS (300), on each database half of them; SEED moves all.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.faults.ground import ground
from tests.faults.house import House
from tests.faults.storm import storm
from tests.faults.wounds import draw
from tests.model.crashes import TICKS
from tests.model.hunt import hunt
from tests.model.mutants import MUTANTS
from tests.model.test_histories import tell
from tests.support.smtp import Postbox
from tests.support.templates import Templates

HISTORIES = int(os.environ.get("HISTORIES", "2000"))
STEPS = int(os.environ.get("STEPS", "60"))
FAULTS = int(os.environ.get("FAULTS", "300"))
SEED = int(os.environ.get("SEED", "1"))
PATIENCE, MUTANT_STEPS = 100, 45  # histories told to one seeded bug, and their length
# Need an amendment in force, or a second receipt: more histories than a hunt tells, so it may miss them.
RARE = {"the old paper stays beside the new", "a receipt is given twice"}
HALF = {"sqlite": 0, "postgresql": 1}


@pytest.mark.soak
def test_long_histories(
    app: Flask,
    database: str,
    templates: Templates,
    redis_url: str,
    figures: Callable[..., None],
) -> None:
    half = HISTORIES // 2
    first = 10_000 * SEED + half * HALF[database]
    violations: list[str] = []
    counts = tell(app, templates, list(range(first, first + half)), STEPS, violations, redis_url)
    figures(
        f"histories, {database}",
        acts=counts["acts"],
        histories=counts["histories"],
        violations=len(violations),
        notes=f"{counts['refused']} refused, {counts['stale']} stale, {counts['crashes']} crashes "
        f"within an act at {sum(bool(counts[p]) for p in TICKS)} of {len(TICKS)} points, "
        f"{counts['rungs']} rungs, {counts['sittings confirmed']} sittings confirmed, "
        f"{counts['carried out']} papers carried out, {counts['clocks set back']} clocks set back, "
        f"Redis gone {counts['Redis gone']} times, {counts['letters']} letters",
    )
    assert not violations, "\n\n".join(violations[:5])


@pytest.mark.soak
@pytest.mark.databases("sqlite")
def test_every_seeded_bug_is_found(
    app: Flask, templates: Templates, redis_url: str, figures: Callable[..., None]
) -> None:
    """Bugs put into the engine one by one: the histories find each, or they prove nothing."""
    seeds = {name: list(range(PATIENCE)) for name in MUTANTS}
    found = hunt(app, templates, redis_url, seeds, MUTANT_STEPS)
    missed = [name for name, seed in found.items() if seed is None]
    needed = [seed + 1 for seed in found.values() if seed is not None]
    figures(
        "seeded bugs",
        histories=sum(needed) + PATIENCE * len(missed),
        violations=len(needed),
        notes=f"found {len(needed)} of {len(found)}, the slowest by history {max(needed)}",
    )
    assert set(missed) <= RARE, f"nothing found {missed}"


@pytest.mark.soak
def test_long_storm(
    database: str,
    tmp_path: Path,
    smtp: Postbox,
    templates: Templates,
    figures: Callable[..., None],
) -> None:
    faults = draw(database, FAULTS // 2, random.Random(SEED))
    with ground(database, tmp_path, smtp.url, templates) as place, House(place) as house:
        outcome = storm(place, house, smtp, faults, seed=SEED, pause=(0.3, 2.0))
    figures(
        f"faults, {database}",
        **outcome.figures(sum(outcome.faults.values())),
        notes=f"{len(outcome.faults)} kinds, {outcome.refused} answers 503, "
        f"{outcome.unanswered} unanswered, {outcome.letters} letters, "
        f"{outcome.undelivered} undelivered, all delivered {outcome.recovery:.0f} s after recovery",
    )
    assert not outcome.bad(), f"seed {SEED}: {outcome}"
