"""The demo with everybody logged in, and one request for every place an address can lead to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import clock
from models import db, transaction
from models.account import Account, ApiToken, LoginSession
from models.document import Document
from models.notification import Notification
from models.post import Delegation
from models.task import Task
from tests.census import oracle
from tests.census.oracle import ADMINISTRATOR, ANONYMOUS, SUSPENDED, Paper
from tests.support.visitor import Visitor
from views.policy import policy_of
from workflows import accounts
from workflows.demo.load import PASSWORD

ABSENT = 987_654_321
MANY = 40  # documents, from which on not every act is tried on every one
ACTS = (
    "submission", "review", "return", "approval", "report", "receipt",
    "amendment-request", "withdrawal", "amendment", "revocation", "archiving",
)  # fmt: skip
API_ACTS = (
    "submit", "review", "return", "approve", "report", "receive",
    "request_amendment", "withdraw", "amend", "revoke", "archive", "confirm", "explain",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a route leads with one set of arguments, and whom or what that concerns."""

    endpoint: str
    method: str
    policy: str
    path: str
    subject: Any = None


class World:
    """One application on its own copy of the demo."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.made: Counter[str] = Counter()
        self.visitors: dict[str, Visitor] = {ANONYMOUS: Visitor(app)}
        self.bearers: dict[str, str] = {}
        with app.app_context():
            self.papers = papers()
        self[SUSPENDED], self.bearer(SUSPENDED)
        self._suspend()

    def __getitem__(self, login: str) -> Visitor:
        if login not in self.visitors:
            self.visitors[login] = Visitor(self.app, login, PASSWORD)
        return self.visitors[login]

    def bearer(self, login: str) -> dict[str, str]:
        if login == ANONYMOUS:
            return {}
        if login not in self.bearers:
            with self.app.app_context(), transaction() as session:
                account = session.scalars(sa.select(Account).where(Account.login == login)).one()
                self.bearers[login] = accounts.make_token(session, account, now=clock.real_now())
        return {"Authorization": f"Bearer {self.bearers[login]}"}

    def _suspend(self) -> None:
        """By the administrator's own button, after he had logged in and got a token."""
        with self.app.app_context():
            account = db.session.scalars(sa.select(Account).where(Account.login == SUSPENDED)).one()
            ident = account.id
        answer = self[ADMINISTRATOR].post(f"/administrator/accounts/{ident}/suspension")
        assert answer.status_code == 303

    # ---- asking

    def ask(self, login: str, place: Place) -> TestResponse:
        """The place's own method: with a token but empty, or with a version long gone."""
        self.made[place.method] += 1
        if place.endpoint.startswith("api."):
            client = self.app.test_client()
            headers = self.bearer(login)
            if place.method == "GET":
                return client.get(place.path, headers=headers)
            body: dict[str, Any] = {}
            if isinstance(place.subject, Paper):
                body = {"revision": 1, "version": 999_999}
                if place.endpoint == "api.revise":
                    body = {"version": 999_999}
            return client.post(place.path, json=body, headers=headers)
        visitor = self[login]
        if place.endpoint == "auth.logout" and oracle.in_the_house(login):
            visitor = Visitor(self.app, login, PASSWORD)  # one's other session goes on
        if place.method == "GET":
            return visitor.get(place.path)
        return visitor.post(place.path, {"revision": "1", "version": "0"})

    def rows(self) -> dict[str, int]:
        """How many rows every table holds."""
        with self.app.app_context():
            return {
                table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                for table in db.metadata.sorted_tables
            }

    # ---- every place

    def rules(self) -> Iterator[tuple[Rule, str, str | None]]:
        """(rule, method, policy) of every route but the vendored files."""
        for rule in self.app.url_map.iter_rules():
            if rule.endpoint == "static":
                continue
            policy = policy_of(self.app.view_functions[rule.endpoint])
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, policy

    def places(self, papers: list[Paper], units: list[str]) -> Iterator[Place]:
        """Every route with these documents and units, and with what belongs to somebody else."""
        adapter = self.app.url_map.bind("localhost")
        with self.app.app_context():
            ids = foreign_ids()
        for rule, method, policy in self.rules():
            assert policy is not None, f"{rule.endpoint} declares no policy (views/policy.py)"
            for values, subject in self._arguments(rule, papers, units, ids):
                path = adapter.build(rule.endpoint, values, method=method)
                yield Place(rule.endpoint, method, policy, path, subject)

    @staticmethod
    def _arguments(
        rule: Rule, papers: list[Paper], units: list[str], ids: dict[str, int]
    ) -> Iterator[tuple[dict[str, Any], Any]]:
        names = rule.arguments
        if "document_id" in names:
            acts: tuple[str, ...] = ("",)
            name = ""
            if "resource" in names:
                acts, name = ACTS, "resource"
            if "action" in names:
                acts, name = API_ACTS, "action"
            for paper in papers:
                # With many documents each act is met often enough if each document meets some.
                several = len(acts) if len(papers) < MANY else min(len(acts), 3)
                for act in (acts[(paper.id + n * 4) % len(acts)] for n in range(several)):
                    values: dict[str, Any] = {
                        "document_id": paper.id,
                        "n": 1,
                        "attachment_id": ABSENT,  # files are `tests/test_files.py`
                        "finding_id": ABSENT,
                        "before": 1,
                        "after": 1,
                        "form": "pdf",
                        name: act,
                    }
                    yield {k: v for k, v in values.items() if k in names}, paper
        elif "code" in names:
            for unit in units:
                known = {"code": unit, "form": "pdf"}
                yield {n: known.get(n, ABSENT) for n in names}, unit
        elif names:
            unknown = names - ids.keys()
            assert not unknown, f"the census does not know what to put for {unknown} in {rule}"
            yield {n: ids[n] for n in names}, None
        else:
            yield {}, None


