"""Nobody is there to decide: the task climbs to the deputy, then to the next superior, and the page
shows who has it now and who is expected; whoever comes back has it again."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from models import transaction
from models.person import Absence
from tests.abuse.said import in_english, shown
from tests.abuse.test_two_approvers_at_once import DECISION, approval_form
from tests.cast import TODAY, Office
from tests.support.house import House
from tests.support.visitor import says
from workflows import organisation

NEXT = "%(who)s: %(act)s."
GONE = "Chưa làm được: việc này thuộc người giữ chức vụ khác hoặc cơ quan khác."

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def away(office: Office, *names: str) -> None:
    """These people are absent today, as their administrator enters it."""
    for name in names:
        with transaction() as session:
            organisation.add_absence(
                session,
                person=office.person(name),
                valid_from=TODAY,
                valid_to=TODAY,
                actor=None,
                now=office.now,
            )


def said_next(page: TestResponse) -> str:
    """What the page says comes next: who does what."""
    found = re.search(r'class="route__next">.*?</b>(.*?)</span></p>', page.text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1]).strip()


def expected(page: TestResponse, step: str) -> str:
    """Whom the route expects for a coming step, as often as it comes: the last of them."""
    text = " ".join(re.sub(r"<[^>]*>", " ", html.unescape(page.text)).split())
    return re.findall(rf"Chưa tới: {step} (.*?) dự kiến", text)[-1]


def waits_for(page: TestResponse, who: str, act: str) -> bool:
    late = "Quá %(day)s chưa xong thì báo lên cấp trên."
    return said_next(page) == f"{NEXT % {'who': who, 'act': act}} {late % {'day': '16/03'}}"


def test_absent_superior_climbs_and_the_page_shows_who_has_it(house: House) -> None:
    """Dung has reviewed, Sau is away: Bon of the base signs, and everybody saw it coming."""
    in_english(NEXT)
    plan, author = house.plan(), house("Chi")
    at = f"/documents/{plan}"
    assert waits_for(author.get(at), "Bí thư", "thông qua, ký")
    assert not says(house("Bon").get("/"), "Văn bản của CELL")

    with house.inside() as office:
        away(office, "Sau")
    assert waits_for(author.get(at), "Bí thư, Đảng bộ Trường Thử", "thông qua, ký")
    assert says(house("Bon").get("/"), "Văn bản của CELL")
    absent = house("Sau").post(f"{at}/approval", {"revision": 1, "version": 3})
    assert absent.status_code == 403
    assert shown(absent, GONE)

    superior = house("Bon")
    assert (
        superior.send(approval_form(superior, plan), number="02-KH/CB", **DECISION).status_code
        == 303
    )
    assert house.look(plan).state == "approved"


def test_absent_superior_of_the_superior_is_predicted_and_climbed_past(house: House) -> None:
    """With nobody at the base either, the ward decides; with nobody up to the top it waits where it
    belongs, and comes back to who is there again."""
    plan, author = house.plan(), house("Chi")
    at = f"/documents/{plan}"
    assert expected(author.get(at), "Đồng ý") == "Bí thư"
    with house.inside() as office:
        away(office, "Sau", "Bon", "Bay")
    ward = "Bí thư, Đảng bộ phường Thử, Ban Thường vụ, Đảng bộ phường Thử"
    assert waits_for(author.get(at), ward, "thông qua, ký")
    assert expected(author.get(at), "Đồng ý") == ward

    with house.inside() as office:
        away(office, "Vy", "Thu", "Vinh", "Ty", "Toan")
    assert waits_for(author.get(at), "Chi bộ Thử", "thông qua, ký")

    with house.inside() as office, transaction() as session:
        [absence] = session.scalars(
            sa.select(Absence).where(Absence.person == office.person("Sau"))
        )
        organisation.end_absence(
            session, absence=absence, last_day=TODAY - timedelta(days=1), actor=None, now=office.now
        )
    back = house("Sau")
    assert waits_for(author.get(at), "Bí thư", "thông qua, ký")
    assert back.send(approval_form(back, plan), number="02-KH/CB", **DECISION).status_code == 303
