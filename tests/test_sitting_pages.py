"""The pages of a meeting: written by one button or tap by tap, seen by whom they concern."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfWriter
from werkzeug.test import TestResponse

from models import db, transaction
from models.document import Document
from models.event import AuditEvent
from models.person import Membership
from models.read import Reading
from models.sitting import AgendaItem, MonthlyReview, Sitting
from tests.cast import COMMITMENT
from tests.support.house import House
from tests.support.redis import Valkey
from tests.support.statements import counted
from tests.support.visitor import Visitor, says
from views.sitting import ending
from workers import jobs
from workers.queue import connect
from workers.relay import Relay

pytestmark = pytest.mark.databases("sqlite")

TEXT = COMMITMENT["sections"]["3"][0]
LIST = "/units/CELL/sittings"


class Meeting(House):
    """The house; its cell meets, has a plan in force and commitments that its committee saw."""

    def __init__(self, app: Flask, names: tuple[str, ...] = ("An",)) -> None:
        super().__init__(app)
        with self.inside() as office:
            with transaction():
                office.units["CELL"].meets = True
            office.cell_plan_in_force()
            self.papers = [self.paper(office, name) for name in names]

    def paper(self, office: Any, name: str) -> int:
        if name not in office.people:
            with transaction():
                db.session.add(
                    Membership(
                        person=office.person(name), unit=office.units["CELL"], standing="full"
                    )
                )
        paper = office.begin("commitment", name, "CELL")
        office.act(paper, "submit", name)
        office.act(paper, "review", "Chi" if name != "Chi" else "Dung")
        return paper.id

    def open(self, visitor: Visitor) -> str:
        """Opens the meeting by the form; its address."""
        answer = visitor.submit(LIST, LIST)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["Location"])

    def items(self) -> list[int]:
        with self.app.app_context():
            return list(db.session.scalars(sa.select(AgendaItem.id).order_by(AgendaItem.id)))

    def person_id(self, name: str) -> int:
        with self.inside() as office:
            return office.person(name).id

    def whole(self, visitor: Visitor, page: str, do: str, **typed: Any) -> TestResponse:
        """The whole page sent as one form, An taking the minutes."""
        given = {"minute_taker": str(self.person_id("An")), "do": do, **typed}
        form = visitor.form(page, page)
        for name, value in given.items():
            form.fields[name.replace("__", ".")] = value
        return visitor.client.post(page, data=form.fields)

    def state(self) -> str:
        with self.app.app_context():
            return db.session.scalars(sa.select(Sitting)).one().state


def seen(visitor: Visitor, page: str) -> dict[str, str]:
    """The marks that an open page holds, of each of its parts."""
    fields = visitor.form(page, page).fields
    return {name: value for name, value in fields.items() if name.endswith(".seen")}


def tap(visitor: Visitor, address: str, marks: dict[str, str], **sent: Any) -> TestResponse:
    """What the page's script sends after a tap, and does with the answer: what is kept is seen."""
    headers = {"Accept": "application/json", "X-CSRFToken": visitor.token}
    answer = visitor.client.post(address, data={**marks, **sent}, headers=headers)
    if answer.status_code == 200:
        marks.update(answer.json["stands"])
    return answer


def test_without_script_one_button_keeps_the_page_another_closes_the_meeting(app: Flask) -> None:
    house = Meeting(app, ("An", "Dung"))
    sau, an = house("Sau"), house("An")
    page = house.open(sau)
    first, second = house.items()
    why = "Chọn một việc cụ thể, có số và ngày xong."
    saved = house.whole(
        sau, page, "save", **{
            f"items.{first}.decision": "agree", f"items.{second}.decision": "revise",
            f"items.{second}.reason_code": "GENERIC", f"items.{second}.reason": why,
            f"members.{house.person_id('Chi')}.reviewed": "1", "notes": "Họp đủ.",
        },
    )  # fmt: skip
    assert saved.status_code == 303
    shown = sau.get(page)
    assert says(shown, "2 trên 2 bản đã ghi, không mất gì")
    assert why in shown.text
    assert house.whole(sau, page, "close").status_code == 303
    assert house.state() == "awaiting"
    assert says(sau.get(page), "phải là hai người")
    assert says(an.get("/"), "Xác nhận biên bản họp Chi bộ Thử")
    assert an.submit(page, f"{page}/confirmation").status_code == 303
    done = an.get(page)
    assert house.state() == "done"
    assert says(done, "Đã thống nhất")
    assert says(done, "Đã đề nghị sửa")
    with app.app_context():
        states = [db.session.get_one(Document, ident).state for ident in house.papers]
    assert states == ["approved", "returned"]
    assert says(house("Dung").get(f"/documents/{house.papers[0]}"), "Sau chủ trì, thống nhất bản")


