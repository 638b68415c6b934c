"""The administrator's pages of importing, closing and leaving, by real requests."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

import clock
from models.base import db, transaction
from models.person import Membership
from models.post import Post
from models.unit import Level, unit_by_code
from tests.test_auth_pages import enter, make_house, post
from workflows import organisation, sheets
from workflows.calendar import local_day

pytestmark = pytest.mark.databases("sqlite")

HOME = "/administrator/"
CLOSING = HOME + "units/C1/closing"


@pytest.fixture
def house(app: Flask, client: FlaskClient) -> FlaskClient:
    """A cell with two officers and another beside it; the administrator logged in."""
    make_house(app)
    with app.app_context(), transaction() as session:
        organisation.create_unit(
            session,
            code="C2",
            name="Chi bộ Hai",
            level=session.scalars(sa.select(Level)).one(),
            body="Chi bộ",
            symbol="CB",
            actor=None,
            now=clock.now(),
        )
    return enter(client, "quantri")


def send(client: FlaskClient, path: str, **data: object):  # type: ignore[no-untyped-def]
    return post(client, path, page=HOME + "system", **data)


def upload(client: FlaskClient, data: bytes, name: str):  # type: ignore[no-untyped-def]
    return send(client, HOME + "import", do="preview", file=(io.BytesIO(data), name))


def test_a_merger_by_the_page(app: Flask, house: FlaskClient) -> None:
    today = f"{local_day(clock.real_now()):%d/%m/%Y}"
    asked = f"?kind=merge&successors=c2&decision=1-Q&effective_on={today}"
    step = house.get(CLOSING + asked)
    fields = dict(re.findall(r'<select class="input" id="((?:member|post)-\d+)"()', step.text))
    assert sum(name.startswith("member") for name in fields) == 2
    with app.app_context():
        goes, post_id = unit_by_code("C2").id, db.session.scalar(sa.select(sa.func.min(Post.id)))
    given = {"kind": "merge", "successors": "C2", "decision": "1-QĐ", "effective_on": today}
    refused = send(house, CLOSING, **{**given, "decision": ""})
    assert refused.status_code == 422
    assert "Chưa ghi quyết định" in refused.text
    assert send(house, CLOSING, **given, **{"member-x": "1"}).status_code == 400
    assert send(house, CLOSING, **given, **{f"post-{post_id}": str(goes)}).status_code == 303
    page = house.get(HOME + "units/C1").text
    assert "Đã kết thúc theo quyết định 1-QĐ" in page
    with app.app_context():
        here = sa.select(Membership).where(Membership.unit_id == goes)
        assert len(db.session.scalars(here).all()) == 2
        held = db.session.scalars(sa.select(Post).where(Post.ended_at.is_(None))).one()
        assert (held.unit_id, held.role) == (goes, "secretary")


def test_a_coming_closing_is_shown_and_cancelled(house: FlaskClient) -> None:
    day = f"{local_day(clock.real_now()) + timedelta(days=30):%d/%m/%Y}"
    given = {"kind": "close", "successors": "C2", "decision": "1-QĐ", "effective_on": day}
    assert send(house, CLOSING, **given).status_code == 303
    assert "Hủy, không thực hiện nữa" in house.get(HOME + "units/C1").text
    assert send(house, CLOSING + "/cancel").status_code == 303
    assert send(house, CLOSING + "/cancel").status_code == 422


def test_wrong_words_come_back_with_a_sentence(house: FlaskClient) -> None:
    assert house.get(CLOSING).status_code == 200
    page = house.get(CLOSING + "?kind=split&successors=X9&effective_on=31/02/2026").text
    assert "Chưa có đơn vị mang mã “X9”" in page
    assert "không có trong lịch" in page
    today = f"{local_day(clock.real_now()):%d/%m/%Y}"
    asked = f"?kind=merge&successors=C1&decision=1-Q&effective_on={today}"
    page = house.get(CLOSING + asked).text  # before anybody says who goes where
    assert "không thể tiếp nhận chính nó" in page
    assert 'id="plan"' not in page
    assert house.get(HOME + "units/NONE/closing").status_code == 404


def test_a_leaver_by_the_page(app: Flask, house: FlaskClient) -> None:
    yesterday = f"{local_day(clock.real_now()) - timedelta(days=1):%d/%m/%Y}"
    path = HOME + "people/1/departure"
    refused = send(house, path, last_day=yesterday)
    assert refused.status_code == 422
    assert "Chưa ghi căn cứ" in refused.text
    assert send(house, path, last_day=yesterday, decision="2-QĐ").status_code == 303
    with app.app_context():
        assert db.session.get_one(Post, 1).ended_at is not None


def test_a_file_that_cannot_be_read_is_answered_with_a_sentence(house: FlaskClient) -> None:
    assert house.get(HOME + "import").status_code == 200
    template = house.get(HOME + "import/template")
    assert template.data[:2] == b"PK"
    assert "attachment" in template.headers["Content-Disposition"]
    assert "Chọn tệp XLSX hoặc CSV" in send(house, HOME + "import", do="preview").text
    for data, said in (
        (b"%PDF-1.7", "không phải bảng XLSX hoặc CSV"),
        (b"PK\3\4", "bị hỏng"),
        (b"\xff\xfe\xff", "không phải Unicode"),
        (b"x" * (sheets.MAX_BYTES + 1), "lớn hơn 5 MB"),
        (b"a,b\n1,2\n", "không phải Cấp, Đơn vị, Người hay Chức vụ"),
    ):
        answer = upload(house, data, "../../\u202eten\0.xlsx")
        assert answer.status_code == 422
        assert said in answer.text
    for carried in ("", "!", "AAAA", "eJw="):
        assert send(house, HOME + "import", do="write", carried=carried).status_code == 422


def test_the_template_with_a_line_added_comes_in_by_two_presses(house: FlaskClient) -> None:
    blank = house.get(HOME + "import/template").data
    assert "Không có gì thay đổi" in upload(house, blank, "mau.xlsx").text
    book, filled = openpyxl.load_workbook(io.BytesIO(blank)), io.BytesIO()
    book["Cấp"].append(("union", "Công đoàn", "Union", "4"))
    book.save(filled)
    seen = upload(house, filled.getvalue(), "mau.xlsx")
    assert seen.status_code == 200
    carried = re.search(r'name="carried" value="([^"]+)"', seen.text)
    assert carried is not None
    done = send(house, HOME + "import", do="write", carried=carried.group(1), name="mau.xlsx")
    assert done.status_code == 303
    assert "Đã ghi tất cả" in house.get(HOME + "import").text
