"""The same prepared database again and again, as quickly as the database can make it."""

from __future__ import annotations

import shutil
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from models.base import db
from tests.support.templates import Templates, close


class Fresh:
    """Keeps the database of `app` as it is now; `again()` brings it back."""

    def __init__(self, app: Flask, templates: Templates) -> None:
        self.app, self.templates = app, templates
        url = sa.engine.make_url(app.config["SQLALCHEMY_DATABASE_URI"])
        assert url.database is not None
        self.name = url.database
        self.sqlite = url.get_backend_name() == "sqlite"
        if self.sqlite:
            with app.app_context():
                db.session.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
            close(app)
            shutil.copyfile(self.name, f"{self.name}.kept")
        else:
            close(app)
            self._copy(self.name, f"{self.name}_kept")

    def again(self) -> None:
        close(self.app)
        if self.sqlite:
            for leftover in ("-wal", "-shm"):
                Path(self.name + leftover).unlink(missing_ok=True)
            shutil.copyfile(f"{self.name}.kept", self.name)
        else:
            self.templates.postgres().execute(f"DROP DATABASE {self.name} WITH (FORCE)")
            self._copy(f"{self.name}_kept", self.name)

    def _copy(self, source: str, target: str) -> None:
        self.templates.postgres().execute(
            f"CREATE DATABASE {target} TEMPLATE {source} STRATEGY FILE_COPY"
        )

    def close(self) -> None:
        close(self.app)
        if not self.sqlite:
            self.templates.postgres().execute(f"DROP DATABASE {self.name}_kept WITH (FORCE)")
