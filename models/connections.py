"""How a connection to either database is opened, found alive, and begins a transaction."""

from __future__ import annotations

import select
import sqlite3
from typing import Any

import psycopg
import psycopg._queries
import sqlalchemy as sa
import sqlalchemy.orm
from psycopg._preparing import PrepareManager
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from models import turns

# psycopg reads a longer statement anew with every call; the desk's has 6,000 letters.
psycopg._queries.MAX_CACHED_STATEMENT_LENGTH = 16_384


class _KeepsPrepared(PrepareManager):
    """psycopg drops its prepared statements at every ROLLBACK, in case the transaction had made what
    they name. Every read ends with one, and ours make no tables; planning the same statements again
    costs a page more than running them."""

    def clear(self) -> bool:
        """Nothing is dropped, so there is nothing to tell the server."""
        return False


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: object, _record: object) -> None:
    """SQLite: durable, patient, with foreign keys; BEGIN is ours (see `_begin`). PostgreSQL: keeps
    its plans."""
    if isinstance(connection, psycopg.Connection):
        connection._prepared = _KeepsPrepared()
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=10000",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Pool, "checkout")
def _alive(connection: Any, _record: object, _proxy: object) -> None:
    """A server that restarted has closed the line, and an idle line that can be read from is at its
    end: the pool opens a new one. Asks the socket, not the server."""
    if isinstance(connection, sqlite3.Connection):
        return
    line = select.poll()
    if not connection.closed:
        line.register(connection, select.POLLIN)
    if connection.closed or line.poll(0):
        raise sa.exc.DisconnectionError
    if connection.autocommit:
        connection.autocommit = False  # see `_read_without_begin`


@event.listens_for(Engine, "begin")
def _begin(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        if not connection.get_execution_options().get("writing", False):
            connection.exec_driver_sql("BEGIN")
            return
        # A read that turns into a write waits for nobody, so writers say so at once.
        own = connection.connection.dbapi_connection
        assert isinstance(own, sqlite3.Connection)
        try:
            turns.begin_writing(own)
        except sqlite3.OperationalError as error:
            raise sa.exc.OperationalError("BEGIN IMMEDIATE", None, error) from error


@event.listens_for(sa.orm.Session, "after_begin")
def _read_without_begin(
    _session: object, begun: sa.orm.SessionTransaction, connection: sa.Connection
) -> None:
    """PostgreSQL: a session that is not `writing` reads, and each of its statements sees what is
    committed by then, within BEGIN or without: two ways to the server are saved."""
    driver = connection.connection.dbapi_connection
    writing = connection.get_execution_options().get("writing", False)
    if isinstance(driver, psycopg.Connection) and not writing and not begun.nested:
        driver.autocommit = True


_BINDING = ("INSERT ", "UPDATE ", "DELETE ", "FOR UPDATE", "FOR NO KEY", "FOR SHARE", "FOR KEY")


@event.listens_for(Engine, "before_cursor_execute")
def _begin_late(connection: sa.Connection, cursor: object, statement: str, *_more: object) -> None:
    """What is not plainly a read has its BEGIN after all, so that what was written outside of
    `transaction()` is undone; so has a cursor of the server, which lives no longer."""
    driver = connection.connection.dbapi_connection
    if not isinstance(driver, psycopg.Connection) or not driver.autocommit:
        return
    if "isolation_level" in connection.get_execution_options():  # whose asker wants no BEGIN
        return
    reads = statement.startswith(("SELECT", "WITH")) and not any(
        word in statement for word in _BINDING
    )
    if not reads or isinstance(cursor, psycopg.ServerCursor):
        driver.autocommit = False
