"""Who gets in, and what is answered at the door: 401, 404, 405, 413, 415."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

import clock
from models import db
from models.account import Account, ApiToken
from tests.api.conftest import ROOT, Caller, House
from tests.cast import PLAN
from views.api.openapi import description
from workflows import accounts

READABLE = [
    path
    for path, operations in description()["paths"].items()
    if "get" in operations and operations["get"].get("security") != []
]


@pytest.mark.databases("sqlite")
def test_without_a_token_that_holds_nobody_gets_in(house: House) -> None:
    plan = house.begin("plan", "Chi", "CELL", PLAN)
    tokens = ["", "x", "duyet_" + "A" * 43, house.tokens["Chi"][:-1], house.tokens["Chi"] + "a"]
    for token in tokens:
        stranger = Caller(house.app, token)
        for path in READABLE:
            at = path.format(document_id=plan["id"], n=1, obligation_id=1, inspection_id=1)
            answer = stranger.call("GET", at, 401)
            assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="duyet"')
        for path in ("/documents", f"/documents/{plan['id']}/actions/submit"):
            stranger.call("POST", path, 401, json={})
    for header in (
        "Basic YTpi",
        "Bearer",
        "Bearer ",
        house.tokens["Chi"],
        "Bearer \x00",
        "bearer é",
    ):
        Caller(house.app, "").call("GET", "/me", 401, headers={"Authorization": header})
    lower = {"Authorization": f"bearer {house.tokens['Chi']}"}
    Caller(house.app, "").call("GET", "/me", 200, headers=lower)


@pytest.mark.databases("sqlite")
def test_a_session_cookie_opens_nothing_here(house: House) -> None:
    with house.app.app_context():
        account_id = db.session.scalars(sa.select(Account.id).where(Account.login == "chi")).one()
    house.change(
        lambda: setattr(
            db.session.get_one(Account, account_id),
            "password_hash",
            accounts.hash_password("mật khẩu dài của Chi"),
        )
    )
    with house.app.app_context():
        entry = accounts.log_in("chi", "mật khẩu dài của Chi", "127.0.0.1", now=clock.real_now())
        token = entry.token
    client = house.app.test_client()
    with client.session_transaction() as session:
        session["token"] = token
    assert client.get("/login").status_code in (302, 303)  # in, for the pages
    assert client.get(f"{ROOT}/me").status_code == 401
    assert client.post(f"{ROOT}/documents", json={}).status_code == 401


@pytest.mark.databases("sqlite")
def test_a_suspended_account_is_out_at_once_and_an_ended_token_too(house: House) -> None:
    house("Dung").get("/me")

    def suspend() -> None:
        account = db.session.scalars(sa.select(Account).where(Account.login == "dung")).one()
        account.suspended_at = clock.real_now()

    house.change(suspend)
    assert house("Dung").call("GET", "/me").status_code == 401

    def end() -> None:
        row = db.session.scalars(
            sa.select(ApiToken).join(ApiToken.account).where(Account.login == "sau")
        ).one()
        row.ended_at = clock.real_now()

    house.change(end)
    assert house("Sau").call("GET", "/me").status_code == 401


@pytest.mark.databases("sqlite")
def test_an_administrator_has_no_right_over_documents(house: House) -> None:
    plan = house.plan_in_force()

    def make() -> str:
        person = house.office.person("Quan")
        account = Account(
            login="quantri", person=person, is_administrator=True, created_at=clock.real_now()
        )
        db.session.add(account)
        return accounts.make_token(db.session(), account, now=clock.real_now())

    house.tokens["Quan"] = house.change(make)
    assert house("Quan").get("/documents")["items"] == []
    assert house("Quan").get("/obligations")["items"] == []
    house("Quan").get(f"/documents/{plan['id']}", 404)
    house.act(plan, "report", "Quan", 404)


def test_hidden_and_absent_are_the_same_bytes(house: House) -> None:
    plan = house.begin("plan", "Chi", "CELL", PLAN)
    outsider = house("An")
    for tail in ("", "/history", "/revisions/1"):
        hidden = outsider.call("GET", f"/documents/{plan['id']}{tail}", 404)
        for absent in (987654, 2**63 - 1, 2**63, 10**60, 0):
            answer = outsider.call("GET", f"/documents/{absent}{tail}", 404)
            assert answer.get_data() == hidden.get_data()
            assert dict(answer.headers) == dict(hidden.headers)
    sound = {"revision": 1, "version": 1}
    content = {"content": PLAN, "version": 1}
    for tail, sent in (
        ("/actions/submit", sound),
        ("/revisions", content),
        ("/actions/submit", {}),
    ):
        hidden = outsider.call("POST", f"/documents/{plan['id']}{tail}", 404, json=sent)
        missing = outsider.call("POST", f"/documents/987654{tail}", 404, json=sent)
        assert missing.get_data() == hidden.get_data()
    mine = house("Chi")
    for n in (0, 2, 2**63, 10**60):
        mine.get(f"/documents/{plan['id']}/revisions/{n}", 404)


@pytest.mark.databases("sqlite")
def test_addresses_and_methods_that_are_not_there(house: House) -> None:
    plan = house.begin("plan", "Chi", "CELL", PLAN)
    caller = house("Chi")
    at = f"/documents/{plan['id']}"
    for path in (
        "/nothing",
        "/documents/x",
        "/documents/-1",
        "/documents/1.5",
        "/documents/",
        f"{at}/x",
    ):
        caller.get(path, 404)
    for action in ("revise", "supersede", "delete", "Approve", "create", "record"):
        caller.post(f"{at}/actions/{action}", {"revision": 1, "version": 1}, 404)
    by_get = caller.call("GET", f"{at}/actions/approve", 405)
    assert "POST" in by_get.headers["Allow"]
    for method in ("PUT", "PATCH", "DELETE"):
        caller.call(method, at, 405, json={})
    caller.call("POST", "/me", 405, json={})
    assert house("Chi").get(at)["version"] == 1


@pytest.mark.databases("sqlite")
def test_only_json_of_a_bounded_size_is_read(house: House) -> None:
    plan = house.begin("plan", "Chi", "CELL", PLAN)
    caller = house("Chi")
    for path in (
        "/documents",
        f"/documents/{plan['id']}/actions/submit",
        f"/documents/{plan['id']}/revisions",
    ):
        caller.call("POST", path, 415, data="revision=1&version=1")
        caller.call("POST", path, 415, data={"revision": "1"})
        caller.call("POST", path, 415, data=b"{}", headers={"Content-Type": "text/plain"})
        caller.call("POST", path, 415)
        large = caller.call(
            "POST", path, 413, data=b'"' + b"a" * 2_200_000 + b'"', content_type="application/json"
        )
        assert large.headers["Connection"] == "close"


@pytest.mark.databases("sqlite")
def test_sentences_are_vietnamese_unless_english_is_asked_for(house: House) -> None:
    plan = house.begin("plan", "Chi", "CELL", PLAN)
    at = f"/documents/{plan['id']}"

    def label(language: str | None) -> str:
        return house("Chi", language).get(at)["available_actions"][0]["label"]

    assert label(None) == "Trình"
    assert label("en") == label("en-GB,en;q=0.9,vi;q=0.1") == "Submit"
    assert label("vi,en;q=0.5") == label("fr") == label("*") == label("x" * 3000) == "Trình"
    assert house("").get("/me", 401)["title"] == "Chưa có mã truy cập"


@pytest.mark.databases("sqlite")
def test_the_description_is_public(app: Flask) -> None:
    answer = app.test_client().get(f"{ROOT}/openapi.json")
    assert answer.status_code == 200
    assert answer.get_json()["openapi"] == "3.1.0"


@pytest.mark.databases("sqlite")
def test_a_database_that_takes_nothing_and_a_fault_of_ours(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from views.api import me

    def away() -> None:
        raise OperationalError("SELECT 1", {}, Exception("disk is full"))

    monkeypatch.setattr(me, "viewer", away)
    answer = house("Chi").call("GET", "/me", 503)
    assert answer.headers["Retry-After"] == "60"
    monkeypatch.setattr(me, "viewer", lambda: 1 / 0)
    headers = {"Authorization": f"Bearer {house.tokens['Chi']}"}
    fault = house.app.test_client().get(f"{ROOT}/me", headers=headers)
    assert (fault.status_code, fault.mimetype) == (500, "application/problem+json")
    assert "division" not in fault.get_data(as_text=True)
