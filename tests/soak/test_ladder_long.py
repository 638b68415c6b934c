"""Ten schedules and four workers as real processes, a thousand things overdue, clocks an hour apart,
processes killed, Redis flushed and stopped: each rung exactly once, none early, the top one the last."""

import os
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from models.base import db, transaction
from models.deadline import Deadline, Escalation
from tests.support import ladder_storm
from tests.support.ladder_storm import Processes, prepare, storm
from tests.support.redis import Valkey
from workflows import ladder
from workflows.trail import verify

SCHEDULES = int(os.environ.get("LADDER_SCHEDULES", "10"))
WORKERS = int(os.environ.get("LADDER_WORKERS", "4"))
ITEMS = int(os.environ.get("LADDER_ITEMS", "1000"))
AT_ONCE = int(os.environ.get("LADDER_AT_ONCE", "10000"))
CELLS = 50
PATIENCE = 180.0


@pytest.mark.soak
def test_each_rung_once_while_everything_dies(
    app: Flask,
    database: str,
    environment: dict[str, str],
    valkey: Valkey,
    figures: Callable[..., None],
) -> None:
    late = prepare(app, cells=CELLS, asked=ITEMS // CELLS, first=-1)
    with Processes({**environment, "REDIS_URL": valkey.url}, SCHEDULES, WORKERS) as processes:
        outcome = storm(
            app,
            valkey,
            processes,
            late=late,
            rungs=list(ladder_storm.MORNINGS),
            patience=PATIENCE,
            deaths=6,
        )
    figures(
        f"ladder, {database}",
        faults=outcome.killed + outcome.flushed,
        acts=outcome.rungs,
        violations=len(outcome.wrong),
        notes=f"{SCHEDULES} schedules, {WORKERS} workers, {outcome.slowest:.1f} s at most",
    )
    assert outcome.wrong == []
    with app.app_context():
        left = sa.select(sa.func.count()).where(Deadline.fires_at.is_not(None))
        assert db.session.scalar(left.where(Deadline.closed_at.is_(None))) == 0


@pytest.mark.soak
def test_ten_thousand_fall_due_in_one_minute(
    app: Flask, database: str, figures: Callable[..., None]
) -> None:
    seven = ladder_storm.seven_of(2)
    with app.app_context():
        ladder_storm.found(200, AT_ONCE // 200)
        with transaction():
            db.session.execute(
                sa.update(Deadline)
                .where(Deadline.fires_at.is_not(None))
                .values(fires_at=seven, rung=1)
            )
        climbed = ladder.sweep(seven)
        assert climbed == AT_ONCE
        assert ladder.sweep(seven) == 0
        assert db.session.scalar(sa.select(sa.func.count(Escalation.id))) == AT_ONCE
        assert verify(db.session()).whole
    figures(f"due at once, {database}", acts=climbed, violations=0)
