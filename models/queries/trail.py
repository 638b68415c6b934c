"""The whole trail as streams of bare rows, in the order in which it is verified.

Rows come as tuples in pages, straight from the driver: of ten million events nothing is converted
that is not looked at. Instants and days come as text, spelt as leaves spell them
(2026-03-03T02:00:00.000000Z), JSON as its bytes. Memory does not grow with the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, count
from typing import Any, NamedTuple

import sqlalchemy as sa

PAGE = 500

_names = count()
# {way:column} in a statement: how a column is spelt as text, or as bytes, whatever somebody has put into it.
_SPELT = {
    "postgresql": {
        "instant": """to_char({}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
        "text": "{}::text",
        "bytes": "{}",
        "json": "convert_to({}::text, 'UTF8')",
    },
    "sqlite": {
        "instant": "replace({}, ' ', 'T') || 'Z'",
        "text": "{}",
        "bytes": "CAST({} AS BLOB)",
        "json": "CAST({} AS BLOB)",
    },
}


class Event(NamedTuple):
    """One event with its payload. `document_version`: only of an event that moved its document.
    `leaf` and `fields` are JSON; None: there is no payload."""

    document_id: int | None
    document_version: int | None
    unit_id: int
    seq: int
    at: str
    action: str
    leaf: bytes
    fields: bytes | None
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


class RevisionRow(NamedTuple):
    """One text; `content` and `basis` are JSON, as bytes or read."""

    document_id: int
    n: int
    title: str
    content: Any
    basis: Any
    dated_on: str | None
    salt: bytes | None
    content_hash: bytes
    erased: bool


class DecisionRow(NamedTuple):
    document_id: int
    revision: int
    action: str
    at: str
    content_hash: bytes


_HASHES = """SELECT unit_id, seq, {bytes:leaf}, {bytes:leaf_hash}
    FROM audit_event ORDER BY unit_id, seq"""
_PLACES = """SELECT unit_id, seq, {bytes:leaf}, {bytes:leaf_hash}, {instant:at}, document_id
    FROM audit_event ORDER BY unit_id, seq"""
_EVENTS = """SELECT e.document_id, e.document_version, e.unit_id, e.seq, {instant:e.at}, e.action,
    {bytes:e.leaf}, {json:p.fields}, p.actor_id, {instant:p.erased_at}
    FROM audit_event e LEFT JOIN event_payload p ON p.event_id = e.id
    ORDER BY e.document_id, e.document_version"""
_DOCUMENTS = """SELECT id, version, state, stage, revision, in_force_revision, {text:dated_on},
    number, title FROM document ORDER BY id"""
_REVISIONS = """SELECT document_id, n, title, {json:content}, {json:basis}, {text:dated_on},
    {bytes:salt}, {bytes:content_hash}, erased_at IS NOT NULL
    FROM revision ORDER BY document_id, n"""
_DECISIONS = """SELECT document_id, revision, action, {instant:at}, {bytes:content_hash}
    FROM decision ORDER BY document_id, id"""


def hashes(connection: sa.Connection) -> Iterator[list[tuple[int, int, bytes, bytes]]]:
    """Of every event log, place, leaf and hash, log by log, in pages."""
    return _pages(connection, _HASHES)


def places(connection: sa.Connection) -> Iterator[list[tuple[Any, ...]]]:
    """What `hashes` gives, and the instant and the document."""
    return _pages(connection, _PLACES)


def events(connection: sa.Connection) -> Iterator[list[tuple[Any, ...]]]:
    """Every event with the columns of `Event`, by document and version, from whichever logs, in
    pages; where those of no document stand is not said."""
    return _pages(connection, _EVENTS)


def revisions(connection: sa.Connection) -> Iterator[list[tuple[Any, ...]]]:
    """Every text with the columns of `RevisionRow`, by document and number, in pages."""
    return _pages(connection, _REVISIONS)


def documents(connection: sa.Connection) -> Iterator[DocumentRow]:
    """Every document, by id."""
    return map(DocumentRow._make, _rows(connection, _DOCUMENTS))


def decisions(connection: sa.Connection) -> Iterator[DecisionRow]:
    """Every decision, by document."""
    return map(DecisionRow._make, _rows(connection, _DECISIONS))


def _spell(words: str, dialect: str) -> str:
    ways = _SPELT[dialect]
    return re.sub(r"{(\w+):([\w.]+)}", lambda m: ways[m[1]].replace("{}", m[2]), words)


def _rows(connection: sa.Connection, words: str) -> Iterator[tuple[Any, ...]]:
    return chain.from_iterable(_pages(connection, words))


def _pages(connection: sa.Connection, words: str) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a statement, so many at a time; on PostgreSQL the server holds the rest."""
    driver: Any = connection.connection.driver_connection
    statement = _spell(words, connection.dialect.name)
    if connection.dialect.name == "postgresql":
        cursor = driver.cursor(f"trail_{next(_names)}", binary=True)
    else:
        cursor = driver.cursor()
    try:
        cursor.execute(statement)
        while page := cursor.fetchmany(PAGE):
            yield page
    finally:
        cursor.close()
