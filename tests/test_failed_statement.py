"""A statement that failed does not spoil the next one; and if it did, that is told as our fault and not
as the database's."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from psycopg.errors import InFailedSqlTransaction, ReadOnlySqlTransaction
from structlog.testing import capture_logs

from models import db
from views import frame

pytestmark = pytest.mark.databases("postgresql")


def _failing() -> None:
    db.session.execute(sa.text("SELECT nothing_of_this_name"))


def test_a_frame_that_fails_leaves_a_session_that_can_be_asked(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "_frame", _failing)
    with app.test_request_context("/login"):
        assert frame.frame() == frame.Frame()
        assert db.session.scalar(sa.text("SELECT 1")) == 1


@pytest.mark.parametrize(
    ("error", "status", "logged"),
    [(InFailedSqlTransaction, 500, "unforeseen"), (ReadOnlySqlTransaction, 503, "database")],
)
def test_only_the_databases_own_condition_is_told_as_such(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
    status: int,
    logged: str,
) -> None:
    def failing() -> None:
        raise sa.exc.InternalError("SELECT 1", None, error())

    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(app.view_functions, "health.healthz", failing)
    with capture_logs() as lines:
        assert app.test_client().get("/healthz").status_code == status
    assert [line["event"] for line in lines if line["log_level"] == "error"] == [logged]
