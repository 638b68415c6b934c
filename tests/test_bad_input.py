"""Bad input gets a clear answer: the right status, a sentence, nothing written, nothing typed lost.

Everything goes through the real forms, as a browser would send them, and the API where a program
would come by the same road.
"""

from __future__ import annotations

import html
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from werkzeug.test import TestResponse

from models import db, transaction
from models.account import Account
from models.document import Document
from models.person import Person
from tests.cast import COMMITMENT
from tests.support.house import ADMINISTRATOR, House
from tests.support.redis import Valkey
from tests.support.visitor import Visitor, form_in, says, settled
from workers.queue import connect, open_queue
from workers.relay import Relay

TYPED = "Chi bộ bàn kỹ, thống nhất giao chỉ tiêu từng quý cho từng người."
DECISION = {
    "minutes": "05-BB/CB, 02/03/2026",
    "votes__present": "4",
    "votes__for": "4",
    "votes__against": "0",
}


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def approval_form(visitor: Visitor, plan: int) -> Any:
    return visitor.form(f"/documents/{plan}/approval/new", f"/documents/{plan}/approval")


def new_plan(visitor: Visitor, **typed: Any) -> TestResponse:
    """Sends the form of a new plan of the cell, sound but for what is `typed`."""
    page = "/documents/new?kind=plan&unit=CELL&campaign=CD-2026"
    sound = {
        "title": "Học tập và làm theo năm 2026",
        "text": "Mỗi chi bộ chọn một việc.",
        "tasks__0__person": "Chi",
        "tasks__0__task": "Số hóa hồ sơ",
        "tasks__0__deadline": "14/11/2026",
        "tasks__0__result": "1.200 hồ sơ",
        "paper__0__number": "05-CT/TW",
        "paper__0__dated_on": "15/05/2016",
        "paper__0__issuer": "Bộ Chính trị",
    }
    return visitor.submit(page, "/documents", **{**sound, **typed})


def edit_form(visitor: Visitor, document: int) -> Any:
    return visitor.form(f"/documents/{document}/revisions/new", f"/documents/{document}/revisions")


def kept(answer: TestResponse, words: str) -> bool:
    """Whether these words still stand in a field of the page."""
    return words in html.unescape(answer.text)


@pytest.mark.databases("sqlite")
def test_a_text_rests_only_on_what_its_writer_may_see(house: House) -> None:
    """An id typed into the form: absent and hidden are the same refusal, and no title shows."""
    with house.inside() as office:
        hidden = office.begin("plan", "Vinh", "WARD", title=TYPED).id
    for basis in (hidden, 999_999, 10**17):
        answer = new_plan(house("Chi"), basis=str(basis))
        assert answer.status_code == 422, basis
        assert says(answer, "không thuộc phạm vi được xem"), basis
        assert not says(answer, TYPED)


@pytest.mark.databases("sqlite")
def test_a_row_with_a_number_that_is_none_is_no_row(house: House) -> None:
    house.commitment("drafted")
    for kind, name in (("plan", "tasks.².task"), ("commitment", "sections.3.²")):
        where = {"kind": kind, "unit": "CELL", "campaign": "CD-2026", "title": "Kế hoạch"}
        answer = house("Chi").post("/documents", {**where, name: TYPED})
        assert answer.status_code in (303, 422), kind


# ---------------------------------------------------------------- twice, late, not one's own


def test_a_stale_opinion_is_refused_and_kept(house: House) -> None:
    """The author took it back to write on: the act is gone, what was typed is not."""
    plan = house.plan("submitted")
    deputy = house("Dung")
    form = deputy.form(f"/documents/{plan}/review/new", f"/documents/{plan}/review")
    with house.inside() as office:
        document = db.session.get_one(Document, plan)
        office.act(document, "revise", "Chi", content=document.current.content)
    before = house.events()
    answer = deputy.send(form, comment=TYPED)
    assert answer.status_code == 409
    assert says(answer, "Văn bản đã sang bước khác từ khi trang trước mở")
    assert kept(answer, TYPED)
    assert house.events() == before


