"""The demo with everybody let in, every state of everything in it, and one request asked at a time."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

import clock
from models import db, transaction
from models.account import Account
from tests.census.organisation import ADMINISTRATOR, ANONYMOUS, SUSPENDED
from tests.census.reading import papers
from tests.census.scene import Scene
from tests.support.visitor import Visitor
from views.policy import policy_of
from workflows import accounts

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class World:
    """One application on its own copy of the demo, with the scene played when asked for."""

    def __init__(self, app: Flask, *, scene: bool = False) -> None:
        self.app = app
        self.made: Counter[str] = Counter()
        self.visitors: dict[str, Visitor] = {ANONYMOUS: Visitor(app)}
        self.bearers: dict[str, dict[str, str]] = {ANONYMOUS: {}}
        with app.app_context():
            if scene:
                Scene().play()
            self.papers = papers()
            self._let_in()
            account = db.session.scalars(sa.select(Account).where(Account.login == SUSPENDED))
            ident = account.one().id
        # By the administrator's own button, after he had come in and got a token.
        answer = self[ADMINISTRATOR].post(f"/administrator/accounts/{ident}/suspension")
        assert answer.status_code == 303
        self.kept = Kept(app) if "sqlite" in app.config["SQLALCHEMY_DATABASE_URI"] else None

    def _let_in(self) -> None:
        """A session and a token for everybody, without the form: it hashes for half a minute."""
        with transaction() as session:
            for account in session.scalars(sa.select(Account)):
                entry = accounts.open_session(session, account, now=clock.real_now())
                self.visitors[account.login] = Visitor.already_in(
                    self.app, account.login, entry.token
                )
                token = accounts.make_token(session, account, now=clock.real_now())
                self.bearers[account.login] = {"Authorization": f"Bearer {token}"}

    def __getitem__(self, login: str) -> Visitor:
        return self.visitors[login]

    def bearer(self, login: str) -> dict[str, str]:
        """The header with which a program of this person calls the API."""
        return self.bearers[login]

    def cookie(self, login: str) -> dict[str, str]:
        """The header with which a browser of this person comes anew: no answer before counts."""
        held = self.visitors[login].client.get_cookie("duyet")
        return {"Cookie": f"duyet={held.value}"} if held is not None else {}

    def rules(self) -> Iterator[tuple[Rule, str, str | None]]:
        """(rule, method, policy) of every route but the vendored files."""
        for rule in self.app.url_map.iter_rules():
            if rule.endpoint == "static":
                continue
            policy = policy_of(self.app.view_functions[rule.endpoint])
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, policy


class Kept:
    """The database as it was, to be put back when a request has changed something."""

    def __init__(self, app: Flask) -> None:
        self.path = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
        self.watch = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        self.first = sqlite3.connect(":memory:", check_same_thread=False)
        self.watch.backup(self.first)
        self.seen = self._version()

    def _version(self) -> Any:
        return self.watch.execute("PRAGMA data_version").fetchone()[0]

    def changed(self) -> bool:
        """Whether anybody has written since the last look."""
        version = self._version()
        moved, self.seen = version != self.seen, version
        return bool(moved)

    def grown(self) -> set[str]:
        """The tables that hold more or fewer rows than at first."""
        tables = [row[0] for row in self.first.execute("SELECT name FROM sqlite_master"
                                                       " WHERE type = 'table'")]  # fmt: skip
        return {table for table in tables if self._count(self.first, table)
                != self._count(self.watch, table)}  # fmt: skip

    @staticmethod
    def _count(connection: sqlite3.Connection, table: str) -> int:
        return int(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])

    def put_back(self) -> None:
        """Everything as at first."""
        with closing(sqlite3.connect(self.path)) as target:
            self.first.backup(target)
        self.seen = self._version()
