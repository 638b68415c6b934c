"""The whole trail as streams of bare rows, in the order in which it is verified.

Rows come as tuples in pages, straight from the driver: of ten million events nothing is converted
that is not looked at. Instants and days come as text, spelt as leaves spell them
(2026-03-03T02:00:00.000000Z), JSON as its bytes. Memory does not grow with the rows.

PostgreSQL makes the next rows of a stream while these are looked at: the server sends until the line
is full, so that neither waits for the other. A line that carries a stream can carry nothing else, so
each stream has one of its own, and all see one snapshot.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from typing import Any, NamedTuple

import psycopg
import sqlalchemy as sa

UNREADABLE = (sa.exc.SQLAlchemyError, sqlite3.Error, psycopg.Error)  # what reading may raise
PAGE = 500
CHUNK = 100  # a page of PostgreSQL: with more the line is too narrow, and the server has to wait

# The server begins to send at once when it walks an index; it would rather sort all rows first.
_AT_ONCE = """SET LOCAL enable_sort = off; SET LOCAL max_parallel_workers_per_gather = 0;
    SET LOCAL jit = off"""
# SQLite keeps as text whatever it is told is text.
_TEXT = partial(str, encoding="utf-8", errors="replace")
# {way:column} in a statement: how a column is spelt as text, or as bytes (none are empty), whatever
# somebody has put into it.
_SPELT = {
    "postgresql": {
        "instant": """to_char({}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
        "text": "{}::text",
        "bytes": "coalesce({}, '')",
        "json": "coalesce(convert_to({}::text, 'UTF8'), '')",
    },
    "sqlite": {
        "instant": "replace({}, ' ', 'T') || 'Z'",
        "text": "{}",
        "bytes": "coalesce(CAST({} AS BLOB), x'')",
        "json": "coalesce(CAST({} AS BLOB), x'')",
    },
}


class Snapshot(NamedTuple):
    """All that is committed at one moment. `connection` is for whatever is asked of it; `name`, by
    which PostgreSQL shows the same to other connections, each for one long stream."""

    connection: sa.Connection
    name: str | None


@contextmanager
def snapshot(engine: sa.Engine) -> Iterator[Snapshot]:
    """What is committed now, until the end of the block."""
    if engine.dialect.name != "postgresql":
        with engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("SELECT 1 FROM sqlite_schema")  # the first read fixes it
            driver: Any = connection.connection.driver_connection
            usual, driver.text_factory = driver.text_factory, _TEXT
            try:
                yield Snapshot(connection, None)
            finally:
                driver.text_factory = usual
        return
    with _reading(engine) as connection:
        name = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        yield Snapshot(connection, name)


@contextmanager
def _reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    level = {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**level) as connection, connection.begin():
        yield connection


class HeadRow(NamedTuple):
    """A unit with the end of its log; no `size`: it has no log."""

    unit_id: int
    code: str
    size: int | None
    frontier: bytes
    latest_at: str | None


class Event(NamedTuple):
    """One event with its payload. `document_version`: only of an event that moved its document.
    `leaf` and `fields` are JSON; no `fields`: there is no payload."""

    document_id: int | None
    document_version: int | None
    unit_id: int
    seq: int
    at: str
    action: str
    leaf: bytes
    leaf_hash: bytes
    fields: bytes
    actor_id: int | None
    erased_at: str | None


class DocumentRow(NamedTuple):
    id: int
    version: int
    state: str
    stage: int
    revision: int
    in_force_revision: int | None
    dated_on: str | None
    number: str | None
    title: str
    kind: str
    recorded: bool
    superseded_by: int | None
    definition: str | None  # the hash of the one by which it moves


class StageRow(NamedTuple):
    """What a body on a document's way has answered; `recorded`: the document is of paper."""

    document_id: int
    position: int
    unit: str
    decides: bool
    state: str
    decided_at: str | None
    decided_by: int | None
    received_at: str | None
    received_by: int | None
    recorded: bool


class RevisionRow(NamedTuple):
    """One text; `content` and `basis` are JSON, as bytes or read."""

    document_id: int
    n: int
    title: str
    content: Any
    basis: Any
    dated_on: str | None
    salt: bytes
    content_hash: bytes
    erased: str | None  # when its text was erased


class CheckpointRow(NamedTuple):
    """A signed checkpoint; `key_id` is the key's row."""

    unit_id: int
    size: int
    root: bytes
    key_id: int
    note: str


class DecisionRow(NamedTuple):
    document_id: int
    revision: int
    action: str
    at: str
    content_hash: bytes
    stage: int
    person_id: int
    delegated: bool
    reason_code: str | None
    minutes: str | None
    dated_on: str | None
    present: int | None
    in_favour: int | None
    against: int | None

    @property
    def votes(self) -> tuple[int | None, ...]:
        return self.present, self.in_favour, self.against


_HEADS = """SELECT unit.id, unit.code, size, {bytes:frontier}, {instant:latest_at}
    FROM unit LEFT JOIN log_head ON unit_id = unit.id"""
_HASHES = """SELECT unit_id, seq, {bytes:leaf_hash}, {bytes:leaf}
    FROM audit_event ORDER BY unit_id, seq"""
_PLACES = """SELECT unit_id, seq, {bytes:leaf_hash}, {instant:at}, document_id
    FROM audit_event ORDER BY unit_id, seq"""
