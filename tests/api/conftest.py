"""The office of `tests.cast` with a token each, spoken to only through the API.

Every answer is held against the OpenAPI document that the API gives of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from werkzeug.test import TestResponse

import clock
from models import db, transaction
from models.account import Account
from models.rehearsal import Rehearsal
from tests.cast import EPOCH, PAPER_BASIS, Office
from views.api.openapi import description
from workflows import accounts
from workflows.trail import verify

ROOT = "/api/v1"
HERE = "urn:duyet:openapi"
WITHOUT_LOGIN = ("Toan",)


def differs(shape: dict[str, Any], value: Any) -> list[str]:
    """In what `value` has not this shape of the description."""
    against = _validator(shape["$ref"]) if "$ref" in shape else Draft202012Validator(shape)
    return [f"{error.json_path}: {error.message}" for error in against.iter_errors(value)]


@cache
def _validator(pointer: str) -> Draft202012Validator:
    described = DRAFT202012.create_resource(description())
    registry: Registry = Registry().with_resource(HERE, described).crawl()
    return Draft202012Validator(
        {"$ref": HERE + pointer}, registry=registry, format_checker=FormatChecker()
    )


class Caller:
    """Somebody with a token (or without: `""`). Every answer must be one that is described."""

    def __init__(self, app: Flask, token: str, language: str | None = None):
        self.client = app.test_client()
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        if language:
            self.headers["Accept-Language"] = language

    def get(self, path: str, status: int = 200) -> Any:
        return self.call("GET", path, status).json

    def post(self, path: str, json: Any = None, status: int = 200) -> Any:
        return self.call("POST", path, status, json=json).json

    def call(self, method: str, path: str, status: int | None = None, **more: Any) -> TestResponse:
        headers = {**self.headers, **more.pop("headers", {})}
        answer = self.client.open(ROOT + path, method=method, headers=headers, **more)
        if status is not None:
            assert answer.status_code == status, answer.get_data(as_text=True)
        self._described(method, answer)
        return answer

    def _described(self, method: str, answer: TestResponse) -> None:
        assert "Set-Cookie" not in answer.headers
        with self.client.application.test_request_context(
            answer.request.path, method=method
        ) as context:
            rule = context.request.url_rule
        if answer.status_code >= 400:
            assert answer.mimetype == "application/problem+json"
            assert differs({"$ref": "#/components/schemas/Problem"}, answer.get_json()) == []
            assert answer.get_json()["status"] == answer.status_code
        if rule is None:  # no such address, or not by this method
            assert answer.status_code in (404, 405)
            return
        responses = description()["paths"][template(rule.rule)][method.lower()]["responses"]
        shape = responses[str(answer.status_code)]
        if "$ref" in shape:
            shape = description()["components"]["responses"][shape["$ref"].rsplit("/", 1)[1]]
        assert differs(shape["content"][answer.mimetype]["schema"], answer.json) == []
        assert set(shape.get("headers", ())) <= set(answer.headers.keys())


def template(rule: str) -> str:
    """/documents/<id:document_id> of Flask as /documents/{document_id} of the description."""
    parts = []
    for part in rule.removeprefix(ROOT).split("/"):
        parts.append("{" + part[:-1].rsplit(":", 1)[1] + "}" if part.startswith("<") else part)
    return "/".join(parts)


class House:
    """The office and who may speak to it."""

    def __init__(self, app: Flask):
        self.app = app
        with app.app_context():
            self.office = Office()
            self.names = list(self.office.people)
            with transaction():
                db.session.add(
                    Rehearsal(
                        id=1,
                        offset_seconds=(EPOCH - clock.real_now()).total_seconds(),
                        begun_at=EPOCH,
                    )
                )
                self.tokens = {n: self._account(n) for n in self.names if n not in WITHOUT_LOGIN}

    def _account(self, name: str) -> str:
        account = Account(
            login=name.lower(),
            person=self.office.person(name),
            created_at=clock.real_now(),
        )
        db.session.add(account)
        return accounts.make_token(db.session(), account, now=clock.real_now())

    def __call__(self, name: str, language: str | None = None) -> Caller:
        return Caller(self.app, self.tokens.get(name, ""), language)

    @contextmanager
    def inside(self) -> Iterator[Office]:
        """The database itself, for what the API does not do (posts, suspended accounts)."""
        with self.app.app_context():
            self.office.people = dict(self.office.people)
            yield self.office

    def change(self, work: Callable[[], Any]) -> Any:
        with self.app.app_context(), transaction():
            return work()

    def advance(self, **delta: float) -> None:
        """The organisation's clock goes on."""

        def move() -> None:
            row = db.session.get_one(Rehearsal, 1)
            row.offset_seconds += timedelta(**delta).total_seconds()

        self.change(move)

    def now(self) -> datetime:
        with self.app.app_context():
            return clock.now()

    # ---- a few steps that many stories begin with

    def begin(self, kind: str, name: str, unit: str, content: Any, **more: Any) -> Any:
        given = {
            "kind": kind,
            "unit": unit,
            "campaign": "CD-2026",
            "title": f"Văn bản của {unit}",
            "content": content,
            "basis": PAPER_BASIS if kind == "plan" else [],
            **more,
        }
        return self(name).post("/documents", given, 201)

    def act(self, document: Any, action: str, name: str, status: int = 200, **given: Any) -> Any:
        """One act on the document as last seen by anybody."""
        seen = {"revision": document["revision"], "version": document["version"]}
        path = f"/documents/{document['id']}/actions/{action}"
        return self(name).post(path, {**seen, **given}, status)

    def approve(self, document: Any, name: str, **given: Any) -> Any:
        sound = {
            "dated_on": self.now().date().isoformat(),
            "minutes": "05-BB/CB, 02/03/2026",
            "votes": {"present": 4, "for": 4, "against": 0},
        }
        return self.act(document, "approve", name, **{**sound, **given})

    def plan_in_force(self) -> Any:
        from tests.cast import PLAN

        plan = self.begin("plan", "Chi", "CELL", PLAN)
        plan = self.act(plan, "submit", "Chi")
        plan = self.act(plan, "review", "Dung")
        return self.approve(plan, "Sau", number="02-KH/CB")

    def commitment_submitted(self) -> Any:
        from tests.cast import COMMITMENT

        self.plan_in_force()
        commitment = self.begin("commitment", "An", "CELL", COMMITMENT)
        return self.act(commitment, "submit", "An")


@pytest.fixture
def house(app: Flask) -> Iterator[House]:
    made = House(app)
    yield made
    with app.app_context():
        assert verify(db.session()).whole


@pytest.fixture
def count_statements(app: Flask) -> Callable[[Callable[[], Any]], int]:
    """How many statements a piece of work sends."""

    def count(work: Callable[[], Any]) -> int:
        sent = []
        with app.app_context():
            engine = db.engine

        def note(*_: Any) -> None:
            sent.append(1)

        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            work()
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    return count