def papers() -> list[Paper]:
    """Every document as its rows tell."""
    logins = dict(db.session.execute(sa.select(Account.person_id, Account.login)).all())
    found = {}
    for row in db.session.scalars(sa.select(Document).order_by(Document.id)):
        arrived = [s for s in row.stages if s.arrived_at is not None]
        found[row.id] = Paper(
            id=row.id,
            kind=row.kind,
            state=row.state,
            unit=row.unit.code,
            author=logins[row.author_id],
            in_force=row.in_force_revision is not None
            and row.state not in ("superseded", "revoked"),
            revisions=len(row.revisions),
            reached={s.unit.code for s in arrived},
            decides={s.unit.code for s in arrived if s.decides},
        )
    climbed = sa.select(Task).where(Task.climbed, Task.closed_at.is_(None))
    for task in db.session.scalars(climbed):
        if task.document_id is not None:
            found[task.document_id].climbed |= {(r.unit.code, r.role) for r in task.roles}
    return list(found.values())


def foreign_ids() -> dict[str, int | str]:
    """For each kind of id in an address: one that belongs to none of the roles of the census."""
    stranger = sa.select(Account.person_id).where(Account.login == "bithu.c5").scalar_subquery()
    account = sa.select(Account.id).where(Account.login == "bithu.c5").scalar_subquery()

    def first(column: Any, condition: Any) -> int:
        return db.session.scalar(sa.select(column).where(condition).limit(1)) or ABSENT

    return {
        "notice_id": first(Notification.id, Notification.person_id == stranger),
        "session_id": first(LoginSession.id, LoginSession.account_id == account),
        "token_id": first(ApiToken.id, ApiToken.account_id == account),
        "delegation_id": first(Delegation.id, Delegation.id > 0),
        "account_id": first(Account.id, Account.login == SUSPENDED),
        "person_id": first(Account.person_id, Account.login == SUSPENDED),
        "post_id": ABSENT,
        "absence_id": ABSENT,
        "membership_id": ABSENT,
        "line_id": ABSENT,
        "day": "2026-12-31",
        "form": "pdf",
        "job_id": ABSENT,
        "sitting_id": ABSENT,
        "item_id": ABSENT,
        "attachment_id": ABSENT,
        "list_id": ABSENT,
    }


def sample(papers: list[Paper]) -> list[Paper]:
    """One document of every kind in every state, and of every kind one of the union's line."""
    chosen: dict[tuple[str, ...], Paper] = {}
    for paper in papers:
        chosen.setdefault((paper.kind, paper.state), paper)
        if paper.unit not in oracle.down({"TINH"}):
            chosen.setdefault((paper.kind, "union"), paper)
        if paper.climbed:
            chosen.setdefault(("climbed",), paper)
    return list({paper.id: paper for paper in chosen.values()}.values())