def test_a_stale_approval_shows_what_happened_and_can_be_sent_again(house: House) -> None:
    """The text changed and was reviewed anew: the form comes back filled, with the story since."""
    plan = house.plan()
    secretary = house("Sau")
    form = approval_form(secretary, plan)
    with house.inside() as office:
        document = db.session.get_one(Document, plan)
        office.act(document, "revise", "Chi", content=document.current.content)
        office.act(document, "submit", "Chi")
        office.act(document, "review", "Dung")
    before = house.events()
    answer = secretary.send(form, number="02-KH/CB", comment=TYPED, **DECISION)
    assert answer.status_code == 409
    assert says(answer, "Xem lại bản mới nhất rồi làm tiếp.")
    assert says(answer, "Đã diễn ra từ khi trang này mở")
    assert house.events() == before
    again = form_in(answer, f"/documents/{plan}/approval")
    assert again.fields["comment"] == TYPED
    assert again.fields["minutes"] == DECISION["minutes"]
    assert secretary.send(again).status_code == 303
    assert house.events("approve", plan) == 1


def test_a_stale_draft_is_refused_with_the_text_in_it(house: House) -> None:
    plan = house.plan("drafted")
    chi, deputy = house("Chi"), house("Dung")
    first, second = edit_form(chi, plan), edit_form(deputy, plan)
    assert chi.send(first, text="Bản của Chi.").status_code == 303
    answer = deputy.send(second, text=TYPED)
    assert answer.status_code == 409
    assert says(answer, "Xem lại bản mới nhất rồi làm tiếp.")
    assert form_in(answer, f"/documents/{plan}/revisions").fields["text"] == TYPED
    assert house.events("revise", plan) == 1


@pytest.mark.databases("sqlite")
def test_a_stale_form_tells_nobody_from_outside_what_was_said(house: House) -> None:
    """Neither who receives the list of commitments nor who merely follows a plan hears opinions."""
    commitment = house.commitment("submitted")
    with house.inside() as office:
        document = db.session.get_one(Document, commitment)
        office.act(document, "return", "Dung", reason_code="OTHER", reason=TYPED)
        office.act(document, "submit", "An")
        office.act(document, "review", "Chi", comment=TYPED)
        office.approve(document, "Sau")
        office.act(document, "report", "Sau")
        plan = db.session.query(Document).filter_by(kind="plan").one().id
        office.act(db.session.get_one(Document, plan), "amend", "Chi", reason=TYPED)
    seen = {"revision": "1", "version": "1", "title": "Kế hoạch"}
    for name, where in (("Binh", commitment), ("An", plan)):
        visitor = house(name)
        assert visitor.get(f"/documents/{where}").status_code == 200
        for act in ("receipt", "review", "return", "revisions"):
            answer = visitor.post(f"/documents/{where}/{act}", seen)
            assert answer.status_code in (403, 409), (name, act)
            assert not says(answer, TYPED), (name, act)
    assert says(house("Sau").post(f"/documents/{commitment}/revisions", seen), TYPED)


@pytest.mark.databases("sqlite")
def test_a_list_goes_upward_whole_or_not_at_all(house: House) -> None:
    """One entry of the list moved on since the page opened: none is reported; then all are."""
    first = house.commitment("reviewed")
    with house.inside() as office:
        document = db.session.get_one(Document, first)
        office.approve(document, "Sau")
        other = office.begin("commitment", "Chi", "CELL")
        office.act(other, "submit", "Chi")
        office.act(other, "review", "Dung")
        office.approve(other, "Sau")
        fresh = [f"{d.id}:{d.revision}:{d.version}" for d in (document, other)]
    page, secretary = "/units/CELL/commitments", house("Sau")
    stale = secretary.post(
        f"{page}/report", [("document", fresh[0]), ("document", f"{other.id}:1:1")]
    )
    assert stale.status_code == 409
    assert house.events("report", first) == 0
    sent = secretary.post(f"{page}/report", [("document", seen) for seen in fresh])
    assert sent.status_code == 303
    assert house.events("report") == 2


