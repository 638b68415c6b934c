"""What a connection keeps from one transaction to the next, and how a dead one is noticed."""

from __future__ import annotations

import psycopg
import psycopg._queries
import pytest
import sqlalchemy as sa
from flask import Flask

from models import db
from models.base import asked
from models.person import Person
from models.queries.prepared import Asking
from models.unit import Level

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


def state() -> psycopg.pq.TransactionStatus:
    driver = db.session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver.info.transaction_status


def test_a_read_goes_to_the_server_without_begin(app: Flask) -> None:
    found = sa.select(Person.id).cte("found")
    with app.app_context():
        for reading in (sa.select(Person.id), sa.select(found.c.id)):
            db.session.execute(reading).all()
            assert state() == psycopg.pq.TransactionStatus.IDLE
        db.session.scalars(sa.select(Person.id).with_for_update()).all()
        assert state() == psycopg.pq.TransactionStatus.INTRANS


def test_what_was_written_outside_of_a_transaction_is_undone(app: Flask) -> None:
    level = {"code": "x", "name_vi": "x", "name_en": "x", "rank": 9}
    written = sa.insert(Level).values(level).returning(Level.id).cte("written")
    with app.app_context():
        for stray in (sa.insert(Level).values(level), sa.select(written.c.id)):
            asked(sa.select(Level.id)).all()
            db.session.execute(stray)
            assert state() == psycopg.pq.TransactionStatus.INTRANS
            db.session.remove()
            assert not asked(sa.select(Level.id).where(Level.code == "x")).all()


def test_who_asks_for_no_transaction_gets_none(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("VACUUM level"))
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        assert driver.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_a_statement_told_to_a_dead_connection_fails_as_any_other(app: Flask) -> None:
    asking = Asking(sa.select(Person.id))
    with app.app_context():
        own = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
        address = app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [own])
        with pytest.raises(sa.exc.OperationalError) as caught:
            asking.rows({})
        assert caught.value.connection_invalidated
        db.session.rollback()
        assert asking.rows({}) == []
