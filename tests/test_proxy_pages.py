"""Pages of the clerk who types: a table of the whole cell, who is told in person, slips of first
passwords, one list; and from whom they are hidden."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

import clock
from models import db, transaction
from models.account import Account
from models.document import Document
from models.notification import Delivery
from models.person import Membership
from models.recorded import ProxyEntry
from tests.support.house import ADMINISTRATOR, PASSWORD, House
from tests.support.visitor import Visitor, form_in, says
from workflows import accounts, prints, sheets
from workflows.proxies.sheet import HEADER

pytestmark = pytest.mark.databases("sqlite")

SECRET = "Chép từ bản viết tay của người ấy"
PAGE = "/units/CELL/proxies"


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def upload(visitor: Visitor, path: str, rows: list[list[str]]) -> TestResponse:
    data = io.BytesIO(prints.xlsx(list(HEADER), rows, "Nhập hộ"))
    sent: dict[str, Any] = {"csrf_token": visitor.token, "file": (data, "bang.xlsx")}
    return visitor.client.post(path, data=sent, content_type="multipart/form-data")


def row(code: str, name: str, item: str = SECRET) -> list[str]:
    return [
        code,
        name,
        "",
        "Học tập.",
        "Giản dị.",
        f"1. {item}\n2. Việc thứ hai",
        "Kỷ luật.",
        "",
        "Đại hội XIV",
    ]


def typed(house: House) -> dict[str, int]:
    """Whose commitments there are, each with its number of revisions."""
    with house.app.app_context():
        return {
            d.author.full_name: d.revision
            for d in db.session.scalars(sa.select(Document).where(Document.kind == "commitment"))
        }


def test_a_table_of_the_cell_is_kept_whole_or_not_at_all(house: House) -> None:
    clerk = house("Binh")
    sheet = sheets.read(clerk.get(f"{PAGE}/template.xlsx").data, "mau.xlsx")
    members = {cells["hovaten"]: cells["ma"] for _, cells in sheet.rows}
    assert set(members) == {"An", "Chi", "Dung", "Sau"}

    bad = upload(
        clerk,
        f"{PAGE}/table",
        [row(members["An"], "An"), row("", "Nobody"), row(members["Chi"], "Dung")],
    )
    assert bad.status_code == 422
    assert says(bad, "Dòng 5: Không có đảng viên nào tên “Nobody” trong chi bộ.")
    assert says(bad, "Dòng 6: Mã")
    assert typed(house) == {}

    def keep(*rows: list[str]) -> TestResponse:
        seen = upload(clerk, f"{PAGE}/table", list(rows))
        assert seen.status_code == 200, seen.text
        return clerk.send(form_in(seen, f"{PAGE}/table/kept"))

    assert keep(row(members["An"], "An"), row("", "chi")).status_code == 303
    assert typed(house) == {"An": 1, "Chi": 1}
    keep(row(members["An"], "An"), row("", "Chi", "Việc khác hẳn"))
    assert typed(house) == {"An": 1, "Chi": 2}  # the same again changes nothing

    # Only who typed it looks at it again; another cell's or the ward's people have no such page.
    with house.app.app_context():
        an = db.session.scalar(
            sa.select(ProxyEntry).join(Document).where(Document.author.has(full_name="An"))
        )
        assert an is not None
        person, document = an.document.author_id, an.document_id
    assert SECRET in clerk.get(f"{PAGE}/{person}").text
    assert SECRET not in house("Sau").get(f"{PAGE}/{person}").text
    assert 'href="/units/BASE/proxies"' in clerk.get("/units/BASE/register").text
    assert "/proxies" not in house("Ba").get("/units/BASE/register").text
    for name in ("Van", "An", "Kiem", "Ba"):
        assert house(name).get(PAGE).status_code == 404
        assert "/proxies" not in house(name).get("/menu").text, name
    for name, told in (("Binh", "BASE"), ("Sau", "CELL")):
        menu = house(name).get("/menu").text
        assert f'href="{PAGE}"' in menu, name
        assert f'href="/units/{told}/in-person"' in menu, name
    assert clerk.get(f"/documents/{document}").status_code == 404

    # Nothing typed is nothing to confirm; from a cell the way back leads to the list of cells.
    form = f"{PAGE}/{members['Dung'].removeprefix('NV')}"
    nothing = clerk.submit(form, f"{form}?campaign=CD-2026")
    assert nothing.status_code == 422
    assert says(nothing, "Chưa có nội dung nào. Chép bản viết tay của Dung vào các mục rồi lưu.")
    assert typed(house) == {"An": 1, "Chi": 2}
    assert 'class="back" href="/units/BASE/proxies"' in clerk.get(PAGE).text

    member = house("An")
    assert says(member.get("/"), "Xác nhận bản cam kết đã được nhập hộ")
    assert says(member.get("/me"), "Binh nhập hộ lúc")
    page = f"/documents/{document}"
    assert says(member.get(page), "từ bản viết tay.")
    assert member.submit(page, f"{page}/submission").status_code == 303
    after = clerk.get(f"{PAGE}/{person}")
    assert after.status_code == 409
    assert SECRET not in after.text
    assert clerk.get(f"{PAGE}/{person}/print.pdf").status_code == 404

    forged = json.dumps([{"person": 999_999, "day": "", "content": {"sections": {}}}])
    for rows in (forged, "[[[", "{}", "", "[1]", '[{"person": [1], "day": "", "content": 0}]'):
        answer = clerk.post(f"{PAGE}/table/kept", {"rows": rows})
        assert answer.status_code == 422, rows


def test_whom_to_tell_in_person_is_told_once(house: House) -> None:
    house.commitment("submitted")
    page, secretary = "/units/CELL/in-person", house("Sau")
    shown = secretary.get(page)
    assert says(shown, "Viết bản cam kết năm 2026.")
    assert says(shown, "Chờ cho ý kiến")
    assert SECRET not in shown.text
    keys = re.findall(r'name="told" value="([^"]+)"', shown.text)
    assert len(keys) == len(set(keys)) > 2
    form = form_in(shown, page)
    assert secretary.post(page).status_code == 422
    for _ in range(2):  # a double click tells nobody twice
        secretary.client.post(page, data={"csrf_token": secretary.token, "told": keys})
    assert house.events("told_in_person") == len(keys)
    with house.app.app_context():
        done = db.session.scalars(sa.select(Delivery).where(Delivery.channel == "person")).all()
        assert {d.state for d in done} == {"done"}
        assert len(done) == len(keys)
    assert says(secretary.get(page), "Không có ai cần báo trực tiếp.")
    assert form.action == page
    assert house("Binh").get(page).status_code == 200  # the cell has no clerk of its own
    for name in ("An", "Chi", "Van", "Vy", "Ba"):
        assert house(name).get(page).status_code == 404


def test_slips_of_first_passwords_are_shown_once(house: House) -> None:
    with house.inside() as office, transaction() as session:
        for name in ("Moi", "Them"):
            person = office.person(name)
            session.add(Membership(person=person, unit=office.units["CELL"]))
            session.flush()
            accounts.create_account(
                session,
                login=name.lower(),
                person=person,
                actor=None,
                now=clock.real_now(),
                at=office.now,
            )
    administrator, page = house(ADMINISTRATOR), "/administrator/accounts/slips"
    form = form_in(administrator.get(f"{page}?unit=BASE"), f"{page}/printed")
    assert len(form.fields.getlist("account")) == 2  # who chose a password is left alone
    shown = administrator.send(form, output="page")
    passwords = re.findall(r"<b>([a-z2-9]{4}(?:-[a-z2-9]{4}){3})</b>", shown.text)
    assert len(passwords) == len(set(passwords)) == len(form.fields.getlist("account"))
    logins = re.findall(r'<dd class="code">([a-z]+)</dd>', shown.text)
    assert passwords[0] not in administrator.get(f"{page}?unit=BASE").text
    assert house.events("first_password_printed") == len(passwords)
    with house.app.app_context():
        for table in db.metadata.sorted_tables:
            for line in db.session.execute(sa.select(table)):
                assert not any(p in str(line) for p in passwords), table.name
    pdf = administrator.send(form, output="pdf")  # printed again: the first ones are void
    assert (pdf.status_code, pdf.mimetype, pdf.headers["Cache-Control"]) == (
        200,
        "application/pdf",
        "no-store",
    )
    again = administrator.send(form, output="page")
    fresh = dict(
        zip(logins, re.findall(r"<b>([a-z2-9]{4}(?:-[a-z2-9]{4}){3})</b>", again.text), strict=True)
    )
    assert (
        Visitor(house.app)
        .submit(
            "/login",
            "/login",
            login="moi",
            password=dict(zip(logins, passwords, strict=True))["moi"],
        )
        .status_code
        == 422
    )
    let_in = Visitor(house.app, "moi", fresh["moi"])
    assert let_in.get("/").headers["Location"].startswith("/account")  # to change it first
    assert administrator.send(form, output="page").status_code == 422  # he has logged in meanwhile
    with house.app.app_context():
        row_of = sa.select(Account.must_change_password).where(Account.login == "them")
        assert db.session.scalar(row_of) is True
    assert house("Sau").get(page).status_code == 404
    assert PASSWORD not in shown.text


def test_one_list_by_its_page(house: House) -> None:
    first = house.commitment("reviewed")
    with house.inside() as office:
        office.approve(db.session.get_one(Document, first), "Sau")
    cell = "/units/CELL/commitments"
    secretary, clerk = house("Sau"), house("Binh")
    sent = secretary.submit(cell, f"{cell}/report")
    assert sent.status_code == 303
    where = sent.headers["Location"]
    assert says(secretary.get(where), "Chờ cấp trên tiếp nhận")
    assert says(house("An").get(where), "Dòng của tôi") is False  # the whole list is his one line
    assert house("Van").get(where).status_code == 404
    assert says(clerk.get("/units/BASE/commitments"), "Danh sách cam kết năm 2026")
    assert secretary.post(f"{where}/receipt").status_code == 422
    assert clerk.submit(where, f"{where}/receipt").status_code == 303
    assert clerk.post(f"{where}/receipt").status_code == 303  # once more changes nothing
    assert house.events("receive", first) == house.events("list_received") == 1
    assert sheets.read(clerk.get(f"{where}/list.xlsx").data, "l.xlsx").rows
    assert clerk.get(f"{where}/print.pdf").data[:5] == b"%PDF-"