@pytest.mark.databases("sqlite")
def test_the_api_says_stale_too(house: House) -> None:
    plan = house.plan()
    answer = house.app.test_client().post(
        f"/api/v1/documents/{plan}/actions/approve",
        json={"revision": 1, "version": 1},
        headers=house.bearer("Sau"),
    )
    assert answer.status_code == 409
    assert "Xem lại bản mới nhất rồi làm tiếp." in answer.json["detail"]
    assert house.events("approve", plan) == 0


# ---------------------------------------------------------------- fields that nobody asked for


def test_state_and_author_in_a_form_are_ignored(house: House) -> None:
    with house.inside() as office:
        stranger = office.person("Bon").id
    forged = {
        "state": "approved",
        "stage": "2",
        "author": str(stranger),
        "author_id": str(stranger),
        "actor": str(stranger),
        "number": "99-KH/CB",
        "in_force_revision": "1",
        "version": "7",
        "unit_id": "1",
    }
    chi = house("Chi")
    answer = new_plan(chi, **forged)
    assert answer.status_code == 303
    ident = int(answer.headers["Location"].rsplit("/", 1)[1])
    with house.app.app_context():
        row = db.session.get_one(Document, ident)
        assert (row.state, row.stage, row.version) == ("drafted", 0, 1)
        assert (row.number, row.in_force_revision) == (None, None)
        assert (row.author.full_name, row.unit.code) == ("Chi", "CELL")

    forged.pop("version")
    answer = chi.send(edit_form(chi, ident), text="Sửa một câu.", **forged)
    assert answer.status_code == 303
    answer = chi.submit(f"/documents/{ident}", f"/documents/{ident}/submission", **forged)
    assert answer.status_code == 303
    with house.app.app_context():
        row = db.session.get_one(Document, ident)
        assert (row.state, row.stage, row.version) == ("submitted", 0, 3)
        assert (row.number, row.author.full_name) == (None, "Chi")


@pytest.mark.databases("sqlite")
def test_the_api_refuses_a_field_it_does_not_know(house: House) -> None:
    plan = house.plan("drafted")
    before = house.events()
    answer = house.app.test_client().post(
        f"/api/v1/documents/{plan}/actions/submit",
        json={"revision": 1, "version": 1, "state": "approved"},
        headers=house.bearer("Chi"),
    )
    assert answer.status_code == 422
    assert "Mục “state” không nhận ở đây." in answer.json["detail"]
    assert house.events() == before


def test_foreign_and_absent_are_the_same_404(house: House) -> None:
    """A commitment being written is its author's alone: to all others it is not there."""
    commitment, absent = house.commitment("drafted"), 987654
    before = house.events()
    for name in ("Sau", "Bon", "Kiem", ADMINISTRATOR):
        visitor = house(name)
        for path in ("", "/revisions/1", "/revisions/new", "/approval/new"):
            hidden = visitor.get(f"/documents/{commitment}{path}")
            nothing = visitor.get(f"/documents/{absent}{path}")
            assert (hidden.status_code, nothing.status_code) == (404, 404)
            assert settled(hidden) == settled(nothing)
        for path in ("/approval", "/revisions", "/withdrawal"):
            hidden = visitor.post(f"/documents/{commitment}{path}", {"revision": 1, "version": 1})
            nothing = visitor.post(f"/documents/{absent}{path}", {"revision": 1, "version": 1})
            assert (hidden.status_code, nothing.status_code) == (404, 404)
            assert settled(hidden) == settled(nothing)
        assert says(hidden, "Địa chỉ không đúng, hoặc nội dung không thuộc phạm vi được xem.")
    assert house.events() == before


def test_an_id_beyond_all_bounds_is_a_404(house: House) -> None:
    secretary, program = house("Sau"), house.bearer("Sau")
    for ident in ("0", "9223372036854775808", "9" * 40, "-1", "1e3", "x"):
        assert secretary.get(f"/documents/{ident}").status_code == 404
        assert secretary.post(f"/documents/{ident}/approval").status_code == 404
        answer = house.app.test_client().get(f"/api/v1/documents/{ident}", headers=program)
        assert answer.status_code == 404


