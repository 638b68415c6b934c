"""Databases ready to be copied: migrated once, filled once, then one fresh copy per test.

Building a schema takes seconds and loading the demo more; copying takes milliseconds.
"""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from config import Settings
from tests.support.postgres import Postgres

FILLINGS: dict[str, list[list[str]]] = {
    "empty": [],
    "organisation": [["workflow", "publish"], ["demo", "load", "--organisation-only"]],
    "demo": [["workflow", "publish"], ["demo", "load"]],
}


class Templates:
    """Makes databases for one test process. `postgres` is called only if a test needs it."""

    def __init__(self, folder: Path, postgres: Callable[[], Postgres]) -> None:
        self.folder = folder
        self.postgres = postgres
        self.ready: set[tuple[str, str]] = set()
        self.numbers = itertools.count(1)

    @contextmanager
    def copy(self, kind: str, filling: str) -> Iterator[str]:
        """The address of a fresh database of `kind` (sqlite, postgresql); gone afterwards."""
        if (kind, filling) not in self.ready:
            self._build(kind, filling)
            self.ready.add((kind, filling))
        name = f"test_{next(self.numbers)}"
        if kind == "sqlite":
            path = self.folder / f"{name}.db"
            shutil.copyfile(self.folder / f"{filling}.db", path)
            yield f"sqlite:///{path}"
            for leftover in self.folder.glob(f"{name}.db*"):
                leftover.unlink()
        else:
            server = self.postgres()
            server.execute(f"CREATE DATABASE {name} TEMPLATE template_{filling}")
            yield server.url(name)
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _build(self, kind: str, filling: str) -> None:
        if kind == "sqlite":
            url = f"sqlite:///{self.folder / f'{filling}.db'}"
        else:
            self.postgres().execute(f"CREATE DATABASE template_{filling}")
            url = self.postgres().url(f"template_{filling}")
        _fill(url, FILLINGS[filling], self.folder / "data")
        if kind == "sqlite":
            # One file to copy, with nothing left in the journal beside it.
            engine = sa.create_engine(url)
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            engine.dispose()


def _fill(url: str, commands: list[list[str]], data_dir: Path) -> None:
    from app import create_app
    from models.base import db

    app = create_app(Settings.from_env({"DATABASE_URL": url, "DATA_DIR": str(data_dir)}))
    runner = app.test_cli_runner()
    for command in [["db", "upgrade"], *commands]:
        result = runner.invoke(args=command)
        if result.exit_code != 0:
            words = " ".join(command)
            raise RuntimeError(f"flask {words}:{os.linesep}{result.output}") from result.exception
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
