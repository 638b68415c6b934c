"""The register of numbers: gap-free, honest about what is left out or dated back, kept by the clerk."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader

from models import db, transaction
from models.event import AuditEvent
from models.register import CommitteeTerm, NumberEntry
from models.unit import Unit
from tests.cast import Office
from tests.support.house import House
from tests.support.visitor import form_in
from workflows import Refused, register
from workflows.history import unit_sentences
from workflows.lists import report_list
from workflows.trail import verify

pytestmark = pytest.mark.databases("sqlite")
MARCH = date(2026, 3, 2)


@pytest.fixture
def office(app: Flask):  # type: ignore[no-untyped-def]
    with app.app_context():
        yield Office()


def give(office: Office, symbol: str | None = None, day: date = MARCH, **more: object) -> str:
    given = {"subject": "Mời họp", "actor": office.person("Binh"), "now": office.now, **more}
    office.wait(minutes=1)
    with transaction():
        unit = office.units[str(given.pop("unit", "BASE"))]
        kind = str(given.pop("type", "TB"))
        return register.enter(unit, kind, symbol, dated_on=day, **given).symbol  # type: ignore[arg-type]


def refusal(office: Office, symbol: str, **more: object) -> str:
    with pytest.raises(Refused) as refused:
        give(office, symbol, **more)
    [reason] = refused.value.reasons
    assert (reason.rule, reason.place) == ("R27", "number")
    return reason.text % reason.params


def test_the_first_begins_anywhere_and_then_one_follows_the_other(office: Office) -> None:
    assert give(office, "7-TB/ĐU") == "07-TB/ĐU"  # an office starts in the middle of the year
    assert [give(office), give(office, "09-TB/ĐU"), give(office)] == [
        "08-TB/ĐU", "09-TB/ĐU", "10-TB/ĐU",
    ]  # fmt: skip
    assert give(office, type="CV") == "01-CV/ĐU"
    assert "bỏ trống 11-TB/ĐU … 13-TB/ĐU" in refusal(office, "14-TB/ĐU")
    taken = refusal(office, "09-TB/ĐU")
    assert "đã dùng" in taken
    assert "11-TB/ĐU" in taken
    assert "Cần ghi 11-TB/ĐU" in refusal(office, "11/TB-ĐU")
    assert give(office, "03-TB/ĐU") == "03-TB/ĐU"  # a paper from before the register was kept here
    assert verify(db.session()).whole


def test_an_act_takes_the_next_number_only(office: Office) -> None:
    give(office, "04-KH/CB", unit="CELL", type="KH")
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    for wrong, words in (
        ("06-KH/CB", "bỏ trống 05-KH/CB"),
        ("04-KH/CB", "đã dùng"),
        ("02-KH/CB", "bắt đầu từ số 04-KH/CB"),
    ):
        with pytest.raises(Refused) as refused:
            office.approve(plan, "Sau", number=wrong)
        assert words in refused.value.reasons[0].text % refused.value.reasons[0].params
    office.approve(plan, "Sau", number="5 - KH/CB")
    [line] = db.session.scalars(sa.select(NumberEntry).where(NumberEntry.document_id == plan.id))
    assert (line.symbol, line.n, line.dated_on, line.given_by) == (
        "05-KH/CB", 5, plan.dated_on, office.person("Sau"),
    )  # fmt: skip


def test_a_voided_number_keeps_its_reason_and_never_comes_back(office: Office) -> None:
    give(office, "01-TB/ĐU")
    base, clerk = office.units["BASE"], office.person("Binh")
    line = db.session.scalars(sa.select(NumberEntry)).one()
    for reason in ("", "nhầm"):
        with pytest.raises(Refused), transaction():
            register.void(line, reason, actor=clerk, now=office.now)
    with transaction():
        register.void(line, "Ghi nhầm loại văn bản.", actor=clerk, now=office.now)
    assert "đã hủy" in refusal(office, "01-TB/ĐU")
    with pytest.raises(Refused), transaction():
        register.void(line, "Hủy thêm một lần nữa.", actor=clerk, now=office.now)
    with transaction():  # a number nobody used is voided, so that none is left out
        register.void_unused(
            base, "TB", "02-TB/ĐU", day=MARCH, reason="Văn thư bỏ sót một số.", actor=clerk,
            now=office.now,
        )  # fmt: skip
    assert give(office) == "03-TB/ĐU"
    told = [str(line) for line in unit_sentences(base.id)]
    assert any("hủy một số" in sentence and "01-TB/ĐU" in sentence for sentence in told)
    actions = db.session.scalars(sa.select(AuditEvent.action).where(AuditEvent.unit_id == base.id))
    assert sorted(a for a in actions if a.startswith("number")) == [
        "number_given", "number_given", "number_voided", "number_voided",
    ]  # fmt: skip


def test_the_number_of_a_document_is_not_voided(office: Office) -> None:
    plan = office.cell_plan_in_force()
    line = db.session.scalars(sa.select(NumberEntry)).one()
    assert line.document == plan
    with pytest.raises(Refused, match="bãi bỏ văn bản"), transaction():
        register.void(line, "Không cần kế hoạch này.", actor=None, now=office.now)


def test_what_stands_in_the_book_is_flagged_and_accuses_nobody(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    with transaction():
        plan.recorded = True
    for symbol, day in (
        ("02-KH/CB", date(2026, 3, 9)),
        ("05-KH/CB", date(2026, 3, 6)),
        ("05-KH/CB", None),
        ("số năm", date(2026, 3, 7)),
    ):
        give(office, symbol, day, unit="CELL", type="KH", document=plan)  # type: ignore[arg-type]
    lines = {
        (line.entry.symbol, line.entry.again): line
        for line in register.entries(office.units["CELL"], "2026", "KH")
    }
    fifth = lines["05-KH/CB", 0]
    assert (list(fifth.missing), fifth.earlier_than) == ([3, 4], lines["02-KH/CB", 0].entry)
    assert lines["05-KH/CB", 1].again
    assert fifth.again
    assert not lines["02-KH/CB", 0].flagged
    assert lines["số năm", 0].entry.n == 0
    assert register.next_symbol(office.units["CELL"], "KH", MARCH) == "06-KH/CB"


def test_party_bodies_count_by_term_and_unions_by_year(office: Office) -> None:
    base, cell = office.units["BASE"], office.units["CELL"]
    give(office, "01-TB/ĐU", date(2025, 12, 30))
    give(office, "02-TB/ĐU", date(2026, 1, 5))  # without a term the year counts: two books
    give(office, "01-CV/ĐU", date(2025, 12, 30), type="CV")
    give(office, "01-CV/ĐU", date(2026, 1, 5), type="CV")  # the same number, in two years
    years = {"valid_from": date(2025, 7, 1), "valid_to": date(2030, 6, 30)}
    with transaction():
        _, stayed = register.set_term(
            base, label="2025 – 2030", **years, actor=None, now=office.now
        )
    assert stayed == 1
    assert register.period_on(base, MARCH) == "2025-2030"
    assert register.next_symbol(base, "TB", MARCH) == "03-TB/ĐU"
    assert register.period_on(base, date(2030, 7, 1)) == "2030"
    assert register.period_on(cell, MARCH) == "2026"
    assert {(v.type, v.period): v.count for v in register.volumes(base)} == {
        ("TB", "2025-2030"): 2, ("CV", "2025-2030"): 1, ("CV", "2026"): 1,
    }  # fmt: skip
    with pytest.raises(Refused, match="trùng với nhiệm kỳ"), transaction():
        register.set_term(
            base, label="2028 - 2033", valid_from=date(2028, 1, 1), actor=None, now=office.now
        )
    with transaction():
        office.units["CELL"].sector = "state"
    with pytest.raises(Refused, match="đánh số theo năm"), transaction():
        register.set_term(cell, label="2025 - 2030", **years, actor=None, now=office.now)


def test_an_advisory_body_counts_by_the_term_of_its_committee(office: Office) -> None:
    board: Unit = office.units["WARD-XDD"]
    give(office, "04-CV/BXDĐ", unit="WARD-XDD", type="CV")
    with transaction():
        register.set_term(
            office.units["WARD"], label="2025 - 2030", valid_from=date(2025, 7, 1), actor=None,
            now=office.now,
        )  # fmt: skip
    assert register.period_on(board, MARCH) == "2025-2030"
    assert register.next_symbol(board, "CV", MARCH) == "05-CV/BXDĐ"


# ---- the pages


def test_the_administrator_sets_terms_for_a_whole_tree(app: Flask) -> None:
    house = House(app)
    with house.inside() as office:
        office.cell_plan_in_force()
    administrator = house("quantri")
    here = "/administrator/units/PROVINCE/terms"
    form = administrator.form(here, here)
    given = {"label": "2025 - 2030", "valid_from": "01/07/2025", "valid_to": "30/06/2030"}
    assert administrator.send(form, **{**given, "valid_to": "01/06/2025"}).status_code == 422
    assert administrator.send(form, **given, below="1").status_code == 303
    assert administrator.send(form, **given).status_code == 422  # it is there already
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(CommitteeTerm.id))) == 4
        assert db.session.scalars(sa.select(NumberEntry.period)).all() == ["2025-2030"]
    change = administrator.get(here).text
    address = re.search(r"/administrator/units/PROVINCE/terms/\d+", change)
    assert address
    kept = administrator.form(address[0], address[0])
    assert kept.fields["label"] == "2025 - 2030"
    assert administrator.send(kept, label="2025 - 2031").status_code == 303
    assert house("Binh").get(here).status_code in (403, 404)


def test_the_clerk_enters_other_papers_and_voids_numbers(app: Flask) -> None:
    house = House(app)
    clerk = house("Binh")
    answer = clerk.send(
        clerk.form("/units/BASE/register/papers/new", "/units/BASE/register/papers"),
        type="TB", subject="Mời họp đảng ủy tháng 3", number="12/TB-ĐU", dated_on="02/03/2026",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Dùng 12-TB/ĐU" in answer.text
    answer = clerk.send(form_in(answer, "/units/BASE/register/papers"), take="number=12-TB/ĐU")
    assert answer.status_code == 200
    typed = form_in(answer, "/units/BASE/register/papers")
    assert (typed.fields["number"], typed.fields["subject"]) == (
        "12-TB/ĐU", "Mời họp đảng ủy tháng 3",
    )  # fmt: skip
    assert [clerk.send(typed).status_code for _ in range(2)] == [303, 303]  # a double click
    page = clerk.get("/units/BASE/register").text
    assert page.count('/void"') == 1
    assert "Mời họp đảng ủy tháng 3" in page
    address = re.search(r"/units/BASE/register/\d+/void", page)
    assert address
    form = clerk.form(address[0], address[0])
    assert clerk.send(form, reason="").status_code == 422
    assert clerk.send(form, reason="Cuộc họp không diễn ra.").status_code == 303
    assert "Cuộc họp không diễn ra." in clerk.get("/units/BASE/register").text
    book = "type=TB&period=2026"
    assert "Số đã hủy" in clerk.get(f"/units/BASE/register/book?{book}").text
    printed = clerk.get(f"/units/BASE/register/book.pdf?{book}")
    assert printed.headers["Content-Disposition"].startswith("attachment")
    [page] = PdfReader(BytesIO(printed.data)).pages
    assert page.mediabox.width > page.mediabox.height
    words = " ".join(page.extract_text().split())
    for told in (
        "Thông báo (TB), năm 2026",
        "12-TB/ĐU",
        "Mời họp đảng ủy tháng 3",
        "không diễn ra",
    ):
        assert told in words
    assert clerk.get("/units/BASE/register/book.pdf?type=TB&period=2025").status_code == 404


@pytest.mark.parametrize(
    ("name", "status"), [("Ba", 422), ("An", 404), ("Kiem", 404), ("quantri", 404)]
)
def test_the_register_is_kept_by_its_clerk(app: Flask, name: str, status: int) -> None:
    house = House(app)
    clerk, other = house("Binh"), house(name)
    form = clerk.form("/units/BASE/register/papers/new", "/units/BASE/register/papers")
    given = {**form.fields, "type": "TB", "subject": "Mời họp", "csrf_token": other.token}
    assert other.post("/units/BASE/register/papers", data=given).status_code == status
    assert other.get("/units/BASE/register").status_code == (200 if status == 422 else 404)


def test_the_desk_shows_what_waits(app: Flask) -> None:
    house = House(app)
    with house.inside() as office:
        office.cell_plan_in_force()
        plan = office.begin("plan", "Chi", "CELL")
        with transaction():
            plan.obligation = None
        office.act(plan, "submit", "Chi")
        office.act(plan, "review", "Dung")
    secretary = house("Sau")
    page = secretary.get("/units/CELL/register").text
    assert "Số dự kiến 03-KH/CB" in page
    printed = re.search(r"/units/CELL/register/\d+/printed", page)
    assert printed
    assert secretary.send(secretary.form("/units/CELL/register", printed[0])).status_code == 303
    page = secretary.get("/units/CELL/register").text
    assert printed[0] not in page
    filed = printed[0].replace("printed", "filed")
    assert secretary.send(secretary.form("/units/CELL/register", filed)).status_code == 303
    assert filed not in secretary.get("/units/CELL/register").text


def test_a_list_of_commitments_waits_at_the_clerk_who_receives_it(app: Flask) -> None:
    house = House(app)
    with house.inside() as office:
        office.cell_plan_in_force()
        commitment = office.begin("commitment", "An", "CELL")
        office.act(commitment, "submit", "An")
        office.act(commitment, "review", "Chi")
        office.approve(commitment, "Sau")
        office.wait(minutes=1)
        with transaction():
            seen = (commitment, commitment.revision, commitment.version)
            report_list(
                commitment.unit,
                commitment.campaign,
                [seen],
                actor=office.person("Sau"),
                now=office.now,
            )
    page = house("Binh").get("/units/BASE/register").text
    pile = page[page.index('id="to-receive"') : page.index('id="register"')]
    assert re.search(r'id="to-receive-title">Chờ tiếp nhận.*?1<', pile)
    assert "Tiếp nhận danh sách cam kết của Chi bộ Thử: 1 người" in pile


def test_a_basis_cited_wrongly_is_shown_right_and_taken_by_a_button(app: Flask) -> None:
    """G1 and G5 on the form: 20/KH-TU, Quy định 101-CT/TW; QĐi is a type."""
    house = House(app)
    drafter = house("Chi")
    form = drafter.form("/documents/new?kind=plan&unit=CELL", "/documents")
    cited = ("20/KH-TU", "Quy định 101-CT/TW", "08-QĐi/TW", "Kế hoạch 249/KH-QU")
    papers = {f"paper.{n}.number": number for n, number in enumerate(cited)}
    answer = drafter.send(form, **papers, check="numbers")
    assert answer.status_code == 200
    proposed = re.findall(r'name="take" value="([^"]+)"', answer.text)
    assert proposed == [
        "paper.0.number=20-KH/TU",
        "paper.1.number=Chỉ thị 101-CT/TW",
        "paper.3.number=Kế hoạch 249-KH/QU",
    ]
    answer = drafter.send(form_in(answer, "/documents"), take=proposed[0])
    fields = form_in(answer, "/documents").fields
    assert [fields[f"paper.{n}.number"] for n in range(4)] == ["20-KH/TU", *cited[1:]]
    assert drafter.send(form_in(answer, "/documents"), take="paper.9.number=x").status_code == 200


def test_the_form_of_an_approval_offers_the_right_number(app: Flask) -> None:
    house = House(app)
    plan = house.plan()
    secretary = house("Sau")
    address = f"/documents/{plan}/approval"
    form = secretary.form(f"{address}/new", address)
    answer = secretary.send(form, number="07/KH-CB", minutes="05-BB/CB")
    assert answer.status_code == 422
    assert 'value="number=07-KH/CB"' in answer.text
    answer = secretary.send(form_in(answer, address), take="number=07-KH/CB")
    assert answer.status_code == 200
    fields = form_in(answer, address).fields
    assert (fields["number"], fields["minutes"]) == ("07-KH/CB", "05-BB/CB")


def test_the_form_of_a_signed_paper_offers_the_right_form_of_its_number(app: Flask) -> None:
    """What stands on paper stays as it is; who only mistyped it takes the right form."""
    clerk, address = House(app)("Binh"), "/units/BASE/recorded"
    form = clerk.form(f"{address}/new?kind=plan&campaign=CD-2026", address)
    answer = clerk.send(form, number="20/KH-ĐU", check="numbers")
    assert answer.status_code == 200
    assert 'value="number=20-KH/ĐU"' in answer.text
    answer = clerk.send(form_in(answer, address), take="number=20-KH/ĐU")
    assert form_in(answer, address).fields["number"] == "20-KH/ĐU"
    assert 'name="take"' not in answer.text