# ---------------------------------------------------------------- the wrong way in


@pytest.mark.databases("sqlite")
def test_approving_by_get_is_405(house: House) -> None:
    plan = house.plan()
    answer = house("Sau").get(f"/documents/{plan}/approval?revision=1&version=3&number=02-KH/CB")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert says(answer, "Địa chỉ này chỉ nhận việc gửi từ nút bấm trên trang.")
    assert house.look(plan).state == "reviewed"


def test_without_a_token_nothing_is_done_and_the_text_can_be_sent_again(house: House) -> None:
    plan = house.plan()
    secretary = house("Sau")
    form = approval_form(secretary, plan)
    form.fields.pop("csrf_token")
    before = house.events()
    answer = secretary.send(form, number="02-KH/CB", comment=TYPED, **DECISION)
    assert answer.status_code == 400
    assert says(answer, "Nội dung vẫn còn dưới đây.")
    assert house.events() == before
    again = form_in(answer, f"/documents/{plan}/approval")
    assert again.fields["comment"] == TYPED
    assert secretary.send(again).status_code == 303
    assert house.events("approve", plan) == 1


@pytest.mark.databases("sqlite")
def test_a_password_is_never_shown_again(house: House) -> None:
    secretary = house("Sau")
    answer = secretary.post(
        "/account/password",
        {"old_password": "bí mật một", "new_password": "bí mật hai"},
        token=False,
    )
    assert answer.status_code == 400
    assert "bí mật" not in answer.text


def test_somebody_suspended_is_out_at_the_next_request(house: House) -> None:
    plan = house.plan()
    secretary, program = house("Sau"), house.bearer("Sau")
    form = approval_form(secretary, plan)
    administrator = house(ADMINISTRATOR)
    with house.app.app_context():
        account = db.session.scalars(sa.select(Account).where(Account.login == "sau")).one().id
        person = db.session.get_one(Account, account).person_id
    answer = administrator.submit(
        f"/administrator/people/{person}", f"/administrator/accounts/{account}/suspension"
    )
    assert answer.status_code == 303
    before = house.events()

    out = secretary.get("/")
    assert (out.status_code, out.headers["Location"]) == (303, "/login")
    answer = secretary.send(form, number="02-KH/CB", **DECISION)
    assert answer.status_code in (303, 400)
    called = house.app.test_client().get("/api/v1/tasks", headers=program)
    assert called.status_code == 401
    assert house.look(plan).state == "reviewed"
    assert house.events() == before

    back = Visitor(house.app)
    answer = back.submit("/login", "/login", login="sau", password="nói đi đôi với làm")
    assert answer.status_code == 422
    assert says(answer, "Tài khoản đang tạm khóa.")


# ---------------------------------------------------------------- days


DAYS = (
    ("30/02/2026", "Ngày “30/02/2026” không có trong lịch. Cần kiểm tra lại ngày và tháng."),
    ("01/01/9999", "Năm 9999 nằm ngoài khoảng 1900–2100. Cần kiểm tra lại năm."),
    ("hôm qua", "Ngày “hôm qua” chưa đọc được. Cần ghi ngày/tháng/năm, ví dụ 31/03/2026."),
    ("0001-01-01", "Năm 1 nằm ngoài khoảng 1900–2100."),
    ("14/05/2016", "Ngày văn bản 14/05/2016 trước ngày của căn cứ 05-CT/TW (15/05/2016)"),
    ("03/03/2026", "Ngày văn bản 03/03/2026 còn ở tương lai."),
)


