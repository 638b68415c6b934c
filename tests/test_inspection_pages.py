"""An inspection in the browser, on the demo's own of cell C4: what each of those concerned can open,
before, during and after."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask

import clock
from models import db, transaction
from models.account import Account
from models.document import Document
from models.person import Person
from models.read import Reading
from tests.api.conftest import Caller
from tests.support.visitor import Visitor, says
from tests.test_questions import announced, person
from views.inspector import inspections_texts
from workflows import accounts, exports
from workflows.demo import PASSWORD

CASE = "/inspection/inspections/1"
WHY = "Đối chiếu mục 3 với báo cáo 6 tháng của chi bộ."
SECRET = "tuyên truyền, vận động cán bộ"  # stands in the text of s11
pytestmark = [pytest.mark.databases("sqlite"), pytest.mark.data("demo")]


def text_of(name: str) -> int:
    """The commitment of this person that lies above."""
    author = sa.select(Person.id).where(Person.full_name == name).scalar_subquery()
    rows = sa.select(Document.id).where(
        Document.kind == "commitment", Document.state == "reported", Document.author_id == author
    )
    return db.session.scalars(rows).one()


def test_from_verifying_to_what_was_read(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        paper = text_of("Mai Thị Hư Cấu")
        other = f"/inspection/inspections/{announced().id}"
    inspector = Visitor(app, "kiemtra.phuong", PASSWORD)
    secretary = Visitor(app, "bithu.c4", PASSWORD)
    assert says(inspector.get("/inspection"), "Kiểm tra Chi bộ Tổ Xã hội - Hành chính")
    ask = f"{CASE}/texts/{paper}"
    assert ask in inspector.get(f"{CASE}/papers").text

    # one text at a time: the reason first, then the text, and nowhere else
    asked = inspector.get(ask)
    assert asked.status_code == 200
    assert SECRET not in asked.text
    refused = inspector.submit(ask, ask, reason="xem")
    assert refused.status_code == 422
    assert says(refused, "ít nhất 10 chữ cái")
    opened = inspector.submit(ask, ask, reason=WHY)
    assert opened.status_code == 303
    shown = opened.headers["Location"]
    assert SECRET in inspector.get(shown).text
    also = f"{other}/texts/{paper}"  # a second inspection covers it too, with a reason of its own
    assert also in inspector.get(f"{other}/papers").text
    opened = inspector.submit(also, also, reason=WHY)
    assert SECRET in inspector.get(opened.headers["Location"]).text
    assert inspector.get(shown).status_code == 200
    for path in (f"/documents/{paper}", f"/documents/{paper}/revisions/1", f"{CASE}/texts/999999"):
        assert inspector.get(path).status_code == 404
    mine = Visitor(app, "s11", PASSWORD).get("/me")
    assert says(mine, WHY)
    assert says(mine, "Lưu Văn Rà Soát")

    # what the others know
    assert says(secretary.get(CASE), "05-QĐ/UBKT")
    assert says(secretary.get("/inspection/received"), "Kiểm tra Chi bộ Tổ Xã hội - Hành chính")
    hidden = ("papers", "team", "readings", f"texts/{paper}", "conclusion/new", "extension/new")
    for part in hidden:
        assert secretary.get(f"{CASE}/{part}").status_code == 404, part
    others = [Visitor(app, login, PASSWORD) for login in ("kiemtra.tinh", "bithu.b2", "s11")]
    for one in others:
        for path in (CASE, f"{CASE}/papers", ask, shown):
            assert one.get(path).status_code == 404, (one.login, path)

    # the list goes on page by page, and all of it is there
    listed = re.findall(r"/inspection/documents/\d+", inspector.get(f"{CASE}/papers").text)
    monkeypatch.setattr(inspections_texts, "PAGE", 3)
    found: list[str] = []
    at = f"{CASE}/papers"
    while at and len(found) <= len(listed):
        page = inspector.get(at).text
        found += re.findall(r"/inspection/documents/\d+", page)
        at = next(iter(re.findall(r'href="([^"]+)" rel="next"', page)), "")
    assert found == listed
    assert len(listed) > 3

    team = inspector.form(f"{CASE}/team", f"{CASE}/team")
    older = inspector.send(team, seen="1-2", reason=WHY)  # of a page opened before another change
    assert (older.status_code, WHY in older.text) == (409, True)
    assert inspector.send(team, reason=WHY).status_code == 303

    # to the conclusion, by the forms of the page
    old = inspector.form(CASE, f"{CASE}/verification")
    assert inspector.send(old).status_code == 303
    assert inspector.send(old).status_code == 409  # the page was old
    assert inspector.submit(CASE, f"{CASE}/draft-conclusion").status_code == 303
    form = inspector.form(f"{CASE}/conclusion/new", f"{CASE}/conclusion")
    assert inspector.send(form).status_code == 422
    early = inspector.send(form, notice="06-TB/UBKT", notice_on="15/12/2026")
    assert (early.status_code, "06-TB/UBKT" in early.text) == (422, True)
    assert inspector.send(form, notice="06-TB/UBKT", notice_on="23/11/2026").status_code == 303

    # over: no text any more, and the inspected see what was read
    for path in (f"{CASE}/papers", ask, shown):
        assert inspector.get(path).status_code == 404
    read = secretary.get(f"{CASE}/readings")
    assert says(read, "Lưu Văn Rà Soát")
    assert says(read, "Bản cam kết của Mai Thị Hư Cấu")
    assert SECRET not in read.text
    assert WHY not in read.text
    assert "Mai Thị Hư Cấu" not in inspector.get(f"{CASE}/readings").text
    assert others[1].get(f"{CASE}/readings").status_code == 404


def test_a_text_is_written_down_wherever_it_is_read(app: Flask) -> None:
    """On its page, beside another, in the answer to a question, printed, and by the API."""
    with app.app_context():
        case = announced()
        plans = sa.select(Document).where(Document.kind == "plan").order_by(Document.id)
        c2, amended = [plan.id for plan in db.session.scalars(plans) if plan.unit.code == "C2"]
        [c3] = [plan.id for plan in db.session.scalars(plans) if plan.unit.code == "C3"]
        his = sa.select(Account).where(Account.login == "kiemtra.phuong")
        with transaction() as session:
            account = session.scalars(his).one()
            token = accounts.make_token(session, account, now=clock.real_now())
        opened = sa.select(Reading.document_id, Reading.revision).where(
            Reading.inspection_id == case.id, Reading.document_id.in_((c2, amended, c3))
        )

        def read() -> set[tuple[int, int]]:
            db.session.rollback()
            return {(one, n) for one, n in db.session.execute(opened)}

        inspector = Visitor(app, "kiemtra.phuong", PASSWORD)
        inspector.get("/inspection/questions")
        assert read() == set()
        assert says(inspector.get("/inspection/questions/7"), "tiếp nhận hồ sơ tại nhà")
        assert read() == {(c2, 2), (amended, 2)}
        assert inspector.get(f"/documents/{c2}/revisions/1/compare/2").status_code == 200
        assert read() == {(c2, 1), (c2, 2), (amended, 2)}
        Caller(app, token).get(f"/documents/{amended}/revisions/1")
        assert read() == {(c2, 1), (c2, 2), (amended, 1), (amended, 2)}
        times = {"now": clock.now(), "real_now": clock.real_now()}
        with transaction():
            job = exports.order(person("kiemtra.phuong"), [c3], **times).id
        assert exports.make(job, now=clock.now, real_now=clock.real_now)
        assert (c3, 1) in read()


def test_a_decision_is_entered_and_announced(app: Flask) -> None:
    inspector = Visitor(app, "kiemtra.phuong", PASSWORD)
    form = inspector.form("/inspection/inspections/new", "/inspection/inspections")
    refused = inspector.send(form, number="08-QĐ/UBKT", closes_on="01/01/2020", units__C5="1")
    assert refused.status_code == 422
    assert 'value="08-QĐ/UBKT"' in refused.text
    assert says(refused, "Ngày kết thúc phải từ ngày bắt đầu")
    campaign = re.search(r'<option value="(CD-2026)"', inspector.get(form.action + "/new").text)
    assert campaign is not None
    made = inspector.send(form, number="08-QĐ/UBKT", units__C5="1", campaign=campaign[1])
    assert made.status_code == 303
    case = made.headers["Location"]
    secretary = Visitor(app, "bithu.c5", PASSWORD)
    assert secretary.get(case).status_code == 404  # nobody is told before it is announced
    answer = inspector.submit(f"{case}/announcement/new", f"{case}/announcement", comment="")
    assert answer.status_code == 303
    assert says(secretary.get(case), "08-QĐ/UBKT")
    assert says(secretary.get("/notifications"), "Đơn vị được kiểm tra")
    frozen = inspector.submit(f"{case}/freeze/new", f"{case}/freeze", reason=WHY)
    assert frozen.status_code == 303
    assert says(secretary.get(case), "đang được niêm giữ")
