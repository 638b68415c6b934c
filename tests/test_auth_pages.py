"""Logging in and out by real requests; the demo's way in; one's own account and delegations."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

import clock
from models.account import Account, LoginSession
from models.base import db, transaction
from models.post import Delegation
from views.auth import local_path
from workflows import accounts, organisation, throttle
from workflows.calendar import local_day

# Forms, pages and passwords: the database makes no difference.
pytestmark = pytest.mark.databases("sqlite")


PASSWORD = "một câu dễ nhớ"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def make_house(app: Flask) -> None:
    """A cell with a secretary and a deputy, and an administrator; none of the demo."""
    with app.app_context(), transaction() as session:
        by = {"actor": None, "now": clock.now()}
        level = organisation.create_level(
            session, code="cell", name_vi="Chi bộ", name_en="Cell", rank=0, **by
        )
        cell = organisation.create_unit(
            session, code="C1", name="Chi bộ Một", level=level, body="Chi bộ", symbol="CB", **by
        )
        for login, name, role, title in (
            ("bithu.c1", "Trần Thị Ví Dụ", "secretary", "Bí thư"),
            ("phobithu.c1", "Lê Văn Thử Nghiệm", "deputy", "Phó Bí thư"),
            ("quantri", "Phạm Thị Kịch Bản", "", ""),
        ):
            person = organisation.create_person(
                session, full_name=name, unit=cell if role else None, **by
            )
            if role:
                organisation.give_post(
                    session, person=person, unit=cell, role=role, title=title, **by
                )
            accounts.create_account(
                session,
                login=login,
                person=person,
                password=PASSWORD,
                is_administrator=not role,
                at=clock.now(),
                actor=None,
                now=clock.real_now(),
            )


@pytest.fixture
def house(app: Flask) -> Flask:
    make_house(app)
    return app


def post(client: FlaskClient, path: str, page: str = "/login", **data: object):  # type: ignore[no-untyped-def]
    """Posts a form with the token of a page, as a browser would."""
    found = TOKEN.search(client.get(page).text)
    assert found is not None, page
    return client.post(path, data={"csrf_token": found.group(1), **data})


def enter(client: FlaskClient, login: str, password: str = PASSWORD) -> FlaskClient:
    answer = post(client, "/login", login=login, password=password)
    assert answer.status_code == 303, answer.text
    return client


def test_in_and_out(house: Flask, client: FlaskClient) -> None:
    assert client.get("/account").headers["Location"] == "/login?next=/account"
    answer = post(client, "/login", login="bithu.c1", password=PASSWORD, next="/account")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert "Trần Thị Ví Dụ" in client.get("/account").text
    assert post(client, "/logout", page="/account").status_code == 303
    assert client.get("/account").status_code == 303


def test_the_language_chosen_before_logging_in_holds_after_it(
    house: Flask, client: FlaskClient
) -> None:
    post(client, "/preferences/language", language="en")
    enter(client, "bithu.c1")
    assert '<html lang="en">' in client.get("/account").text
    post(client, "/logout", page="/account")
    enter(client, "quantri")  # who comes next in this browser chose nothing
    assert '<html lang="vi">' in client.get("/account").text
    assert '<html lang="en">' in enter(house.test_client(), "bithu.c1").get("/account").text


def test_a_copied_cookie_is_worth_nothing_after_logout(house: Flask, client: FlaskClient) -> None:
    enter(client, "bithu.c1")
    cookie = client.get_cookie("duyet")
    assert cookie is not None
    post(client, "/logout", page="/account")
    thief = house.test_client()
    thief.set_cookie("duyet", cookie.value)
    assert thief.get("/account").status_code == 303


@pytest.mark.databases("sqlite")
def test_the_cookie_is_for_this_site_and_for_no_script(house: Flask, client: FlaskClient) -> None:
    answer = post(client, "/login", login="bithu.c1", password=PASSWORD)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_wrong_password_keeps_the_login_and_says_what_to_do(
    house: Flask, client: FlaskClient
) -> None:
    answer = post(client, "/login", login="bithu.c1", password="sai")
    assert answer.status_code == 422
    assert "chưa đúng" in answer.text
    assert 'value="bithu.c1"' in answer.text
    assert "sai" not in re.findall(r'value="([^"]*)"', answer.text)


def test_too_many_tries_say_how_long_to_wait(house: Flask, client: FlaskClient) -> None:
    for _ in range(throttle.PAIR_FREE):
        post(client, "/login", login="bithu.c1", password="sai")
    answer = post(client, "/login", login="bithu.c1", password=PASSWORD)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 3


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "documents/1",
        "",
    ],
)
def test_no_open_redirect(target: str) -> None:
    assert local_path(target) == "/"


@pytest.mark.databases("sqlite")
def test_a_local_path_is_followed() -> None:
    assert local_path("/documents/7?tab=route") == "/documents/7?tab=route"


def test_a_form_without_its_token_is_refused(house: Flask, client: FlaskClient) -> None:
    answer = client.post("/login", data={"login": "bithu.c1", "password": PASSWORD})
    assert answer.status_code == 400
    assert PASSWORD not in answer.text


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("path", ["/logout", "/enter", "/account/password"])
def test_acts_are_not_done_by_get(house: Flask, client: FlaskClient, path: str) -> None:
    enter(client, "bithu.c1")
    assert client.get(path).status_code == 405


def test_a_session_is_ended_from_another(house: Flask, client: FlaskClient) -> None:
    other = house.test_client()
    enter(client, "bithu.c1")
    enter(other, "bithu.c1")
    with house.app_context():
        ids = list(db.session.scalars(sa.select(LoginSession.id).order_by(LoginSession.id)))
    answer = post(client, f"/account/sessions/{ids[1]}/end", page="/account")
    assert answer.status_code == 303
    assert other.get("/account").status_code == 303
    assert client.get("/account").status_code == 200


def test_somebody_elses_session_is_not_there(house: Flask, client: FlaskClient) -> None:
    enter(house.test_client(), "phobithu.c1")
    enter(client, "bithu.c1")
    with house.app_context():
        foreign = db.session.scalar(sa.select(sa.func.min(LoginSession.id)))
    for row in (foreign, 10**6, 10**30):
        assert post(client, f"/account/sessions/{row}/end", page="/account").status_code == 404


def test_a_first_password_has_to_be_changed(house: Flask, client: FlaskClient) -> None:
    with house.app_context(), transaction() as session:
        account = session.scalars(sa.select(Account).where(Account.login == "bithu.c1")).one()
        first = accounts.reset_password(
            session, account=account, actor=None, now=clock.real_now(), at=clock.now()
        )
    enter(client, "bithu.c1", first)
    assert client.get("/").headers["Location"] == "/account"
    assert client.get("/delegations").headers["Location"] == "/account"
    new = {"new_password": "mật khẩu của tôi", "new_password_again": "mật khẩu của tôi"}
    wrong = post(
        client, "/account/password", "/account", old_password=first, **(new | {"new_password": "x"})
    )
    assert wrong.status_code == 422
    done = post(client, "/account/password", "/account", old_password=first, **new)
    assert done.status_code == 303
    assert client.get("/delegations").status_code == 200


def test_suspended_during_a_session_is_out_at_the_next_request(
    house: Flask, client: FlaskClient
) -> None:
    enter(client, "bithu.c1")
    with house.app_context(), transaction() as session:
        account = session.scalars(sa.select(Account).where(Account.login == "bithu.c1")).one()
        accounts.suspend(session, account=account, actor=None, now=clock.real_now(), at=clock.now())
    assert client.get("/account").status_code == 303


# --- the demo --------------------------------------------------------------------------------


def to_demo(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        session.execute(sa.update(Account).values(is_demo=True))


def test_entering_as_somebody_in_the_demo(house: Flask, client: FlaskClient) -> None:
    to_demo(house)
    page = client.get("/login").text
    assert "Bí thư Chi bộ Một" in page
    assert "không có quyền với văn bản" in page
    answer = post(client, "/enter", **{"as": "phobithu.c1"})
    assert answer.status_code == 303
    assert "Lê Văn Thử Nghiệm" in client.get("/account").text


def test_changing_roles_leaves_no_session_behind(house: Flask, client: FlaskClient) -> None:
    to_demo(house)
    post(client, "/enter", **{"as": "phobithu.c1"})
    post(client, "/enter", page="/account", **{"as": "bithu.c1"})
    with house.app_context():
        open_ = db.session.scalars(
            sa.select(LoginSession).where(LoginSession.ended_at.is_(None))
        ).all()
        assert [row.account.login for row in open_] == ["bithu.c1"]


def test_only_demo_accounts_can_be_entered(house: Flask, client: FlaskClient) -> None:
    assert post(client, "/enter", **{"as": "bithu.c1"}).status_code == 422
    assert client.get("/account").status_code == 303


@pytest.fixture
def without_demo(environment: dict[str, str]) -> None:
    environment["DEMO"] = "0"


@pytest.mark.databases("sqlite")
def test_outside_the_demo_nobody_is_entered(
    without_demo: None, app: Flask, client: FlaskClient
) -> None:
    make_house(app)
    to_demo(app)
    assert "Dùng thử" not in client.get("/login").text
    assert post(client, "/enter", **{"as": "bithu.c1"}).status_code == 404


# --- one's own delegations -------------------------------------------------------------------


def test_a_holder_delegates_and_revokes_by_himself(house: Flask, client: FlaskClient) -> None:
    with house.app_context():
        people = {a.login: a.person_id for a in db.session.scalars(sa.select(Account))}
        today = local_day(clock.now())
    enter(client, "bithu.c1")
    page = client.get("/delegations").text
    held = re.search(r'name="post" value="(\d+)"', page)
    assert held is not None
    form = {
        "post": held.group(1),
        "to": people["phobithu.c1"],
        "valid_from": f"{today:%d/%m/%Y}",
        "valid_to": f"{today + timedelta(days=3):%d/%m/%Y}",
        "kinds": "plan",
        "reason": "đi công tác",
    }
    wrong = post(client, "/delegations", "/delegations", **(form | {"valid_to": "30/02/2026"}))
    assert wrong.status_code == 422
    assert "không có trong lịch" in wrong.text
    assert "đi công tác" in wrong.text
    assert post(client, "/delegations", "/delegations", **form).status_code == 303
    other = house.test_client()
    enter(other, "phobithu.c1")
    assert "Trần Thị Ví Dụ ủy quyền chức vụ" in other.get("/delegations").text
    foreign = post(other, "/delegations", "/delegations", **form)
    assert foreign.status_code == 422
    with house.app_context():
        row = db.session.scalars(sa.select(Delegation.id)).one()
    third = house.test_client()
    enter(third, "quantri")
    path = f"/delegations/{row}/revocation"
    assert post(third, path, "/delegations").status_code == 404
    assert post(client, path, "/delegations").status_code == 303
    assert post(client, path, "/delegations").status_code == 422
