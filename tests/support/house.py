"""The office of `tests.cast` with an account and a password for everybody, for tests by real requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache

import sqlalchemy as sa
from flask import Flask

import clock
from models import db, transaction
from models.account import Account
from models.document import Document
from models.event import AuditEvent
from models.rehearsal import Rehearsal
from tests.cast import EPOCH, Office
from tests.support.visitor import Visitor
from workflows import accounts

PASSWORD = "nói đi đôi với làm"
ADMINISTRATOR = "quantri"


@cache
def _hash() -> str:
    return accounts.hash_password(PASSWORD)


class House:
    """The office, and everybody at the login page. Requests follow the office's clock."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.tokens: dict[str, str] = {}
        with app.app_context():
            self.office = Office()
            with transaction():
                db.session.add(Rehearsal(id=1, offset_seconds=0.0, begun_at=EPOCH))
                for name in [*self.office.people, ADMINISTRATOR]:
                    db.session.add(
                        Account(
                            login=name.lower(),
                            person=self.office.person(name),
                            password_hash=_hash(),
                            is_administrator=name == ADMINISTRATOR,
                            created_at=clock.real_now(),
                        )
                    )
        self._settle()

    def __call__(self, name: str) -> Visitor:
        """This person, logged in through the form."""
        return Visitor(self.app, name.lower(), PASSWORD)

    def bearer(self, name: str) -> dict[str, str]:
        """The header with which a program of this person calls the API."""
        if name not in self.tokens:
            with self.app.app_context(), transaction() as session:
                account = session.scalars(
                    sa.select(Account).where(Account.login == name.lower())
                ).one()
                self.tokens[name] = accounts.make_token(session, account, now=clock.real_now())
        return {"Authorization": f"Bearer {self.tokens[name]}"}

    @contextmanager
    def inside(self) -> Iterator[Office]:
        """The office itself, for acts that a story needs before its point."""
        with self.app.app_context():
            office = self.office
            db.session.add_all([office.campaign, *office.units.values(), *office.people.values()])
            office.now = clock.now()
            yield office
        self._settle()

    def _settle(self) -> None:
        """Requests come a minute after what the office did last; there the clock stands."""
        with self.app.app_context(), transaction():
            row = db.session.get_one(Rehearsal, 1)
            row.frozen_at = self.office.now + timedelta(minutes=1)

    def events(self, action: str | None = None, document: int | None = None) -> int:
        """How many events there are: of this action, of this document."""
        query = sa.select(sa.func.count()).select_from(AuditEvent)
        if action is not None:
            query = query.where(AuditEvent.action == action)
        if document is not None:
            query = query.where(AuditEvent.document_id == document)
        with self.app.app_context():
            return int(db.session.scalar(query) or 0)

    def look(self, document_id: int) -> Document:
        """The document's row as it is now, detached from any session."""
        with self.app.app_context():
            row = db.session.get_one(Document, document_id)
            db.session.refresh(row)
            db.session.expunge(row)
            return row

    # ---- where many stories begin

    def plan(self, state: str = "reviewed") -> int:
        """A plan of the cell, drafted by Chi, as far as `state`; its id."""
        with self.inside() as office:
            plan = office.begin("plan", "Chi", "CELL")
            if state in ("submitted", "reviewed"):
                office.act(plan, "submit", "Chi")
            if state == "reviewed":
                office.act(plan, "review", "Dung")
            return plan.id

    def commitment(self, state: str = "submitted") -> int:
        """An's commitment after the cell's plan, as far as `state`; its id."""
        with self.inside() as office:
            office.cell_plan_in_force()
            commitment = office.begin("commitment", "An", "CELL")
            if state in ("submitted", "reviewed"):
                office.act(commitment, "submit", "An")
            if state == "reviewed":
                office.act(commitment, "review", "Chi")
            return commitment.id
