"""What a witness remembers: whose logs it watches, the last tree that it saw of each, every checkpoint
that came of a log elsewhere, and what contradicts them.

A folder of its own, which may lie on another machine than the logs; never in the database nor in its
backups. What is seen is durable before it is cosigned.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from workflows.trail import key_file
from workflows.trail.note import Key, Signer, parse_key, parse_signer

PREFIX = "duyet-witness/"
READING = 2.0  # seconds to wait for who writes
SCHEMA = """
CREATE TABLE IF NOT EXISTS watched (key TEXT PRIMARY KEY, unit TEXT NOT NULL, label TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS seen (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL,
    note TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS conflict (id INTEGER PRIMARY KEY, origin TEXT NOT NULL, kind TEXT NOT NULL,
    kept TEXT NOT NULL, came TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE (origin, kind, kept, came));
CREATE TABLE IF NOT EXISTS told (origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,
    note TEXT NOT NULL, at INTEGER NOT NULL, proven INTEGER NOT NULL, PRIMARY KEY (origin, size));
CREATE INDEX IF NOT EXISTS told_waiting ON told (origin) WHERE NOT proven;
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


class Told(NamedTuple):
    """A signed checkpoint of a log elsewhere, come over the line or on paper; `at`: when, seconds
    since 1970. `proven`: it was shown to lie within the tree seen; until then it waits for that."""

    size: int
    root: bytes
    note: str
    at: int
    proven: bool


class Conflict(NamedTuple):
    """Evidence: a checkpoint signed by the log's own key which cannot be true beside the one kept.
    `kind`: rewritten."""

    origin: str
    kind: str
    kept: str
    came: str
    at: int


class Store:
    """The memory, while its folder is held."""

    def __init__(self, connection: sqlite3.Connection, folder: Path) -> None:
        self.connection = connection
        self.folder = folder

    @cached_property
    def signer(self) -> Signer:
        """The witness's key: made when it is first asked for, read by who cosigns and by nobody
        else. Raises `OSError`, and `NotANote` for a file that holds no key."""
        path = self.folder / "witness.key"
        if path.exists():
            return parse_signer(path.read_text())
        signer = key_file.fresh(PREFIX)
        key_file.write(signer, path)
        return signer

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

    def unwatch(self, key: Key) -> bool:
        """From now on this key is not watched; whether it was. What was seen stays."""
        gone = self.connection.execute("DELETE FROM watched WHERE key = ?", (key.text,))
        return bool(gone.rowcount)

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

    def heard(self, name: str) -> int | None:
        """When a log of the installation of this name was cosigned last, seconds since 1970; None:
        never."""
        of_it = (f"{name}/", f"{name}0")  # 0 follows / : the index is read for these alone
        row = self.connection.execute(
            "SELECT max(at) FROM seen WHERE origin >= ? AND origin < ?", of_it
        ).fetchone()
        at: int | None = row[0]
        return at

    def keep(self, origin: str, seen: Seen) -> None:
        """Remembers this tree instead of the one before, durably before it returns."""
        self.connection.execute(
            "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?)", (origin, *seen)
        )

    def told(self, origin: str, size: int) -> Told | None:
        """The checkpoint of this size that came of a log elsewhere."""
        row = self.connection.execute(
            "SELECT size, root, note, at, proven FROM told WHERE (origin, size) = (?, ?)",
            (origin, size),
        ).fetchone()
        return Told(*row) if row else None

    def tell(self, origin: str, told: Told) -> None:
        """Remembers a checkpoint of a log elsewhere, durably before it returns. Of one size the first
        stays, with when it came; once it is proven it stays proven."""
        self.connection.execute(
            "INSERT INTO told VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (origin, size) DO UPDATE SET"
            " proven = max(proven, excluded.proven)",
            (origin, *told),
        )

    def waiting(self) -> list[tuple[str, Told]]:
        """(origin, checkpoint) of all that are not proven yet, the oldest first."""
        rows = self.connection.execute(
            "SELECT origin, size, root, note, at, proven FROM told WHERE NOT proven ORDER BY at, size"
        )
        return [(origin, Told(*row)) for origin, *row in rows]

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
    """The witness in this folder, made unless it is there. While it lasts no other process opens it.
    Raises `OSError` and `sqlite3.Error`."""
    with key_file.held(folder):
        path = folder / "seen.db"
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous=FULL")
            connection.executescript(SCHEMA)
            yield Store(connection, folder)
        finally:
            connection.close()


@contextmanager
def read(folder: Path) -> Iterator[Store | None]:
    """The memory in this folder, to be read only, while others may write; None where there is none.
    Raises `OSError` and `sqlite3.Error`."""
    path = folder / "seen.db"
    if not path.exists():
        yield None
        return
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=READING)
    try:
        yield Store(connection, folder)
    finally:
        connection.close()


def alone(folder: Path) -> AbstractContextManager[None]:
    """While it lasts no other round goes on: none shows an older checkpoint after a newer one. The
    memory is open to who only adds to it. Raises `OSError`."""
    return key_file.held(folder, ".round")
