"""Every labelled point within an act, a ring, a mail, a meeting and the sweep is hit by the death of a
real process: nothing is done by halves, and done again it is done once.

The list is `tests.faults.points.POINTS`; in the short form each database takes every other point.
"""

from __future__ import annotations

import pytest
from flask import Flask

from tests.faults.crashes import Crashes
from tests.faults.mortal import Mortal
from tests.faults.points import POINTS
from tests.support.redis import Valkey
from tests.support.smtp import Postbox
from tests.test_sittings import Meeting

SHORT = {"sqlite": POINTS[::2], "postgresql": POINTS[1::2]}


@pytest.fixture
def environment(environment: dict[str, str], smtp: Postbox, valkey: Valkey) -> dict[str, str]:
    return {**environment, "SMTP_URL": smtp.url, "REDIS_URL": valkey.url}


def test_a_death_at_every_point(
    app: Flask, database: str, environment: dict[str, str], smtp: Postbox, valkey: Valkey
) -> None:
    with app.app_context(), Mortal(environment) as mortal:
        crashes = Crashes(app, Meeting(), mortal, valkey.url)
        crashes.through(SHORT[database])
        outcome = crashes.settle(smtp)
    assert not outcome.bad(), outcome
    assert crashes.hits == dict.fromkeys((point.label for point in SHORT[database]), 1)