def test_a_tap_is_kept_at_once_and_answers_in_a_few_words(app: Flask) -> None:
    house = Meeting(app)
    sau = house("Sau")
    page = house.open(sau)
    (item,) = house.items()
    address, place = f"{page}/items/{item}", f"items.{item}"
    marks = seen(sau, page)
    kept = tap(sau, address, marks, **{f"{place}.decision": "agree", f"{place}.revision": "1"})
    assert kept.status_code == 200
    assert (kept.json["decided"], kept.json["total"]) == (1, 1)
    assert kept.json["saved"].startswith("Đã lưu lúc")
    again = tap(sau, address, marks, **{f"{place}.decision": "agree", f"{place}.revision": "1"})
    assert again.status_code == 200
    wrong = tap(sau, address, marks, **{f"{place}.decision": "perhaps", f"{place}.revision": "1"})
    assert wrong.status_code == 422
    votes = tap(
        sau, address, marks, **{
            f"{place}.decision": "agree", f"{place}.revision": "1", f"{place}.votes_for": "99",
        },
    )  # fmt: skip
    assert votes.status_code == 422
    assert "Số phiếu chưa khớp" in votes.json["problems"][0]["text"]
    words = tap(sau, address, marks, **{f"{place}.votes_for": "nhiều", f"{place}.revision": "1"})
    assert words.status_code == 422
    there = tap(sau, f"{page}/attendance", marks, attendance="1", **{
        f"absent.{house.person_id('Chi')}": "ốm", f"present.{house.person_id('Sau')}": "1",
    })  # fmt: skip
    assert "Chi (ốm)" in there.json["attendance"][0][1]
    month = tap(sau, f"{page}/members/{house.person_id('An')}", marks, **{
        f"members.{house.person_id('An')}.reviewed": "1",
    })  # fmt: skip
    assert month.json["reviewed"] == "Đã kiểm điểm 1 trên 4"
    plain = sau.post(address, {**marks, f"{place}.decision": "later", f"{place}.revision": "1"})
    assert (plain.status_code, plain.headers["Location"]) == (303, f"{page}#{place}")


def test_an_old_page_decides_nothing(app: Flask) -> None:
    house = Meeting(app)
    sau = house("Sau")
    page = house.open(sau)
    (item,) = house.items()
    place = f"items.{item}"
    old = sau.form(page, page)
    with house.inside() as office:  # meanwhile An writes again, and the agenda follows
        paper = db.session.get_one(Document, house.papers[0])
        office.act(paper, "revise", "An", content=COMMITMENT)
        office.act(paper, "submit", "An")
        office.act(paper, "review", "Chi")
    assert says(sau.get(page), "Cập nhật chương trình họp")
    assert house.whole(sau, page, "refresh").status_code == 303
    unseen = tap(sau, f"{page}/{place.replace('.', '/')}", seen(sau, page), **{
        f"{place}.decision": "agree", f"{place}.revision": "1",
    })  # fmt: skip
    assert unseen.status_code == 409
    old.fields["notes"] = "Đã gõ ở trang cũ."
    late = sau.client.post(page, data=old.fields)
    assert late.status_code == 409
    assert says(late, "Cuộc họp đã được sửa sau khi trang này mở")
    assert "Đã gõ ở trang cũ." in late.text
    house.whole(sau, page, "close", **{f"{place}.decision": "later"})
    closed = tap(sau, f"{page}/items/{item}", {}, **{
        f"{place}.decision": "agree", f"{place}.revision": "2",
    })  # fmt: skip
    assert closed.status_code == 409
    gone = sau.post(f"{page}/confirmation", {"version": "1"})
    assert gone.status_code == 409
    assert house.state() == "awaiting"


