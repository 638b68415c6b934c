"""Many more things that somebody may write into the database of a house at work."""

import os
from collections.abc import Callable

import pytest
from flask import Flask

from models.base import db
from tests.support.tamperer import Tamperer
from tests.test_tampered import SEED, try_to_hide

TRIALS = int(os.environ.get("TRIALS", "600"))


@pytest.mark.soak
@pytest.mark.data("demo")
def test_whatever_was_written_is_said_in_a_sentence(
    app: Flask, database: str, figures: Callable[..., None]
) -> None:
    with app.app_context():
        tamperer = Tamperer(db.engine, SEED)
        found = try_to_hide(app, tamperer, TRIALS)
    figures(f"tampering, {database}", acts=TRIALS, violations=0, notes=f"{found} found")
    assert found > TRIALS // 2
