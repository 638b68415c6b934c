"""What climbed, by real requests: the late one gives the reason, the superior reads and answers it."""

import re
from datetime import date
from html import unescape

import pytest
from flask import Flask

from models.base import db, transaction
from models.deadline import Escalation
from models.post import Delegation, Post
from models.unit import ReportingLine
from tests.support.house import House
from tests.support.visitor import says as shown
from tests.test_ladder_answers import E1, E2, E4, WHY, rung
from tests.test_ladder_hearers import LONG_AFTER, commitment_of
from workflows.ladder import sweep
from workflows.obligations import Basis, extend

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def climb(house: House, when: object = E2) -> dict[int, str]:
    """{rung: its page} of the cell's plan, after everything due by then has climbed."""
    with house.inside() as office:
        sweep(when)
        office.now = when
        rows = db.session.query(Escalation.id, Escalation.rung).filter(
            Escalation.task_id == rung(office, 1).task_id
        )
        return {number: f"/escalations/{ident}" for ident, number in rows}


def test_the_reason_is_read_above_and_answered(house: House) -> None:
    pages = climb(house)
    late = house("Sau")
    assert shown(late.get("/escalations?side=from"), "Chi bộ Thử chưa báo cáo")
    refused = late.submit(pages[1], pages[1] + "/reason", reason="bận")
    assert refused.status_code == 422
    assert shown(refused, "bận")
    assert late.submit(pages[1], pages[1] + "/reason", reason=WHY).status_code == 303
    above = house("Bon")
    assert shown(above.get("/escalations"), "Xem, trả lời")
    page = above.get(pages[2])
    assert shown(page, "Đến hết 03/04/2026, Chi bộ Thử chưa báo cáo kế hoạch năm (hạn 31/03/2026).")
    assert shown(page, WHY)
    wrong = above.submit(pages[2], pages[2] + "/answer", kind="settled", note="Đã gọi điện.")
    assert wrong.status_code == 422
    assert shown(wrong, "Đã gọi điện.")
    done = above.submit(pages[2], pages[2] + "/answer", kind="chased", note="Nộp trước thứ Hai.")
    assert done.status_code == 303
    assert shown(above.get(pages[2]), "Nộp trước thứ Hai.")
    assert shown(late.get(pages[1]), "Nộp trước thứ Hai.")
    assert shown(late.get("/notifications"), "Cấp trên đôn đốc")


def rows(page: object) -> list[str]:
    """The lines of a list of work, each with its words one after another."""
    found = re.findall(r'<li class="task.*?</li>', page.get_data(as_text=True), re.DOTALL)  # type: ignore[attr-defined]
    return [" ".join(unescape(re.sub("<[^>]+>", " ", row)).split()) for row in found]


def test_the_late_one_s_next_act_is_to_say_why(house: House) -> None:
    with house.inside() as office:
        office.post("Chi", "BASE", "committee")
    pages = climb(house, E1)
    late = house("Sau")
    assert f'href="{pages[1]}#reason-form"' in late.get("/").text
    assert "Nêu lý do chậm" in late.get("/").text
    for name in ("Chi", "An", "Bon"):  # the base's secretary has his own to explain, not the cell's
        assert pages[1] not in house(name).get("/").text, name
    late.submit(pages[1], pages[1] + "/reason", reason=WHY)
    assert "Nêu lý do chậm" not in late.get("/").text


def test_it_is_asked_of_whom_the_post_is_lent_for_that_kind(house: House) -> None:
    pages = climb(house, E1)
    with house.inside() as office, transaction():
        post = db.session.query(Post).filter_by(person_id=office.person("Sau").id).one()
        for name, kinds in (("An", ["plan"]), ("Chi", ["report"])):
            db.session.add(
                Delegation(
                    post=post,
                    person=office.person(name),
                    kinds=kinds,
                    valid_from=E1.date(),
                    valid_to=E2.date(),
                    created_at=E1,
                )
            )
    assert pages[1] in house("An").get("/").text
    assert "Nêu lý do chậm" not in house("Chi").get("/").text


def test_desk_and_list_say_the_same_of_what_climbed(house: House) -> None:
    climb(house, E4)
    words = "Đến hết 21/04/2026, Chi bộ Thử chưa báo cáo kế hoạch năm (hạn 31/03/2026)."
    told = "Đưa vào danh sách đơn vị chậm, 21/04/2026 07:00"
    visitor = house("Vy")
    for path in ("/", "/escalations"):
        mine = [row for row in rows(visitor.get(path)) if "Chi bộ Thử chưa" in row]
        assert len(mine) == 1, path
        assert words in mine[0], path
        assert told in mine[0], path
    assert not any("Lập kế hoạch năm Chi bộ Thử" in row for row in rows(visitor.get("/")))


