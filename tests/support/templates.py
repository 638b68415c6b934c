"""Databases ready to be copied: migrated once, filled once, then one fresh copy per test.

Building a schema takes a second and loading the demo many; copying takes milliseconds. The test
processes of one run share what they built on SQLite; on PostgreSQL, of which each process has its
own, the filled database is a restored backup of that.
"""

import fcntl
import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from config import Settings
from tests.support import faster
from tests.support.postgres import Postgres

FILLINGS: dict[str, list[list[str]]] = {
    "empty": [],
    "organisation": [["workflow", "publish"], ["demo", "load", "--organisation-only"]],
    "demo": [["workflow", "publish"], ["demo", "load"]],
}


class Templates:
    """Makes databases for one test process, whose own folder is `folder`.

    `shared` is a folder that all processes of the run have in common; `postgres` is called only
    when a test needs it.
    """

    def __init__(self, folder: Path, shared: Path, postgres: Callable[[], Postgres]) -> None:
        self.folder = folder
        self.shared = shared
        self.postgres = postgres
        self.ready: set[str] = set()
        self.broken: dict[str, str] = {}
        self.numbers = itertools.count(1)
        self.free: list[str] = []  # names to be used again: see tests/support/faster.py

    @contextmanager
    def copy(self, kind: str, filling: str) -> Iterator[str]:
        """The address of a fresh database of `kind` (sqlite, postgresql); gone afterwards."""
        name = self.free.pop() if self.free else f"test_{next(self.numbers)}"
        if kind == "sqlite":
            path = self.folder / f"{name}.db"
            faster.begin_anew(str(path))
            shutil.copyfile(self._sqlite(filling), path)
            yield f"sqlite:///{path}"
            for leftover in self.folder.glob(f"{name}.db*"):
                leftover.unlink()
        else:
            template = self._postgresql(filling)
            self.postgres().execute(
                f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"
            )
            yield self.postgres().url(name)
            self.postgres().execute(f"DROP DATABASE {name} WITH (FORCE)")
        self.free.append(name)

    def bring_files(self, filling: str, data_dir: Path) -> None:
        """Puts the files that the rows of this filling point to under `data_dir`."""
        kept = self._data_of(filling) / "files"
        if kept.is_dir():
            shutil.copytree(kept, data_dir / "files", dirs_exist_ok=True)

    def _data_of(self, filling: str) -> Path:
        return self.shared / f"{filling}.data"

    def _sqlite(self, filling: str) -> Path:
        done = self.shared / f"{filling}.db"
        if not done.exists():
            if filling in self.broken:
                raise RuntimeError(self.broken[filling])
            with (self.shared / f"{filling}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not done.exists():
                    self._fill_sqlite(filling, done)
        return done

    def _fill_sqlite(self, filling: str, done: Path) -> None:
        draft = self.folder / f"{filling}.draft"
        draft.unlink(missing_ok=True)
        try:
            self._commands(filling, f"sqlite:///{draft}", [["db", "upgrade"], *FILLINGS[filling]])
        except RuntimeError as error:
            self.broken[filling] = str(error)
            raise
        # One file to copy, with nothing left in the journal beside it.
        engine = sa.create_engine(f"sqlite:///{draft}")
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        half = done.with_suffix(".part")  # the shared folder may be on another disk
        shutil.move(draft, half)
        half.rename(done)

    def _postgresql(self, filling: str) -> str:
        template = f"template_{filling}"
        if filling not in self.ready:
            source = self._sqlite(filling)
            self.postgres().execute(f"DROP DATABASE IF EXISTS {template}")
            self.postgres().execute(f"CREATE DATABASE {template}")
            url = self.postgres().url(template)
            if FILLINGS[filling]:
                backup = self.folder / f"{filling}.zip"
                backup.unlink(missing_ok=True)
                self._commands(filling, f"sqlite:///{source}", [["backup", str(backup)]])
                self._commands(filling, url, [["restore", str(backup)]])
            else:
                self._commands(filling, url, [["db", "upgrade"]])
            self.ready.add(filling)
        return template

    def _commands(self, filling: str, url: str, commands: list[list[str]]) -> None:
        from app import create_app

        environ = {"DATABASE_URL": url, "DATA_DIR": str(self._data_of(filling))}
        app = create_app(Settings.from_env(environ))
        for command in commands:
            result = app.test_cli_runner().invoke(args=command)
            if result.exit_code != 0:
                words = " ".join(command)
                raise RuntimeError(f"flask {words}:\n{result.output}") from result.exception
        close(app)


def close(app: Flask) -> None:
    """Closes the application's database connections."""
    from models.base import db

    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