_LEAVES = """SELECT seq, {bytes:leaf} FROM audit_event
    WHERE unit_id = :unit AND seq BETWEEN :first AND :last"""
_EVENTS = """SELECT e.document_id, e.document_version, e.unit_id, e.seq, {instant:e.at}, e.action,
    {bytes:e.leaf}, {bytes:e.leaf_hash}, {json:p.fields}, p.actor_id, {instant:p.erased_at}
    FROM audit_event e LEFT JOIN event_payload p ON p.event_id = e.id
    ORDER BY e.document_id, e.document_version"""
_DOCUMENTS = """SELECT id, version, state, stage, revision, in_force_revision, {text:dated_on},
    number, title, kind, recorded, superseded_by_id,
    (SELECT hash FROM definition WHERE definition.id = definition_id) FROM document ORDER BY id"""
_STAGES = """SELECT document_id, position, unit.code, decides, s.state, {instant:decided_at},
    decided_by_id, {instant:received_at}, received_by_id, recorded
    FROM document_stage s JOIN document d ON d.id = document_id JOIN unit ON unit.id = s.unit_id
    WHERE position <= d.stage AND NOT s.copy ORDER BY document_id, position"""
_REVISIONS = """SELECT document_id, n, title, {json:content}, {json:basis}, {text:dated_on},
    {bytes:salt}, {bytes:content_hash}, {instant:erased_at}
    FROM revision ORDER BY document_id, n"""
_DECISIONS = """SELECT document_id, revision, action, {instant:at}, {bytes:content_hash}, stage,
    person_id, delegation_id IS NOT NULL, reason_code, minutes, {text:dated_on},
    votes_present, votes_for, votes_against FROM decision ORDER BY document_id, id"""
_CHECKPOINTS = """SELECT unit_id, size, {bytes:root}, key_id, {text:note}
    FROM checkpoint ORDER BY unit_id, size"""


def heads(snapshot: Snapshot) -> Iterator[HeadRow]:
    """Every unit with the head of its log."""
    return map(HeadRow._make, chain.from_iterable(_pages(snapshot, _HEADS)))


def hashes(snapshot: Snapshot) -> Iterator[list[tuple[int, int, bytes, bytes]]]:
    """Of every event log, place, hash and leaf, log by log, in pages."""
    return _pages(snapshot, _HASHES)


def places(snapshot: Snapshot) -> Iterator[list[tuple[Any, ...]]]:
    """Of every event log, place, hash, instant and document, log by log, in pages."""
    return _pages(snapshot, _PLACES)


def leaves(snapshot: Snapshot, unit_id: int, first: int, last: int) -> dict[int, bytes]:
    """The leaves between two places of a log, by place."""
    words = sa.text(_spell(_LEAVES, snapshot.connection.dialect.name))
    rows = snapshot.connection.execute(words, {"unit": unit_id, "first": first, "last": last})
    return {row.seq: row[1] for row in rows}


def events(snapshot: Snapshot) -> Iterator[list[tuple[Any, ...]]]:
    """Every event with the columns of `Event`, by document and version, from whichever logs, in
    pages; where those of no document stand is not said."""
    return _pages(snapshot, _EVENTS)


def revisions(snapshot: Snapshot) -> Iterator[list[tuple[Any, ...]]]:
    """Every text with the columns of `RevisionRow`, by document and number, in pages."""
    return _pages(snapshot, _REVISIONS)


def documents(snapshot: Snapshot) -> Iterator[DocumentRow]:
    """Every document, by id."""
    return map(DocumentRow._make, chain.from_iterable(_pages(snapshot, _DOCUMENTS)))


def stages(snapshot: Snapshot) -> Iterator[StageRow]:
    """Every body that a document has reached on its way, by document and place; no copies."""
    return map(StageRow._make, chain.from_iterable(_pages(snapshot, _STAGES)))


def decisions(snapshot: Snapshot) -> Iterator[DecisionRow]:
    """Every decision, by document."""
    return map(DecisionRow._make, chain.from_iterable(_pages(snapshot, _DECISIONS)))


def checkpoints(snapshot: Snapshot) -> Iterator[CheckpointRow]:
    """Every signed checkpoint, by unit and size."""
    return map(CheckpointRow._make, chain.from_iterable(_pages(snapshot, _CHECKPOINTS)))


def read(connection: sa.Connection, words: str) -> sa.CursorResult[Any]:
    """The rows of a statement in which columns are spelt as here: {instant:at}, {text:dated_on}."""
    return connection.execute(sa.text(_spell(words, connection.dialect.name)))


def _spell(words: str, dialect: str) -> str:
    ways = _SPELT[dialect]
    return re.sub(r"{(\w+):([\w.]+)}", lambda m: ways[m[1]].replace("{}", m[2]), words)


def _pages(snapshot: Snapshot, words: str) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a statement, so many at a time."""
    statement = _spell(words, snapshot.connection.dialect.name)
    if snapshot.name is None:
        driver: Any = snapshot.connection.connection.driver_connection
        cursor = driver.execute(statement)
        while page := cursor.fetchmany(PAGE):
            yield page
        return
    with _reading(snapshot.connection.engine) as connection:
        connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{snapshot.name}'")
        connection.exec_driver_sql(_AT_ONCE)
        driver = connection.connection.driver_connection
        rows = driver.cursor(binary=True).stream(statement, size=CHUNK)
        while page := list(islice(rows, CHUNK)):
            yield page
