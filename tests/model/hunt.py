"""Telling histories to an engine with a bug in it, until one finds it."""

from __future__ import annotations

from flask import Flask

from models.base import db
from tests.model.application import prepare
from tests.model.compare import Violation
from tests.model.fresh import Fresh
from tests.model.history import History
from tests.model.mutants import MUTANTS
from tests.support.templates import Templates

OUR_FAULT = (TypeError, AttributeError, NameError, ImportError)  # the bug itself was put in badly


def hunt(
    app: Flask,
    templates: Templates,
    redis_url: str,
    seeds: dict[str, list[int]],
    steps: int,
) -> dict[str, int | None]:
    """For each bug, which of its seeds found it first; None: none of them."""
    with app.app_context():
        prepare()
    fresh = Fresh(app, templates)
    found: dict[str, int | None] = {}
    try:
        for name, tried in seeds.items():
            found[name] = next(
                (seed for seed in tried if finds(app, fresh, redis_url, name, seed, steps)), None
            )
    finally:
        fresh.close()
    return found


def finds(app: Flask, fresh: Fresh, redis_url: str, name: str, seed: int, steps: int) -> bool:
    fresh.again()
    with app.app_context(), MUTANTS[name]():
        history = History(seed, redis_url if seed % 4 == 0 else None)
        try:
            history.run(steps)
        except Violation as violation:
            if isinstance(violation.__cause__, OUR_FAULT):
                raise
            return True
        finally:
            db.session.remove()
    return False
