"""What a witness remembers: whose logs it watches, the last tree that it saw of each, and what did not
continue it.

A folder of its own, which may lie on another machine than the logs; never in the database nor in its
backups. What is seen is durable before it is cosigned.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from workflows.trail import key_file
from workflows.trail.note import Key, Signer, parse_key, parse_signer

PREFIX = "duyet-witness/"
SCHEMA = """
CREATE TABLE IF NOT EXISTS watched (key TEXT PRIMARY KEY, unit TEXT NOT NULL, label TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS seen (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL,
    note TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS conflict (id INTEGER PRIMARY KEY, origin TEXT NOT NULL, kind TEXT NOT NULL,
    kept TEXT NOT NULL, came TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE (origin, kind, kept, came));
"""


class Watched(NamedTuple):
    """An installation whose logs are watched: its verifier key, the unit here that is its superior
    (empty: the logs of this very installation), and a name for people."""

    key: Key
    unit: str
    label: str


class Seen(NamedTuple):
    """The last tree that was seen of a log, with the signed checkpoint; `at`: seconds since 1970."""

    size: int
    root: bytes
    note: str
    at: int


class Conflict(NamedTuple):
    """Evidence: a checkpoint signed by the log's own key which does not continue the one kept.
    `kind`: rewritten."""

    origin: str
    kind: str
    kept: str
    came: str
    at: int


class Store:
    """The memory, while its folder is held."""

    def __init__(self, connection: sqlite3.Connection, signer: Signer) -> None:
        self.connection = connection
        self.signer = signer

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """What is kept within becomes durable together, at the end: nothing that was cosigned within
        may be given away before."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def watch(self, key: Key, *, unit: str = "", label: str = "") -> None:
        """From now on logs that this key signs are watched."""
        self.connection.execute(
            "INSERT INTO watched VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
            " unit = excluded.unit, label = excluded.label",
            (key.text, unit, label),
        )

    def watched(self) -> list[Watched]:
        """Whose logs are watched."""
        rows = self.connection.execute("SELECT key, unit, label FROM watched ORDER BY rowid")
        return [Watched(parse_key(key), unit, label) for key, unit, label in rows]

    def seen(self, origin: str) -> Seen | None:
        """The last tree of this log; None: it was never seen."""
        row = self.connection.execute(
            "SELECT size, root, note, at FROM seen WHERE origin = ?", (origin,)
        ).fetchone()
        return Seen(*row) if row else None

    def all_seen(self) -> dict[str, Seen]:
        """{origin: its last tree} of every log."""
        rows = self.connection.execute("SELECT origin, size, root, note, at FROM seen")
        return {origin: Seen(*row) for origin, *row in rows}

    def keep(self, origin: str, seen: Seen) -> None:
        """Remembers this tree instead of the one before, durably before it returns."""
        self.connection.execute(
            "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?)", (origin, *seen)
        )

    def keep_conflict(self, conflict: Conflict) -> None:
        """Keeps the evidence, once, durably before it returns."""
        self.connection.execute(
            "INSERT OR IGNORE INTO conflict (origin, kind, kept, came, at) VALUES (?, ?, ?, ?, ?)",
            conflict,
        )

    def conflicts(self) -> list[Conflict]:
        """All the evidence, the oldest first."""
        rows = self.connection.execute(
            "SELECT origin, kind, kept, came, at FROM conflict ORDER BY id"
        )
        return [Conflict(*row) for row in rows]


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    """The witness in this folder, made with a key of its own unless it is there. While it lasts no
    other process opens it. Raises `OSError`, `sqlite3.Error`, and `NotANote` for a key file that
    holds no key."""
    with key_file.held(folder):
        signer = _signer(folder)
        path = folder / "seen.db"
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous=FULL")
            connection.executescript(SCHEMA)
            yield Store(connection, signer)
        finally:
            connection.close()


def alone(folder: Path) -> AbstractContextManager[None]:
    """While it lasts no other round goes on: none shows an older checkpoint after a newer one. The
    memory is open to who only adds to it. Raises `OSError`."""
    return key_file.held(folder, ".round")


def _signer(folder: Path) -> Signer:
    """The witness's key: made at the first opening, for its owner only."""
    path = folder / "witness.key"
    if path.exists():
        return parse_signer(path.read_text())
    signer = key_file.fresh(PREFIX)
    key_file.write(signer, path)
    return signer
