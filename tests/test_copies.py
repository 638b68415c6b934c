"""A copy for another superior: read there, asked over there, answered by the issuer on its own page;
the paper goes its way meanwhile."""

from __future__ import annotations

import pytest
from flask import Flask

from models import db, transaction
from models.document import Document
from models.unit import Unit
from tests.support.house import House
from tests.support.visitor import says
from workflows import obligations

pytestmark = pytest.mark.databases("sqlite")

ASKED = "Ghi thêm số cơ sở đã học xong chủ đề năm."


def test_what_is_asked_over_a_copy_is_answered_and_holds_up_nothing(app: Flask) -> None:
    house = House(app)
    with house.inside() as office:
        with transaction():
            level = office.units["WARD"].level
            office.units["OTHER"] = Unit(
                code="OTHER", name="Quận ủy Thử", body="Ban Thường vụ", symbol="QU", level=level
            )
            db.session.add(office.units["OTHER"])
            office.post("An", "OTHER", "secretary")
            asked = next(r for r in office.campaign.requirements if r.code == "O-QUARTER-1")
            asked.also_to = ["OTHER"]
        report = office.begin("report", "Ba", "BASE", requirement=asked)
        ident, page = report.id, f"/documents/{report.id}"
        office.wait(days=29)
        office.act(report, "submit", "Ba")
        office.act(report, "review", "Bay")
        office.approve(report, "Bon", number="01-BC/ĐU")
    an = house("An")
    assert an.get(page).status_code == 404  # nothing goes beside before it goes up
    with house.inside() as office:
        office.act(db.session.get_one(Document, ident), "report", "Binh", via="WARD-XDD")
    assert says(an.get(page), "nhận bản sao, cho ý kiến; không quyết định")
    short = an.submit(page, f"{page}/copy/request", text="Ngắn")
    assert (short.status_code, "Ngắn" in short.text) == (422, True)
    assert says(short, "Nội dung còn quá ngắn")
    assert 'aria-describedby="text-help text-error" aria-invalid="true" autofocus' in short.text
    assert an.submit(page, f"{page}/copy/request", text=ASKED).status_code == 303
    assert house("Vy").post(f"{page}/copy/request", {"text": ASKED}).status_code == 403
    with house.inside() as office:  # the ward does its own, whatever was asked beside
        report = db.session.get_one(Document, ident)
        office.act(report, "receive", "Xuan")
        office.act(report, "review", "Xuan")
        with transaction():  # nor is the question gone when the issuer begins to amend
            obligations.begin(report, by=report.author, now=office.now)
    bon = house("Bon")
    assert says(bon.get("/"), "Trả lời ý kiến của cấp trên khác: báo cáo quý I")
    assert f'href="{page}#copy"' in bon.get("/").text
    assert says(bon.get(page), ASKED)
    assert bon.submit(page, f"{page}/copy/answer", text=f"Đã rõ. {ASKED}").status_code == 303
    assert "cấp trên khác" not in bon.get("/").text
    assert says(an.get("/notifications"), "Đơn vị đã trả lời ý kiến trên bản sao")
    assert house.events("copy_requested") == house.events("copy_answered") == 1
    assert house.look(ident).state == "reviewed"


def test_no_copy_no_page_to_ask_on(app: Flask) -> None:
    house = House(app)
    plan = house.plan()
    for verb in ("receipt", "request", "answer"):
        answer = house("Chi").post(f"/documents/{plan}/copy/{verb}", {"text": ASKED})
        assert answer.status_code == 404