def test_a_date_that_cannot_be_is_refused(house: House) -> None:
    plan = house.plan()
    secretary, program = house("Sau"), house.bearer("Sau")
    before = house.events()
    form = approval_form(secretary, plan)
    for day, sentence in DAYS:
        answer = secretary.send(form, number="02-KH/CB", dated_on=day, comment=TYPED, **DECISION)
        assert answer.status_code == 422, day
        assert says(answer, sentence), day
        again = form_in(answer, f"/documents/{plan}/approval")
        assert (again.fields["dated_on"], again.fields["comment"]) == (day, TYPED)
        api = house.app.test_client().post(
            f"/api/v1/documents/{plan}/actions/approve",
            json={
                "revision": 1,
                "version": 3,
                "number": "02-KH/CB",
                "dated_on": day,
                "minutes": "05-BB/CB",
                "votes": {"present": 4, "for": 4, "against": 0},
            },
            headers=program,
        )
        assert api.status_code == 422, day
        assert sentence in api.json["detail"]
    assert house.events() == before


def test_a_commitment_dated_before_its_cell_s_plan_is_refused(house: House) -> None:
    commitment = house.commitment("reviewed")
    secretary = house("Sau")
    before = house.events()
    form = approval_form(secretary, commitment)
    answer = secretary.send(form, dated_on="01/03/2026", comment=TYPED, **DECISION)
    assert answer.status_code == 422
    assert says(answer, "trước ngày của kế hoạch 02-KH/CB (02/03/2026)")
    assert kept(answer, TYPED)
    assert house.events() == before


def test_a_day_within_a_text_is_checked_where_it_stands(house: House) -> None:
    """The deadline of a task in the plan, and the paper a plan rests on."""
    chi = house("Chi")
    before = house.events()
    answer = new_plan(chi, tasks__0__deadline="31/04/2026", paper__0__dated_on="30/02/2016")
    assert answer.status_code == 422
    assert says(answer, "Ngày “30/02/2016” không có trong lịch.")
    assert says(answer, "Ngày “31/04/2026” không có trong lịch.")
    again = form_in(answer, "/documents")
    assert again.fields["tasks.0.deadline"] == "31/04/2026"
    assert again.fields["paper.0.dated_on"] == "30/02/2016"
    assert house.events() == before


# ---------------------------------------------------------------- letters

BROKEN = {
    "Kế\x00hoạch": "ký tự điều khiển",
    "Kế\x1bhoạch": "ký tự điều khiển",
    "Kế hoạch \u202egnart uẫm": "ký tự đổi chiều chữ",
    "Kế hoạch \u2066ẩn\u2069": "ký tự đổi chiều chữ",
}


def test_letters_that_cannot_be_kept_are_refused(house: House) -> None:
    """In a title, a text, an opinion; and looking for them finds nothing instead of failing."""
    plan = house.plan("submitted")
    chi, deputy = house("Chi"), house("Dung")
    before = house.events()
    opinion = deputy.form(f"/documents/{plan}/review/new", f"/documents/{plan}/review")
    for words, sentence in BROKEN.items():
        answers = (
            new_plan(chi, title=words, text=TYPED),
            new_plan(chi, title=TYPED, text=words),
            new_plan(chi, text=TYPED, tasks__0__task=words),
            deputy.send(opinion, comment=f"{TYPED} {words}"),
        )
        for answer in answers:
            assert answer.status_code == 422, words
            assert says(answer, sentence)
            assert kept(answer, TYPED)
        assert form_in(answers[0], "/documents").fields["text"] == TYPED
        for path in ("/documents", "/units"):
            assert deputy.get(path, query_string={"q": words}).status_code == 200
        for name in ("unit", "campaign", "kind", "state", "after"):
            assert deputy.get("/documents", query_string={name: words}).status_code == 200
    assert house.events() == before


def test_a_title_of_301_letters_is_refused_and_kept(house: House) -> None:
    before = house.events()
    answer = new_plan(house("Chi"), title="K" * 301, text=TYPED)
    assert answer.status_code == 422
    assert says(answer, "Nội dung dài 301 chữ, ô này nhận nhiều nhất 300. Cần viết gọn lại.")
    again = form_in(answer, "/documents")
    assert (again.fields["title"], again.fields["text"]) == ("K" * 301, TYPED)
    assert house.events() == before


