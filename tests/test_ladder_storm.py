"""A small storm: schedules and workers that die, clocks an hour apart, an empty Redis. Each rung is
told once, and not before seven. The long one is `tests/soak/test_ladder_long.py`."""

import pytest
from flask import Flask

from tests.support.ladder_storm import Processes, prepare, storm
from tests.support.redis import Valkey

pytestmark = pytest.mark.databases("sqlite")


def test_each_rung_once_while_everything_dies(
    app: Flask, environment: dict[str, str], valkey: Valkey
) -> None:
    late = prepare(app, cells=10, asked=5, first=1)
    with Processes({**environment, "REDIS_URL": valkey.url}, 2, 2) as processes:
        outcome = storm(app, valkey, processes, late=late, rungs=[1], patience=30, deaths=1)
    assert outcome.wrong == []
    assert outcome.rungs == 50
