"""The administrator's pages by real requests: an empty house is filled in the browser."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

import clock
from models.account import Account
from models.base import db, transaction
from models.day_off import CalendarDay
from models.event import AuditEvent
from models.person import Membership, Person
from models.post import Delegation, Post
from models.unit import Unit
from tests.test_auth_pages import PASSWORD, enter, make_house, post
from workflows import accounts, organisation
from workflows.calendar import local_day

# Forms, pages and passwords: the database makes no difference.
pytestmark = pytest.mark.databases("sqlite")

HOME = "/administrator/"
PAGES = (
    "",
    "?q=chi bo",
    "levels",
    "units/new",
    "units/C1",
    "people",
    "people?q=thu nghiem",
    "people/new",
    "people/1",
    "accounts",
    "delegations",
    "posts/1/delegation",
    "calendar",
    "system",
)


@pytest.fixture
def empty(app: Flask, client: FlaskClient) -> FlaskClient:
    """An empty house, and its first administrator logged in."""
    with app.app_context(), transaction() as session:
        person = organisation.create_person(
            session, full_name="Phạm Thị Kịch Bản", actor=None, now=clock.now()
        )
        accounts.create_account(
            session,
            login="quantri",
            person=person,
            password=PASSWORD,
            is_administrator=True,
            actor=None,
            now=clock.real_now(),
            at=clock.now(),
        )
    return enter(client, "quantri")


@pytest.fixture
def house(app: Flask, client: FlaskClient) -> FlaskClient:
    """A cell with two officers; the administrator logged in."""
    make_house(app)
    return enter(client, "quantri")


def send(client: FlaskClient, path: str, **data: object):  # type: ignore[no-untyped-def]
    return post(client, HOME + path, page=HOME + "system", **data)


def test_an_empty_house_is_filled_in_the_browser(empty: FlaskClient, app: Flask) -> None:
    assert "Bốn bước để bắt đầu" in empty.get(HOME).text
    assert send(empty, "levels/usual").status_code == 303
    words = {"body": "Đảng ủy", "symbol": "ĐU", "sector": "party"}
    top = send(empty, "units", code="phuong", name="Đảng ủy phường", level="ward", **words)
    assert top.headers["Location"] == HOME + "units/PHUONG"
    below = send(
        empty, "units", code="B1", name="Đảng ủy Trường", level="base", superior="phuong", **words
    )
    assert below.status_code == 303
    made = send(empty, "people", full_name="Trần Thị Ví Dụ", unit="B1", locale="vi")
    path = made.headers["Location"].removeprefix(HOME)
    given = send(empty, f"{path}/posts", unit="B1", role="secretary", title="Bí thư")
    assert given.status_code == 303
    account = send(empty, f"{path}/account", login="bithu.b1")
    assert account.status_code == 200
    first = re.search(r'class="code"><b>([^<]+)</b>', account.text)
    assert first is not None
    assert first.group(1) not in empty.get(HOME + path).text
    newcomer = enter(app.test_client(), "bithu.b1", first.group(1))
    assert newcomer.get("/").headers["Location"] == "/account"
    tree = empty.get(HOME).text
    assert "Bốn bước" not in tree
    assert tree.index("Đảng ủy phường") < tree.index("Đảng ủy Trường")


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(house: FlaskClient, page: str) -> None:
    assert house.get(HOME + page).status_code == 200


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("page", PAGES)
def test_nobody_else_gets_in(app: Flask, client: FlaskClient, page: str) -> None:
    make_house(app)
    assert client.get(HOME + page).status_code == 303
    enter(client, "bithu.c1")
    assert client.get(HOME + page).status_code == 404


@pytest.mark.databases("sqlite")
def test_nobody_else_does_an_administrators_act(app: Flask, client: FlaskClient) -> None:
    make_house(app)
    enter(client, "bithu.c1")
    answer = post(client, HOME + "accounts/1/suspension", page="/account")
    assert answer.status_code == 404
    with app.app_context():
        assert not db.session.scalar(
            sa.select(sa.func.count()).where(Account.suspended_at.is_not(None))
        )


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "page",
    [
        "units/XX",
        "units/%00",
        "people/999",
        f"people/{10**30}",
        "posts/999/delegation",
        "?under=%00",
    ],
)
def test_what_is_not_there_is_404(house: FlaskClient, page: str) -> None:
    assert house.get(HOME + page).status_code == 404


@pytest.mark.parametrize("query", ["%00", "%ED%A0%80", "100%25_", "'", "x" * 5000])
def test_odd_searches_find_nothing_quietly(house: FlaskClient, query: str) -> None:
    for page in ("", "people", "accounts"):
        assert house.get(f"{HOME}{page}?q={query}").status_code == 200
    assert house.get(f"{HOME}people?after={query}.1").status_code == 200


def test_people_are_found_with_and_without_diacritics(house: FlaskClient) -> None:
    for query in ("thử nghiệm", "thu nghiem", "NGHIỆM Lê", "le thu"):
        text = house.get(f"{HOME}people", query_string={"q": query}).text
        assert "Lê Văn Thử Nghiệm" in text
        assert "Trần Thị Ví Dụ" not in text


@pytest.mark.databases("sqlite")
def test_a_refused_form_keeps_what_was_typed(house: FlaskClient) -> None:
    answer = send(house, "units", code="c1", name="Chi bộ Hai", level="cell", symbol="CB")
    assert answer.status_code == 422
    assert "Mã đơn vị C1 đã có" in answer.text
    assert "Chưa ghi tên gọi khi ra văn bản" in answer.text
    assert 'value="Chi bộ Hai"' in answer.text
    nothing = send(house, "units", symbol="CB").text
    for said in ("Chọn cấp của đơn vị.", "Chưa ghi mã.", "Chưa có tên đơn vị."):
        assert said in nothing, said
    nothing = send(house, "levels").text
    for said in ("Ghi bậc: 0 là thấp nhất.", "Chưa ghi mã.", "Chưa có tên cấp."):
        assert said in nothing, said


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("day", ["30/02/2026", "01/01/9999", "hôm nay", "\u202e01/01/2026"])
def test_days_that_are_none_are_refused(house: FlaskClient, day: str) -> None:
    answer = send(house, "people", full_name="Ngô Văn Mới", valid_from=day, unit="C1")
    assert answer.status_code == 422
    assert 'value="Ngô Văn Mới"' in answer.text


def test_a_unit_is_renamed_and_given_a_superior(house: FlaskClient, app: Flask) -> None:
    words = {"body": "Đảng ủy", "symbol": "ĐU", "level": "cell"}
    send(house, "units", code="B1", name="Đảng ủy Cơ sở", **words)
    assert send(house, "units/C1/lines", superior="B1", line="party").status_code == 303
    cycle = send(house, "units/B1/lines", superior="C1", line="party")
    assert "đang ở dưới" in cycle.text
    renamed = send(house, "units/C1/name", name="Chi bộ Mới", level="cell", day="01/01/2020")
    assert renamed.status_code == 303
    page = house.get(HOME + "units/C1").text
    assert "Chi bộ Một" in page
    assert "đến 31/12/2019" in page
    edited = send(house, "units/C1", body="Chi ủy", symbol="CU", sector="state", place="Minh Họa")
    assert edited.status_code == 303
    assert send(house, "units/C1/attachment", attached_to="B1").status_code == 303
    with app.app_context():
        unit = db.session.scalars(sa.select(Unit).where(Unit.code == "C1")).one()
        assert (unit.symbol, unit.attached_to and unit.attached_to.code) == ("CU", "B1")


@pytest.mark.databases("sqlite")
def test_who_held_what_on_a_day(house: FlaskClient) -> None:
    send(house, "posts/1/end")
    today = house.get(HOME + "units/C1").text
    holders = today[today.index('id="holders"') : today.index('id="members"')]
    assert "Trần Thị Ví Dụ" not in holders
    past = house.get(HOME + "units/C1?on=01/01/2020").text
    assert "Trần Thị Ví Dụ" in past[past.index('id="holders"') : past.index('id="lines"')]


def test_a_person_moves_is_away_and_comes_back(house: FlaskClient, app: Flask) -> None:
    with app.app_context():
        today = local_day(clock.now())
        person = db.session.scalars(sa.select(Person).order_by(Person.id)).first()
        assert person is not None
        path, membership = f"people/{person.id}", person.memberships[0].id
    words = {"body": "Chi bộ", "symbol": "CB", "level": "cell"}
    send(house, "units", code="C2", name="Chi bộ Hai", **words)
    # Three forms of the page ask for a day or a unit: each refusal stands in its own form.
    for form, prefix, name, number in (
        (f"memberships/{membership}", f"change-{membership}", "day", 2),
        ("memberships", "join", "unit", 1),
        ("absences", "away", "valid_from", 2),
    ):
        typed = {"do": "move", "day": "31/02/2026", "reason": "giữ lại"}
        refused = send(house, f"{path}/{form}", **typed).text
        assert f'href="#{prefix}-{name}"' in refused, form
        assert f'id="{prefix}-{name}-error"' in refused, form
        assert refused.count('aria-invalid="true"') == number, form
    moved = send(
        house,
        f"{path}/memberships/{membership}",
        do="move",
        unit="C2",
        day=f"{today:%d/%m/%Y}",
    )
    assert moved.status_code == 303
    span = {"valid_from": f"{today:%Y-%m-%d}", "valid_to": f"{today + timedelta(days=5):%d/%m/%Y}"}
    assert send(house, f"{path}/absences", reason="nghỉ phép", **span).status_code == 303
    assert "nghỉ phép" in house.get(HOME + path).text
    assert send(house, f"{path}/absences", **span).status_code == 422
    assert send(house, f"{path}/absences/1/end").status_code == 303
    assert "nghỉ phép" not in house.get(HOME + path).text
    with app.app_context():
        ends = db.session.scalars(
            sa.select(Membership.valid_to).order_by(Membership.id).where(Membership.person_id == 1)
        ).all()
        assert ends == [today - timedelta(days=1), None]


def test_an_administrator_gives_himself_no_post(house: FlaskClient, app: Flask) -> None:
    with app.app_context():
        me = db.session.scalars(sa.select(Account).where(Account.login == "quantri")).one()
        path = f"people/{me.person_id}/posts"
    answer = send(house, path, unit="C1", role="secretary", title="Bí thư")
    assert answer.status_code == 422
    assert "tự giao chức vụ" in answer.text


def test_a_delegation_is_entered_and_ended_for_its_holder(house: FlaskClient, app: Flask) -> None:
    with app.app_context():
        today = local_day(clock.now())
        post_, other = db.session.scalars(sa.select(Post).order_by(Post.id)).all()
        path, to = f"posts/{post_.id}/delegation", other.person_id
    values = {"to": to, "valid_from": f"{today:%d/%m/%Y}", "valid_to": f"{today:%d/%m/%Y}"}
    assert send(house, path, **(values | {"to": ""})).status_code == 422
    assert send(house, path, **values).status_code == 303
    assert send(house, "delegations/1/revocation").status_code == 303
    assert send(house, "delegations/1/revocation").status_code == 422
    with app.app_context():
        assert db.session.scalars(sa.select(Delegation)).one().revoked_at is not None


def test_accounts_are_reset_suspended_and_resumed(house: FlaskClient, app: Flask) -> None:
    with app.app_context():
        ids = {a.login: a.id for a in db.session.scalars(sa.select(Account))}
    officer = enter(app.test_client(), "bithu.c1")
    mine, his = f"accounts/{ids['quantri']}", f"accounts/{ids['bithu.c1']}"
    assert send(house, f"{his}/suspension").status_code == 303
    assert officer.get("/account").status_code == 303
    assert "Đang tạm khóa" in house.get(HOME + "accounts").text
    assert send(house, f"{his}/resumption").status_code == 303
    reset = send(house, f"{his}/password")
    assert "Mật khẩu lần đầu của bithu.c1" in reset.text
    assert reset.headers["Cache-Control"] == "no-store"
    assert send(house, f"{mine}/suspension").status_code == 422
    assert send(house, f"{mine}/administrator", value="0").status_code == 422
    assert send(house, f"{his}/administrator", value="1").status_code == 303
    assert send(house, f"{mine}/administrator", value="0").status_code == 303
    assert house.get(HOME).status_code == 404
    with app.app_context():
        actions = set(db.session.scalars(sa.select(AuditEvent.action)))
    assert {"account_suspended", "account_resumed", "password_reset"} <= actions
    assert {"administrator_made", "administrator_unmade"} <= actions


@pytest.mark.databases("sqlite")
def test_the_offices_calendar(house: FlaskClient, app: Flask) -> None:
    assert send(house, "calendar", day="31/08/2026", working="0", note="").status_code == 422
    fine = send(house, "calendar", day="31/08/2026", working="0", note="hoán đổi")
    assert fine.status_code == 303
    with app.app_context():
        assert db.session.scalars(sa.select(CalendarDay.working)).one() is False
    assert send(house, "calendar/2026-08-31/removal").status_code == 303
    assert send(house, "calendar/2026-08-31/removal").status_code == 422
    assert send(house, "calendar/31-31-31/removal").status_code == 422


@pytest.mark.databases("sqlite")
def test_the_system_page_says_when_mail_goes_nowhere(house: FlaskClient, app: Flask) -> None:
    text = house.get(HOME + "system").text
    assert "thư chỉ được ghi thành tệp" in text
    assert str(app.config["SETTINGS"].mail_dir) in text
    assert "Chưa thấy chạy lần nào" in text


@pytest.mark.databases("sqlite")
def test_no_password_of_a_server_is_shown(
    environment: dict[str, str], request: pytest.FixtureRequest
) -> None:
    environment["SMTP_URL"] = "smtp://thu:bi-mat@mail.example:587"
    client = request.getfixturevalue("house")
    text = client.get(HOME + "system").text
    assert "mail.example:587" in text
    assert "bi-mat" not in text
