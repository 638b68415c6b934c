"""Web, worker, relay, schedule and Redis die under load: nothing acknowledged is lost, nothing is
done twice or by halves, and every notice arrives.

Another storm: `FAULTS_SEED=7 make test ARGS=tests/faults`.
"""

from __future__ import annotations

import os

import pytest
from flask import Flask

from tests.faults.house import House, prepare
from tests.faults.storm import storm
from tests.support.smtp import Postbox
from tests.test_launcher import free_port

SEED = int(os.environ.get("FAULTS_SEED", "4"))


@pytest.mark.databases("sqlite")
def test_a_dozen_faults(app: Flask, environment: dict[str, str], smtp: Postbox) -> None:
    tokens = prepare(app)
    with House(environment, free_port(), smtp.url) as house:
        outcome = storm(app, house, tokens, smtp, seed=SEED, faults=12, pause=(0.5, 2.0))
    print(outcome, dict(house.faults))
    assert not outcome.bad(), f"seed {SEED}: {outcome} {dict(house.faults)}"
    assert outcome.acts >= 10, "the load was too small to show anything"
