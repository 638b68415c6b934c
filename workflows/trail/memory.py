"""What the signing process remembers by itself: of each log the last tree that it signed.

It lies beside the key and not in the database, so that a database that is put back to an older copy is
not signed as if nothing had happened. Written before each signature is given away.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class Tree(NamedTuple):
    """The last tree of a log: how many leaves, and their root."""

    size: int
    root: bytes


@contextmanager
def opened(folder: Path) -> Iterator[Memory]:
    """The memory in this folder, made unless it is there. Whoever opens it holds the folder."""
    path = folder / "signed.db"
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS signed"
            " (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL)"
        )
        yield Memory(connection)
    finally:
        connection.close()


class Memory:
    """The last signed tree of each log, by its origin."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def of(self, origins: Iterable[str]) -> dict[str, Tree]:
        """The trees of these logs, as far as one was signed."""
        found = {}
        for origin in origins:
            row = self.connection.execute(
                "SELECT size, root FROM signed WHERE origin = ?", (origin,)
            ).fetchone()
            if row:
                found[origin] = Tree(*row)
        return found

    def keep(self, trees: Iterable[tuple[str, Tree]]) -> None:
        """Remembers these instead of what was known, durably before it returns."""
        rows = [(origin, tree.size, tree.root) for origin, tree in trees]
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany("INSERT OR REPLACE INTO signed VALUES (?, ?, ?)", rows)
        self.connection.execute("COMMIT")
