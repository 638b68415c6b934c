"""What a connection keeps from one transaction to the next, and how a dead one is noticed."""

from __future__ import annotations

import psycopg
import psycopg._queries
import pytest
import sqlalchemy as sa
from flask import Flask

from models import db
from models.person import Person

pytestmark = pytest.mark.databases("postgresql")


def test_plans_outlive_the_rollback_that_ends_a_read(app: Flask) -> None:
    with app.app_context():
        for _ in range(7):  # psycopg prepares what it has seen five times
            db.session.scalars(sa.select(Person.id).where(Person.full_name == "An")).all()
            db.session.rollback()
        kept = db.session.scalars(sa.text("SELECT statement FROM pg_prepared_statements")).all()
    assert any("person.full_name" in statement for statement in kept)


def test_a_long_statement_is_read_once(app: Flask) -> None:
    """The desk's is longer than what psycopg would keep."""
    statement = sa.text(f"SELECT :n + {'0 + ' * 2_000} 0")
    with app.app_context():
        db.session.execute(statement, {"n": 1})
        before = psycopg._queries._query2pg.cache_info().hits
        db.session.execute(statement, {"n": 2})
        assert psycopg._queries._query2pg.cache_info().hits == before + 1


def test_a_session_that_was_ended_while_idle_costs_nobody_a_request(app: Flask) -> None:
    with app.app_context():
        own = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
        db.session.remove()
        address = app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as other:
            ended = other.execute("SELECT pg_terminate_backend(%s, 5000)", [own]).fetchone()
        assert ended == (True,)
        assert db.session.scalar(sa.text("SELECT pg_backend_pid()")) != own