def test_two_pages_of_one_meeting_do_not_write_over_each_other_unseen(app: Flask) -> None:
    house = Meeting(app, ("An", "Dung"))
    sau = house("Sau")
    page = house.open(sau)
    first, second = house.items()
    old, old_form = seen(sau, page), sau.form(page, page)
    new = dict(old)
    item, place = f"{page}/items/{first}", f"items.{first}"
    agreed = {f"{place}.decision": "agree", f"{place}.revision": "1"}
    assert tap(sau, item, new, **agreed).status_code == 200
    assert tap(sau, item, old, **agreed).status_code == 200  # sent twice: it says what is kept
    old[f"{place}.seen"] = old_form.fields[f"{place}.seen"]
    later = tap(sau, item, old, **{**agreed, f"{place}.decision": "later"})
    assert later.status_code == 409
    assert "An: đang ghi “Thống nhất”" in later.json["problems"][0]["text"]
    assert later.json["stands"][f"{place}.decision"] == "agree"
    other = {f"items.{second}.decision": "agree", f"items.{second}.revision": "1"}
    assert tap(sau, f"{page}/items/{second}", old, **other).status_code == 200
    moi, an = (house.person_id(name) for name in ("Chi", "An"))
    away = {"attendance": "1", f"absent.{moi}": "ốm"}
    assert tap(sau, f"{page}/attendance", new, **away).status_code == 200
    back = {"attendance": "1", f"absent.{moi}": "", f"present.{moi}": "1"}
    assert tap(sau, f"{page}/attendance", old, **back).status_code == 409
    review = f"{page}/members/{an}"
    assert tap(sau, review, new, **{f"members.{an}.reviewed": "1"}).status_code == 200
    assert tap(sau, review, old, **{f"members.{an}.remark": "Tốt."}).status_code == 409
    whole = sau.client.post(page, data={**old_form.fields.to_dict(), "do": "close"})
    assert whole.status_code == 409
    assert says(whole, "An: đang ghi “Thống nhất”")
    with app.app_context():
        kept = db.session.get_one(AgendaItem, first)
        assert (kept.decision, kept.sitting.state) == ("agree", "open")


def test_a_paper_on_its_way_to_the_meeting_says_its_day_and_afterwards_who_had_a_vote(
    app: Flask,
) -> None:
    house = Meeting(app, ())
    an, chi, sau = house("An"), house("Chi"), house("Sau")
    with house.inside() as office:
        proposed = office.now.date() + timedelta(days=20)
        paper = f"/documents/{office.begin('commitment', 'An', 'CELL', dated_on=proposed).id}"
    sent = an.submit(paper, f"{paper}/submission")
    assert sent.status_code == 303
    assert says(an.get(paper), "Đã gửi chi bộ.")
    acted = an.get("/me").text
    assert "Gửi chi bộ" in acted
    assert ">Trình<" not in acted
    assert says(chi.get(paper), "Ngày dự kiến ghi trên văn bản")
    assert f"{proposed:%d/%m/%Y}" in chi.get(paper).text
    with house.inside() as office:
        office.act(
            db.session.scalars(sa.select(Document).order_by(Document.id.desc())).first(),
            "review",
            "Chi",
        )
    page = house.open(sau)
    (item,) = house.items()
    house.whole(sau, page, "close", **{f"items.{item}.decision": "agree"})
    an.submit(page, f"{page}/confirmation")
    decided = an.get(paper)
    assert says(decided, "được biểu quyết 3, tán thành 3, không tán thành 0")
    assert "có mặt 3" not in decided.text
    assert not says(decided, "Ngày dự kiến ghi trên văn bản")
    with house.inside() as office, transaction():  # confirmed nine days after the meeting
        began = office.now + timedelta(days=9)
        db.session.get_one(Document, int(paper.split("/")[-1])).in_force_from = began
    assert says(an.get(paper), f"Có hiệu lực từ {began:%d/%m/%Y}")


