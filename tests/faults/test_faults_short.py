"""Web, worker, relay, schedule, Redis and PostgreSQL die, the disk fills, the database is read-only,
under load: nothing acknowledged is lost, nothing is done twice or by halves, and every notice
arrives.

Another storm: `FAULTS_SEED=7 make test ARGS=tests/faults`.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

from tests.faults.ground import ground
from tests.faults.house import House
from tests.faults.storm import storm
from tests.faults.wounds import SHORT
from tests.support.smtp import Postbox
from tests.support.templates import Templates

SEED = int(os.environ.get("FAULTS_SEED", "4"))


def test_a_dozen_faults(database: str, tmp_path: Path, smtp: Postbox, templates: Templates) -> None:
    """Six on each database; all kinds but one or two of the long form's."""
    faults = random.Random(SEED).sample(SHORT[database], len(SHORT[database]))
    with ground(database, tmp_path, smtp.url, templates) as place, House(place) as house:
        outcome = storm(place, house, smtp, faults, seed=SEED, pause=(0.3, 1.2))
    print(outcome)
    assert not outcome.bad(), f"seed {SEED}: {outcome}"
    assert outcome.acts >= 5, "the load was too small to show anything"
