"""That the histories can fail: bugs put into the engine are found. All of them in `make soak`."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.model.hunt import hunt
from tests.support.templates import Templates

STEPS = 30
QUICK = {  # bug → seeds of the short histories, of which one must find it
    "who decided may decide again": list(range(10)),
    "a meeting without a quorum closes": list(range(10)),
}


@pytest.mark.databases("sqlite")
def test_a_bug_in_the_engine_is_found(app: Flask, templates: Templates, redis_url: str) -> None:
    found = hunt(app, templates, redis_url, QUICK, STEPS)
    missed = [name for name, seed in found.items() if seed is None]
    assert not missed, f"the histories have become too tame to find: {missed}"
