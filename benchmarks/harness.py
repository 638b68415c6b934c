"""Measuring two ways of doing the same, taking turns, on a database of one's own."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from config import Settings
from models.base import db
from tests.support.postgres import Postgres
from workers.process import loaded

DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Figure:
    """One line of the table. `ours` and `reference` are written with their unit; `ratio` is what the
    limit speaks of. `least`: the limit is a floor instead of a ceiling; None: only told."""

    name: str
    database: str
    ours: str
    reference: str
    ratio: float
    limit: float | None
    least: bool = False

    @property
    def holds(self) -> bool:
        if self.limit is None:
            return True
        return self.ratio >= self.limit if self.least else self.ratio <= self.limit


@dataclass(frozen=True)
class Bench:
    """Where a benchmark runs: the application on an empty, migrated, durable database of its own.

    `full` asks for the sizes of the promise; without it a benchmark shows in a minute that it runs.
    `another` makes one more such bench, for another size.
    """

    app: Flask
    database: str
    url: str
    full: bool
    another: Callable[[], Bench]


def taking_turns(*calls: Callable[[int], object], rounds: int, warm: int = 3) -> tuple[float, ...]:
    """Median seconds of each, called by turns with the number of the round, so that whatever else
    the machine does falls on all of them."""
    took: list[list[float]] = [[] for _ in calls]
    for number in range(warm + rounds):
        for call, kept in zip(calls, took, strict=True):
            began = time.perf_counter()
            call(number)
            if number >= warm:
                kept.append(time.perf_counter() - began)
    return tuple(statistics.median(kept) for kept in took)


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


@contextmanager
def benches(databases: tuple[str, ...], *, full: bool) -> Iterator[Callable[[str], Bench]]:
    """Gives benches on real disk, with the durability of production; everything is removed after."""
    folder = Path(tempfile.mkdtemp(prefix="duyet-bench-"))
    server = Postgres(durable=True) if "postgresql" in databases else None
    made: list[Flask] = []
    number = iter(range(1_000_000))

    def bench(database: str) -> Bench:
        name = f"bench{next(number)}"
        if database == "postgresql":
            assert server is not None
            server.execute(f"CREATE DATABASE {name}")
            url = server.url(name)
        else:
            url = f"sqlite:///{folder / name}.db"
        app = loaded(
            Settings.from_env(
                {"DATABASE_URL": url, "DATA_DIR": str(folder / name), "SECRET_KEY": "k" * 64}
            )
        )
        made.append(app)
        with app.app_context():
            upgrade()
        return Bench(app, database, url, full, lambda: bench(database))

    if server is not None:
        server.__enter__()
    try:
        yield bench
    finally:
        for app in made:
            with app.app_context():
                db.engine.dispose()
        if server is not None:
            server.__exit__()
        shutil.rmtree(folder, ignore_errors=True)


def analyze() -> None:
    """Let the planner know what was filled in."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        words = "VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"
        connection.execute(sa.text(words))