def test_a_refused_plan_keeps_room_for_a_model_and_tasks(app: Flask) -> None:
    new = "/documents/new?kind=plan&unit=CELL&campaign=CD-2026"
    refused = Meeting(app, ())("Chi").submit(new, "/documents", title="")
    assert refused.status_code == 422
    assert 'name="models.0"' in refused.text
    assert 'name="tasks.0.task"' in refused.text


def test_another_day_shows_its_month_and_whose_day_it_is(app: Flask) -> None:
    house = Meeting(app)
    sau = house("Sau")
    page = house.open(sau)
    moved = tap(sau, f"{page}/attendance", seen(sau, page), held_on="2026-02-27", attendance="1")
    assert (moved.status_code, moved.json["again"]) == (200, True)
    shown = sau.get(page)
    assert says(shown, "3. Kiểm điểm tháng 02/2026")
    assert says(shown, "Gửi sau ngày họp")
    wrong = tap(sau, f"{page}/attendance", seen(sau, page), held_on="1990-01-01", attendance="1")
    assert wrong.status_code == 422
    assert "hơn một năm" in wrong.json["problems"][0]["text"]


def test_a_meeting_that_is_not_ready_says_what_is_missing_and_keeps_what_was_typed(
    app: Flask,
) -> None:
    house = Meeting(app)
    sau = house("Sau")
    page = house.open(sau)
    (item,) = house.items()
    refused = house.whole(
        sau, page, "close", **{f"items.{item}.decision": "revise", "notes": "Giữ lại."}
    )
    assert refused.status_code == 422
    assert f'href="#items.{item}.reason"' in refused.text
    assert "Giữ lại." in refused.text
    assert house.state() == "open"
    bad = house.whole(sau, page, "save", held_on="32/13/2026")
    assert bad.status_code == 422


def test_who_only_types_sees_names_and_who_decides_is_written_down_as_a_reader(app: Flask) -> None:
    house = Meeting(app)
    sau, clerk = house("Sau"), house("Binh")
    page = house.open(sau)
    (item,) = house.items()
    text = f"{page}/items/{item}"
    assert TEXT not in sau.get(page).text
    typing = clerk.get(page)
    assert (typing.status_code, TEXT in typing.text, "Mục 3" in typing.text) == (200, False, False)
    assert f"/documents/{house.papers[0]}" not in typing.text
    assert clerk.get(text).status_code == 404
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Reading)) == 0
    assert TEXT in sau.get(f"{text}?part=1").text
    assert TEXT in sau.get(text).text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Reading)) == 1


def test_whom_a_meeting_does_not_concern_finds_no_page(app: Flask) -> None:
    house = Meeting(app)
    sau = house("Sau")
    page = house.open(sau)
    (item,) = house.items()
    for name in ("An", "Vy", "Kiem", "quantri"):
        stranger = house(name)
        assert stranger.get(page).status_code == 404, name
        assert stranger.post(page, {"do": "close"}).status_code == 404, name
        assert stranger.post(f"{page}/items/{item}", {}).status_code == 404, name
        assert stranger.post(f"{page}/cancellation", {"version": "1"}).status_code == 404, name
    assert house("An").get(LIST).status_code == 200
    assert house("An").post(LIST, {"held_on": "2026-03-01"}).status_code == 403
    assert house("Vy").get(LIST).status_code == 404
    assert sau.get("/sittings/999999").status_code == 404
    assert sau.get(f"{page}/items/{item + 50}").status_code == 404
    house.whole(sau, page, "close", **{f"items.{item}.decision": "later"})
    house("An").submit(page, f"{page}/confirmation")
    seen = house("Kiem").get(page)  # an inspector: what was agreed, nobody who was not
    assert seen.status_code == 200
    assert 'class="result"' not in seen.text
    assert house("Chi").get("/sittings").status_code == 200