def test_a_lone_surrogate_breaks_nothing(house: House) -> None:
    """As percent-encoded bytes, which are no UTF-8, and as an escape in JSON."""
    chi = house("Chi")
    page = chi.form("/documents/new?kind=plan&unit=CELL&campaign=CD-2026", "/documents")
    for raw in (b"%ED%A0%80", b"%FF%FE", b"\xed\xa0\x80"):
        page.fields.update({"title": "TITLE", "text": TYPED})
        body = _encoded(page.fields).replace(b"TITLE", b"K" + raw)
        answer = chi.client.post(
            "/documents", data=body, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code in (303, 400, 422), raw
        assert "Máy chủ chưa xử lý được" not in answer.text
    with house.app.app_context():
        for title in db.session.scalars(sa.select(Document.title)):
            title.encode("utf-8")
    before = house.events()
    answer = house.app.test_client().post(
        "/api/v1/documents",
        data=(
            '{"kind": "plan", "unit": "CELL", "campaign": "CD-2026", "title": "K\\ud800",'
            ' "content": {"text": "a", "tasks": [], "models": []}}'
        ),
        content_type="application/json",
        headers=house.bearer("Chi"),
    )
    assert answer.status_code == 422
    assert "Văn bản có chữ hỏng, không đọc được." in answer.json["detail"]
    assert house.events() == before


def _encoded(fields: Any) -> bytes:
    from urllib.parse import urlencode

    return urlencode(list(fields.items(multi=True))).encode()


def test_twins_in_nfc_and_nfd_are_stored_as_one(house: House) -> None:
    title = "Kế hoạch của Đặng Thị Tưởng Tượng"
    apart = unicodedata.normalize("NFD", title)
    assert apart != title
    chi = house("Chi")
    answers = [
        new_plan(chi, title=spelling, text=spelling, dated_on=day)
        for spelling, day in ((title, "02/03/2026"), (apart, "03/03/2026"))
    ]
    assert [a.status_code for a in answers] == [303, 303]
    with house.app.app_context():
        stored = db.session.scalars(sa.select(Document).where(Document.kind == "plan")).all()
        assert [d.title for d in stored] == [title, title]
        assert [d.current.content["text"] for d in stored] == [title, title]
    for spelling in (title, apart):
        found = chi.get("/documents", query_string={"q": spelling})
        assert found.text.count(title) >= 2


def test_three_hundred_letters_are_welcome(house: House) -> None:
    """Also when their marks stand apart: what counts is what is kept."""
    title = "Ệ" * 300
    assert new_plan(house("Chi"), title=title).status_code == 303
    apart = unicodedata.normalize("NFD", title)
    assert len(apart) == 900
    assert new_plan(house("Chi"), title=apart).status_code == 303
    with house.app.app_context():
        assert set(db.session.scalars(sa.select(Document.title))) == {title}


@pytest.mark.databases("sqlite")
def test_names_of_three_hundred_letters(house: House) -> None:
    administrator = house(ADMINISTRATOR)
    page, action = "/administrator/people/new", "/administrator/people"
    answer = administrator.submit(page, action, full_name="Ă" * 300)
    assert answer.status_code == 303
    assert administrator.get(answer.headers["Location"]).status_code == 200
    before = house.events()
    for name, sentence in (
        ("Ă" * 301, "Nội dung dài 301 chữ, ô này nhận nhiều nhất 300."),
        ("Nguyễn \u202eAnăV", "ký tự đổi chiều chữ"),
        ("Nguyễn\x00Văn", "ký tự điều khiển"),
    ):
        answer = administrator.submit(page, action, full_name=name, job=TYPED)
        assert answer.status_code == 422
        assert says(answer, sentence)
        assert kept(answer, TYPED)
    assert house.events() == before
    with house.app.app_context():
        names = db.session.scalars(sa.select(Person.full_name)).all()
        assert all(len(name) <= 300 for name in names)


@pytest.mark.databases("sqlite")
def test_numbers_that_are_none(house: House) -> None:
    plan = house.plan()
    secretary = house("Sau")
    before = house.events()
    for votes, sentence in (
        ("-1", "Ô này cần một số nguyên từ 0 trở lên"),
        ("1e9", "Ô này cần một số nguyên từ 0 trở lên"),
        ("9" * 30, "Ô này cần một số nguyên từ 0 trở lên"),
        ("", "Cần ghi đủ ba số: được biểu quyết, tán thành, không tán thành."),
    ):
        typed = {**DECISION, "votes__for": votes, "comment": TYPED}
        answer = secretary.send(approval_form(secretary, plan), number="02-KH/CB", **typed)
        assert answer.status_code == 422
        assert says(answer, sentence)
        assert kept(answer, TYPED)
    assert house.events() == before


@pytest.mark.databases("sqlite")
def test_a_damaged_version_counts_as_stale(house: House) -> None:
    plan = house.plan()
    secretary = house("Sau")
    for damaged in ("", "x", "-3", "٣", "3.0", "9" * 30):
        form = approval_form(secretary, plan)
        answer = secretary.send(form, version=damaged, comment=TYPED, **DECISION)
        assert answer.status_code == 409, damaged
        assert kept(answer, TYPED)
    assert house.events("approve", plan) == 0


# ---------------------------------------------------------------- nothing to ring with


class TestWithoutRedis:
    """No request touches Redis: with nothing at its address every page and act works."""

    @pytest.fixture
    def environment(self, environment: dict[str, str]) -> dict[str, str]:
        return {**environment, "REDIS_URL": "redis://127.0.0.1:1/0"}

    def test_pages_and_acts_work_and_notices_follow(self, house: House, valkey: Valkey) -> None:
        with house.inside() as office:
            for person in office.people.values():
                person = db.session.merge(person)
                person.email = f"{person.full_name.lower()}@example.vn"
            db.session.commit()
        chi, deputy, secretary = house("Chi"), house("Dung"), house("Sau")
        plan = new_plan(chi).headers["Location"]
        assert chi.submit(plan, f"{plan}/submission").status_code == 303
        answer = deputy.submit(f"{plan}/review/new", f"{plan}/review", comment=TYPED)
        assert answer.status_code == 303
        form = secretary.form(f"{plan}/approval/new", f"{plan}/approval")
        assert secretary.send(form, number="02-KH/CB", **DECISION).status_code == 303
        for path in ("/", "/documents", plan, "/notifications", "/me", "/units", "/delegations"):
            assert secretary.get(path).status_code == 200

        connection = connect(valkey.url)
        with house.app.app_context():
            rung = Relay(connection).ring(0.0)
            assert rung
            worker = SimpleWorker(
                [open_queue(connection)], connection=connection, serializer=JSONSerializer
            )
            worker.work(burst=True)
        mail: Path = house.app.config["SETTINGS"].mail_dir
        letters = [file.read_text() for file in mail.iterdir()]
        assert len(letters) == len(rung)
        assert not any(TYPED in letter for letter in letters)


# ---------------------------------------------------------------- when something does break


@pytest.mark.databases("sqlite")
def test_an_unforeseen_failure_is_a_sentence_and_says_no_text_in_the_log(
    house: House, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not even where the database complains of the very values that were to be written."""
    house.commitment("drafted")
    an = house("An")
    with house.app.app_context():
        ident = db.session.scalar(sa.select(Document.id).where(Document.kind == "commitment"))
    assert ident is not None

    def broken(*_: Any, **given: Any) -> None:
        with transaction() as session:
            session.execute(
                sa.text("INSERT INTO document (title) VALUES (:t)"), {"t": str(given["content"])}
            )

    monkeypatch.setattr("views.writing.perform", broken)
    house.app.testing = False
    house.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = an.send(edit_form(an, ident), sections__1="KHÔNG-AI-ĐƯỢC-ĐỌC")
    assert answer.status_code == 500
    assert says(answer, "Chưa có gì bị thay đổi.")
    written = capfd.readouterr()
    assert "unforeseen" in written.out + written.err
    assert "KHÔNG-AI-ĐƯỢC-ĐỌC" not in written.out + written.err
    assert COMMITMENT["sections"]["2"] not in written.out + written.err
