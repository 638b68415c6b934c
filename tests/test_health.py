"""/healthz tells the truth about web, database and schedule, in real time."""

from datetime import timedelta

import pytest
from flask import Flask

import clock
from models.base import db, transaction
from models.heartbeat import Heartbeat


def schedule_was_seen(app: Flask, ago: timedelta) -> None:
    with app.app_context(), transaction():
        db.session.merge(Heartbeat(name="schedule", at=clock.real_now() - ago))


def test_before_the_schedule_has_started(app: Flask) -> None:
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["ailing"] == ["schedule"]


@pytest.mark.parametrize(
    ("ago", "status"), [(timedelta(seconds=20), 200), (timedelta(minutes=4), 503)]
)
def test_the_schedules_sign_of_life(app: Flask, ago: timedelta, status: int) -> None:
    schedule_was_seen(app, ago)
    answer = app.test_client().get("/healthz")
    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["status"] == ("ok" if status == 200 else "ailing")


@pytest.mark.databases("sqlite")
def test_a_database_that_does_not_answer(app: Flask) -> None:
    schedule_was_seen(app, timedelta(0))
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE heartbeat")
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert "database" in answer.json["ailing"]