def test_what_a_member_writes_of_his_month_stands_in_the_meeting_and_comes_back_to_him(
    app: Flask,
) -> None:
    house = Meeting(app)
    sau, an = house("Sau"), house("An")
    assert says(an.get("/me/month"), "Chưa có bản cam kết đang có hiệu lực")
    assert an.post("/me/month", {"month": "2026-03"}).status_code == 422
    page = house.open(sau)
    (item,) = house.items()
    house.whole(sau, page, "close", **{f"items.{item}.decision": "agree"})
    an.submit(page, f"{page}/confirmation")
    said = {"items.1.result": "partly", "items.1.text": "Đã giúp 9 lượt.", "text": "Thiếu máy."}
    assert says(an.get("/me/month"), TEXT)
    assert an.post("/me/month", {"month": "2026-03", **said}).status_code == 303
    assert an.post("/me/month", {"month": "2027-03", **said}).status_code == 422
    page = house.open(sau)
    assert "Đã giúp 9 lượt." in sau.get(page).text
    assert "Đã giúp 9 lượt." not in house("Binh").get(page).text
    me = house.person_id("An")
    house.whole(
        sau, page, "close", **{f"members.{me}.reviewed": "1", f"members.{me}.remark": "Tốt."}
    )
    an.submit(page, f"{page}/confirmation")
    with app.app_context():
        row = db.session.scalars(
            sa.select(MonthlyReview).where(MonthlyReview.person_id == me, MonthlyReview.reviewed)
        ).one()
        assert row.items == [{"n": 1, "result": "partly", "text": "Đã giúp 9 lượt."}]
    mine = an.get("/me")
    assert says(mine, "Đạt một phần")
    assert says(mine, "Tốt.")


def test_a_meeting_is_taken_up_again_or_cancelled(app: Flask) -> None:
    house = Meeting(app)
    sau = house("Sau")
    page = house.open(sau)
    (item,) = house.items()
    house.whole(sau, page, "close", **{f"items.{item}.decision": "agree"})
    assert sau.submit(page, f"{page}/reopening").status_code == 303
    assert house.state() == "open"
    assert sau.submit(page, f"{page}/cancellation").status_code == 303
    assert house.state() == "cancelled"
    assert sau.get(page).status_code == 200
    with app.app_context():
        told = {e.action for e in db.session.scalars(sa.select(AuditEvent))}
    assert {"sitting_closed", "sitting_reopened", "sitting_cancelled"} <= told


def test_the_scan_of_the_signed_minutes_confirms_them_too(app: Flask) -> None:
    house = Meeting(app)
    sau = house("Sau")
    page = house.open(sau)
    (item,) = house.items()
    house.whole(sau, page, "close", **{f"items.{item}.decision": "agree"})
    form = sau.form(page, f"{page}/scan")
    nothing = sau.client.post(form.action, data=form.fields)
    assert nothing.status_code == 422
    assert house.state() == "awaiting"
    paper = BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(paper)
    paper.seek(0)
    sent = {**form.fields.to_dict(), "file": (paper, "bien ban.pdf")}
    assert sau.client.post(form.action, data=sent).status_code == 303
    assert house.state() == "done"
    assert says(sau.get(page), "bằng bản quét đã ký")
    assert "bien ban.pdf" in sau.get(page).text


def test_what_one_request_does_not_carry_out_the_worker_does(
    app: Flask, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "AT_ONCE", 1)
    house = Meeting(app, ("An", "Dung"))
    sau, an = house("Sau"), house("An")
    page = house.open(sau)
    agreed = {f"items.{item}.decision": "agree" for item in house.items()}
    house.whole(sau, page, "close", **agreed)
    an.submit(page, f"{page}/confirmation")
    half = an.get(page)
    assert says(half, "Đã ghi 1 trên 2 quyết định.")
    assert "data-unfinished" in half.text
    with app.app_context():
        (sitting_id,) = Relay(connect(valkey.url)).ring(0.0)
        assert jobs.carry_out(sitting_id)
        assert Relay(connect(valkey.url)).ring(1.0) == []
    assert house.state() == "done"


def test_a_long_agenda_asks_no_more_questions_than_a_short_one(app: Flask) -> None:
    house = Meeting(app, ("An",))
    sau = house("Sau")
    page = house.open(sau)
    sau.get(page)
    with app.app_context():
        engine = db.engine
    with counted(engine) as short:
        sau.get(page)
    with house.inside() as office:
        for number in range(8):
            house.paper(office, f"Người {number}")
    house.whole(sau, page, "refresh")
    with counted(engine) as long:
        assert says(sau.get(page), "9 bản")
    assert len(long) <= len(short) + 2
