"""Where a storm passes: a database of its own, the application on it, and on PostgreSQL the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg
import sqlalchemy as sa
from flask import Flask

import clock
from app import create_app
from config import Settings
from models.base import transaction
from models.person import Person
from tests.cast import Office
from tests.support.postgres import SEGMENT, Postgres
from tests.support.templates import Templates, close
from workflows import accounts, preferences

STAFF = ("Chi", "Dung", "Sau", "Ba", "Bay", "Bon", "Binh", "Xuan")
PASSWORD = "nói đi đôi với làm"
DATABASE = "duyet"


@dataclass
class Ground:
    app: Flask
    environment: dict[str, str]
    tokens: dict[str, str]  # of the API, by name
    postgres: Postgres | None = None

    @property
    def file(self) -> Path:
        """The database's file on SQLite."""
        return Path(self.environment["DATABASE_URL"].removeprefix("sqlite:///"))


@contextmanager
def ground(database: str, folder: Path, smtp: str, templates: Templates) -> Iterator[Ground]:
    """An office on a fresh database of this kind; PostgreSQL on a server of its own, on the disk."""
    environment = {"DATA_DIR": str(folder / "data"), "SECRET_KEY": "k" * 64, "SMTP_URL": smtp}
    if database == "sqlite":
        with templates.copy("sqlite", "empty") as url:
            yield from _settled({**environment, "DATABASE_URL": url}, None)
        return
    with Postgres(durable=True) as postgres:
        postgres.execute(f"CREATE DATABASE {DATABASE}")
        yield from _settled({**environment, "DATABASE_URL": postgres.url(DATABASE)}, postgres)


def _settled(environment: dict[str, str], postgres: Postgres | None) -> Iterator[Ground]:
    app = create_app(Settings.from_env(environment))
    if postgres is not None:
        result = app.test_cli_runner().invoke(args=["db", "upgrade"])
        assert result.exit_code == 0, result.output
        _leave_little_room(postgres)
    with app.app_context():
        tokens = let_in(Office())
    yield Ground(app, environment, tokens, postgres)
    close(app)


def _leave_little_room(postgres: Postgres) -> None:
    """The table that every act writes becomes longer than one file of the server's log, so that a
    limit between the two (`Postgres.disk_full`) forbids acts and lets the log be written."""
    with psycopg.connect(postgres.address(DATABASE)) as connection:
        connection.execute("SET session_replication_role = replica")  # the rows never come to be
        connection.execute(
            "INSERT INTO audit_event (unit_id, seq, at, action, leaf, leaf_hash) "
            "SELECT 1, -n, now(), '', convert_to(repeat('x', 1500), 'UTF8'), '' "
            f"FROM generate_series(1, {SEGMENT // 1500 + 50}) AS n"
        )
        connection.rollback()


def let_in(office: Office) -> dict[str, str]:
    """Everybody of this office can be written to, and the staff may log in and use the API; their
    tokens by name."""
    now, tokens = clock.real_now(), {}
    with transaction() as session:
        for person in session.scalars(sa.select(Person)):
            person.email = f"{person.full_name.lower()}@example.vn"
            # Every notice is a mail of its own here, so that each can be counted.
            every = dict.fromkeys(("received", "escalated", "due_soon"), preferences.AT_ONCE)
            preferences.choose(person, {**every, "body": preferences.APP})
        for name in STAFF:
            account, _ = accounts.create_account(
                session,
                login=login_of(name),
                person=office.person(name),
                password_hash=_hash(),
                actor=None,
                now=now,
                at=office.now,
            )
            tokens[name] = accounts.make_token(session, account, now=now)
    return tokens


def login_of(name: str) -> str:
    return f"{name.lower()}.thu"


@cache
def _hash() -> str:
    return accounts.hash_password(PASSWORD)