def test_what_has_a_new_day_is_no_longer_late_work_of_those_below(house: House) -> None:
    climb(house)
    with house.inside() as office, transaction():
        owed = office.obligation("O-PLAN", "CELL")
        basis = Basis(None, "12-CV/ĐU", E1.date(), "Đảng ủy")
        given = {"new_due": date(2026, 4, 20), "reason": WHY, "basis": basis}
        extend(owed, **given, actor=office.person("Bon"), now=E2)
    for path in ("/", "/escalations"):
        assert not any("Chi bộ Thử chưa" in row for row in rows(house("Bon").get(path))), path


def test_the_administrator_reads_where_a_line_has_a_gap(house: House) -> None:
    assert "chưa có cấp trên" not in house("quantri").get("/administrator/").text
    with house.inside() as office, transaction():
        line = db.session.query(ReportingLine).filter_by(unit_id=office.units["CELL"].id).one()
        line.valid_to = E1.date()
    climb(house)
    page = house("quantri").get("/administrator/")
    assert shown(page, "Chi bộ Thử chưa có cấp trên, Tuyến đảng: 1 việc quá hạn chưa báo lên được")
    assert 'href="/administrator/units/CELL"' in page.text


def test_who_has_no_part_in_it_finds_nothing(house: House) -> None:
    pages = climb(house)
    for name in ("An", "Vy", "Ty"):
        visitor = house(name)
        assert visitor.get(pages[2]).status_code == 404
        assert visitor.post(pages[2] + "/answer", {"kind": "noted"}).status_code == 404
    assert house("Sau").post(pages[2] + "/answer", {"kind": "noted"}).status_code == 403
    assert house("Bon").get("/escalations/999999999999999999999").status_code == 404


def test_the_list_of_late_units(house: House) -> None:
    with house.inside() as office:
        office.cell_plan_in_force()
    with house.inside():
        sweep(LONG_AFTER)
    for name in ("Thu", "Vy", "Kiem"):
        page = house(name).get("/escalations/late/WARD")
        assert shown(page, "Chi bộ Thử"), name
        assert "commitment" not in page.text
    assert house("Bon").get("/escalations/late/WARD").status_code == 404
    assert shown(house("Vy").get("/notifications"), "Có danh sách đơn vị cấp dưới đang chậm")


def test_of_a_person_nothing_is_read_above_his_secretary(house: House) -> None:
    with house.inside() as office:
        office.cell_plan_in_force()
    with house.inside() as office:
        sweep(LONG_AFTER)
        mine = db.session.query(Escalation.id).filter(
            Escalation.task_id == commitment_of(office, "An").id
        )
        page = f"/escalations/{mine.one().id}"
    author = house("An")
    assert author.submit(page, page + "/reason", reason=WHY).status_code == 303
    secretary = house("Sau").get(page)
    assert shown(secretary, WHY)
    assert shown(secretary, "việc của An")
    for name in ("Chi", "Ba", "Bon", "Kiem", "Vy"):
        assert house(name).get(page).status_code == 404, name
    log = house("Kiem").get("/inspection/CELL/log")
    told = " ".join(re.sub("<[^>]+>", " ", log.get_data(as_text=True)).split())
    assert "Người viết nêu lý do việc của Chi bộ Thử quá hạn" in told
    assert "An nêu lý do" not in told


def test_the_same_for_programs(house: House) -> None:
    pages = climb(house)
    client = house.app.test_client()

    def send(name: str, path: str, **body: object):  # type: ignore[no-untyped-def]
        return client.post(f"/api/v1{path}", json=body, headers=house.bearer(name))

    assert send("Sau", pages[1] + "/reason", reason="bận").status_code == 422
    assert send("Sau", pages[1] + "/reason", reason=WHY).status_code == 200
    answered = send("Bon", pages[2] + "/answer", kind="settled", until="2026-04-10", note="Đã gọi.")
    assert (answered.status_code, answered.json["answer"]) == (200, "settled")
    assert send("Bon", pages[2] + "/answer", kind="forgiven").status_code == 422
    assert send("Ty", pages[2] + "/answer", kind="noted").status_code == 404
    listed = client.get("/api/v1/escalations", headers=house.bearer("Bon")).json["items"]
    assert ("CELL", "BASE", 2, "settled") in [
        (row["from"], row["to"], row["rung"], row["answer"]) for row in listed
    ]
