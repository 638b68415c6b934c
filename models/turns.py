"""Writers of SQLite take turns. Its own waiting looks again every tenth of a second, so that under a
crowd somebody always comes too late and is told after ten seconds that the database is locked. Ours
looks again within milliseconds, and of one process only one thread stands in the queue."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 10.0  # seconds, in this process's queue and then before the database
SHORTEST, LONGEST = 0.001, 0.005  # seconds between two looks

_queue = threading.Lock()


@contextmanager
def one_of_this_process() -> Iterator[None]:
    """Waits until no other thread of this process writes; after PATIENCE goes on all the same."""
    first = _queue.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if first:
            _queue.release()


def begin_writing(connection: sqlite3.Connection) -> None:
    """BEGIN IMMEDIATE, within PATIENCE. Raises sqlite3.OperationalError when somebody else writes on
    and on."""
    end = time.monotonic() + PATIENCE
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() > end:
                    raise
                time.sleep(random.uniform(SHORTEST, LONGEST))
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")
