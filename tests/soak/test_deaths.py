"""A real process dies at every labelled point, on each database; one row of the table for each label."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.faults.crashes import Crashes
from tests.faults.mortal import Mortal
from tests.faults.points import POINTS
from tests.support.redis import Valkey
from tests.support.smtp import Postbox
from tests.test_sittings import Meeting


@pytest.fixture
def environment(environment: dict[str, str], smtp: Postbox, valkey: Valkey) -> dict[str, str]:
    return {**environment, "SMTP_URL": smtp.url, "REDIS_URL": valkey.url}


@pytest.mark.soak
def test_a_death_at_every_point_on_each_database(
    app: Flask,
    database: str,
    environment: dict[str, str],
    smtp: Postbox,
    valkey: Valkey,
    figures: Callable[..., None],
) -> None:
    with app.app_context(), Mortal(environment) as mortal:
        crashes = Crashes(app, Meeting(), mortal, valkey.url)
        crashes.through(POINTS)
        outcome = crashes.settle(smtp)
    for point in POINTS:
        figures(f"death, {database}: {point.label}", faults=crashes.hits[point.label])
    figures(
        f"deaths, {database}",
        **outcome.figures(sum(crashes.hits.values())),
        notes=f"{len(POINTS)} points, {outcome.letters} letters",
    )
    assert not outcome.bad(), outcome
    assert crashes.hits == dict.fromkeys((point.label for point in POINTS), 1)
