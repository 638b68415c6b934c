"""Questions 5, 6, 9, 10 and 12 to 15 of an inspection: on the demo each finds what the domain plants
(§8), and nothing else; what is not there yet is put there; persons and texts keep to an inspection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

import clock
from models import db, transaction
from models.campaign import Campaign
from models.deadline import Escalation, EscalationAnswer
from models.document import Document, Revision
from models.dossier import ConclusionRequirement
from models.obligation import Obligation
from models.read import Reading
from models.recorded import Finding
from models.register import NumberEntry
from models.sitting import MonthlyReview, Sitting
from models.unit import Unit, unit_by_code
from tests.support.statements import counted
from tests.test_questions import (
    WARD_INSPECTOR,
    announced,
    numbered_out_of_order,
    person,
    told,
)
from tests.test_translations import TOKEN, enter
from views import present
from workflows.advice.likeness import ALIKE, grams_of, likeness
from workflows.calendar import local_day
from workflows.questions import Answer, Scope, Window, inspection_scope, q05_alike, questions
from workflows.questions.reckoned import Hit
from workflows.questions.texts import Section, cell_said

Found = set[tuple[str, str, str]]
SILENT = "3 bậc không ai trả lời"
# question → what is found, as (unit, number or author, in a phrase). C6's plan and C4's July climbed;
# so did what S03 and S06 handed in, which waits for a plan of their cells (R02).
PLANTED: dict[int, Found] = {
    5: {("C3", "Võ Thị Bản Sao", "giống 60%, máy gợi ý")},
    6: {
        ("C1", "Ngô Thị Trình Diễn", "chưa thấy việc cụ thể, máy gợi ý"),
        ("C4", "Mai Thị Hư Cấu", "chưa thấy việc cụ thể, máy gợi ý"),
        ("C5", "Dương Văn Bản Nháp", "chưa thấy việc cụ thể, máy gợi ý"),
    },
    9: {("C3", "", "1 đảng viên chưa được kiểm điểm"), ("C4", "", "không họp")},
    10: {("B1", "03-BC/ĐU", "không qua cơ quan tham mưu"), ("CDCS", "02/BC-CĐCS", "chậm 2 ngày")},
    12: set(),
    13: {
        (
            "PHUONG",
            "01-BC/ĐU",
            "Đề nghị cấp tỉnh khen 1 tập thể và 5 cá nhân, nhiều hơn 1 tập thể và 3 cá nhân.",
        )
    },
    14: {
        ("C6", "", SILENT),
        ("C4", "", SILENT),
        ("C4", "01-KH/CB", "1 bậc không ai trả lời"),  # late, and its ladder goes with the paper
    },
    15: set(),
}
PERSONAL = {5: {"C3": 1}, 6: {"C1": 1, "C4": 1, "C5": 1}, 9: {"C3": 1}, 14: {"C4": 1, "C6": 1}}
COUNTED = {14: {"C4": 1, "C6": 1}}  # how late persons are is only counted, wherever it is asked
PLAN = "Kế hoạch triển khai thực hiện"
TEXTS = (5, 6)  # answered within an open inspection alone


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    """The body of the test runs within a request, as what is said needs a language."""
    with app.test_request_context():
        yield


def everywhere(*, persons: bool = True) -> Scope:
    """Every unit of the demo, the union's too, which no one inspector reaches."""
    units = frozenset(db.session.scalars(sa.select(Unit.id)))
    return Scope(units, local_day(clock.now()), persons=persons)


def ask(n: int, scope: Scope | None = None, after: int = 0, limit: int = 100) -> Answer:
    return questions()[n].answer(scope or everywhere(), Window(limit, after))


def of(*codes: str) -> Scope:
    scope = everywhere()
    return scope.within(frozenset(unit_by_code(code).id for code in codes), None, None)


@pytest.mark.data("demo")
@pytest.mark.usefixtures("inside")
def test_every_planted_defect_is_found_and_nothing_else_is() -> None:
    for n, found in PLANTED.items():
        answer = ask(n)
        assert (n, told(answer.rows)) == (n, found)
        only = COUNTED.get(n, {})
        assert {unit.code: count for unit, count in answer.by_unit} == only
        total = len(found) + sum(only.values())
        assert (answer.tally.count, answer.tally.more) == (total, False)
        assert answer.looked_at is not None
        assert answer.looked_at >= len(found)
        assert all(row.evidence for row in answer.rows)
        nobody = ask(n, everywhere(persons=False))
        assert all(row.person is None for row in nobody.rows)
        named = {} if n in TEXTS else PERSONAL.get(n, {})
        assert {unit.code: count for unit, count in nobody.by_unit} == named
        assert nobody.tally.count == (0 if n in TEXTS else total)
        assert (nobody.note is not None) == (n in (*TEXTS, 13))


@pytest.mark.data("demo")
@pytest.mark.databases("sqlite")
@pytest.mark.usefixtures("inside")
def test_what_the_answers_say() -> None:
    [pair] = ask(5).rows
    assert pair.explained[-1].text.startswith("Cách viết gần giống một bản khác")
    assert {d.author.full_name for d in pair.opens or ()} == {"Đỗ Văn Giả Định", "Võ Thị Bản Sao"}
    general = {row.unit.code: row.cells for row in ask(6).rows}
    assert general["C4"]["phrases"] == "3, 4"
    assert present.value_words(general["C1"]["by"]) == "Hà Văn Kế Hoạch, Bí thư Chi bộ"
    may = next(row for row in ask(9).rows if row.unit.code == "C3").cells
    assert (may["month"], may["missed"]) == ("05/2026", "Đỗ Văn Giả Định")
    assert (may["due"], may["reviewed"]) == (5, 4)
    july = next(row for row in ask(9).rows if row.unit.code == "C4").cells
    assert (july["month"], july["meetings"]) == ("07/2026", "")
    reports = {row.unit.code: row.cells for row in ask(10).rows}
    assert reports["CDCS"]["due"] == date(2026, 10, 19)
    assert reports["CDCS"]["reported"] == date(2026, 10, 21)
    assert present.value_words(reports["B1"]["via"]).startswith("không qua Ban Xây dựng Đảng")
    sums = ask(12)
    assert {present.value_words(row.cells["own"]) for row in sums.apart} == {
        "từ 7 thành 5",
        "từ 18 thành 17",
    }
    assert all(row.explained for row in sums.apart)
    ladder = next(row for row in ask(14).rows if present.value_words(row.cells["what"]) == PLAN)
    days = [event.event.at for event in ladder.evidence if event.event is not None]
    assert [f"{local_day(at):%d/%m}" for at in days] == ["01/04", "03/04", "09/04", "21/04"]
    assert present.value_words(ladder.cells["reached"]) == "21/04/2026 Đảng bộ phường Minh Họa"


@pytest.mark.data("demo")
@pytest.mark.databases("sqlite")
@pytest.mark.usefixtures("inside")
def test_what_was_said_of_last_year_s_paper_is_no_part_of_the_answer() -> None:
    """One's own of the year before lies outside what the inspection covers: it is held beside, but
    what its cell said of it stays there."""
    [pair] = ask(5).rows
    ids = [document.id for document in pair.opens or ()]
    last, this = sorted(ids, key=lambda ident: bool(cell_said([ident])), reverse=True)
    assert cell_said([last])
    first, second = (Section(ident, pair.unit.id, 7, 1, 2026, ()) for ident in (last, this))
    [row] = q05_alike.shown(everywhere(), [Hit(1, pair.unit.id, True, (first, second, 60))])
    assert row.explained == cell_said([this]).get(this, ())
    shown = {piece.event.document_id for piece in row.evidence if piece.event is not None}
    assert shown == {this}  # who agreed to last year's is not told, wherever he decides today


@pytest.mark.data("demo")
@pytest.mark.databases("sqlite")
@pytest.mark.usefixtures("inside")
def test_the_number_of_statements_is_that_of_one_row() -> None:
    for n in PLANTED:
        counts = []
        for limit in (1, 100):
            db.session.rollback()
            scope = everywhere()
            with counted() as seen:
                ask(n, scope, limit=limit)
            counts.append(len(seen))
        assert counts[1] <= counts[0], n
        assert counts[1] <= 14, n
        pages, after = [], 0
        while after is not None:
            answer = ask(n, after=after, limit=1)
            pages += answer.rows
            after = answer.next
        assert [row.key for row in pages] == [row.key for row in ask(n).rows], n
        only = sum(COUNTED.get(n, {}).values())
        assert questions()[n].count(everywhere()).count == len(pages) + only


# ---- what the demo does not hold


@pytest.mark.data("demo")
@pytest.mark.databases("sqlite")
@pytest.mark.usefixtures("inside")
def test_a_number_of_a_paper_outside_the_system_is_asked_about_in_every_campaign() -> None:
    numbered_out_of_order()
    one_campaign = replace(of("C2"), campaign_id=db.session.scalars(sa.select(Campaign.id)).first())
    before = [row.key for row in ask(8, of("C2")).rows]
    db.session.execute(
        sa.update(NumberEntry)
        .where(NumberEntry.unit_id == unit_by_code("C2").id, NumberEntry.symbol == "03-KH/CB")
        .values(document_id=None)
    )
    assert len(before) == 1
    assert [row.key for row in ask(8, one_campaign).rows] == before


def report(unit: str, number: str) -> Document:
    query = sa.select(Document).where(
        Document.unit_id == unit_by_code(unit).id, Document.number == number
    )
    return db.session.scalars(query).one()


def write(document: Document, indicators: dict[str, int]) -> None:
    written = document.current.content
    content = {**written, "indicators": {**written["indicators"], **indicators}}
    with transaction() as session:
        session.execute(
            sa.update(Revision).where(Revision.document_id == document.id).values(content=content)
        )


@pytest.mark.data("demo")
@pytest.mark.databases("sqlite")
@pytest.mark.usefixtures("inside")
def test_a_sum_that_does_not_agree_and_one_that_cannot_yet() -> None:
    write(report("C3", "01-BC/CB"), {"I07": 9})  # B2 says 12, C4 6
    [row] = ask(12).rows
    assert (row.unit.code, row.cells["own"], row.cells["sum"]) == ("B2", 12, 15)
    assert row.beside is not None
    assert [present.value_words(line) for line in row.beside.right.lines] == [
        "Chi bộ Tổ Tự nhiên, 01-BC/CB: 9",
        "Chi bộ Tổ Xã hội - Hành chính, 01-BC/CB: 6",
    ]
    assert present.value_words(row.cells["indicator"]) == "Số cuộc sinh hoạt thường kỳ, chuyên đề"
    assert row.document is not None
    campaign = row.document.campaign
    whole = campaign.figures
    campaign.figures = [{**figure, "sum": figure["code"] != "I07"} for figure in whole]
    db.session.flush()
    assert ask(12).rows == []  # what is no sum is not added up
    campaign.figures = whole
    db.session.flush()
    write(report("C3", "01-BC/CB"), {"I07": 6})
    # B3 has not reported on the theme yet: more than the others' sum is nothing to say against.
    write(report("PHUONG", "02-BC/ĐU"), {"I07": 70})
    assert ask(12).rows == []
    write(report("PHUONG", "02-BC/ĐU"), {"I07": 49})
    [row] = ask(12).rows
    assert (row.cells["sum"], row.cells["missing"]) == (50, "Đảng bộ Trung tâm Y tế Minh Họa")


@pytest.mark.data("demo")
@pytest.mark.databases("sqlite")
@pytest.mark.usefixtures("inside")
def test_classification_and_awards_within_a_base() -> None:
    write(report("B1", "05-BC/ĐU"), {"I17a": 3, "I17b": 10})
    answer = ask(13, of("B1"))
    assert {row.told.rule for row in answer.rows} == {"Q20", "R26"}
    write(report("B1", "05-BC/ĐU"), {"I17a": 2, "I17b": 10})
    assert {row.told.rule for row in ask(13, of("B1")).rows} == {"R26"}


@pytest.mark.data("demo")
@pytest.mark.databases("sqlite")
@pytest.mark.usefixtures("inside")
def test_a_meeting_counts_once_its_minutes_are_confirmed() -> None:
    c2 = unit_by_code("C2")
    assert ask(9, of("C2")).rows == []
    june = sa.select(Sitting.id).where(
        Sitting.unit_id == c2.id, Sitting.held_on == date(2026, 6, 26)
    )
    with transaction() as session:
        session.execute(sa.update(Sitting).where(Sitting.id.in_(june)).values(confirmed_at=None))
    [row] = ask(9, of("C2")).rows
    assert (row.cells["month"], present.sentence(row.told)) == ("06/2026", "không họp")
    summer = of("C2").within(frozenset({c2.id}), date(2026, 7, 1), None)
    assert ask(9, summer).rows == []
    # Who was looked at in a second meeting of the month has been looked at.
    may = sa.select(MonthlyReview.id).where(MonthlyReview.month == date(2026, 5, 1))
    with transaction() as session:
        session.execute(
            sa.update(MonthlyReview).where(MonthlyReview.id.in_(may)).values(reviewed=True)
        )
    assert ask(9, of("C3")).rows == []


@pytest.mark.data("demo")
@pytest.mark.databases("sqlite")
@pytest.mark.usefixtures("inside")
def test_who_answered_and_what_climbed_nowhere() -> None:
    rung = db.session.scalars(
        sa.select(Escalation)
        .join(Escalation.from_unit)
        .where(Unit.code == "C6", Escalation.step == "superior", Escalation.rung == 2)
        .order_by(Escalation.id)
    ).first()
    assert rung is not None
    with transaction() as session:
        session.add(
            EscalationAnswer(
                escalation_id=rung.id,
                kind="chased",
                note="",
                at=rung.at + timedelta(days=1),
                by_id=person("bithu.b3").id,
                unit_id=rung.to_unit_id,
                event_id=rung.event_id,
            )
        )
    row = next(
        row for row in ask(14, of("C6")).rows if present.value_words(row.cells["what"]) == PLAN
    )
    assert row.cells["silent"] == 2
    assert present.value_words(row.cells["answers"]) == (
        "04/04/2026 Đảng bộ Trung tâm Y tế Minh Họa: đôn đốc"
    )
    with transaction() as session:
        rungs = sa.select(Escalation.id).where(Escalation.from_unit_id == unit_by_code("C6").id)
        session.execute(
            sa.delete(EscalationAnswer).where(EscalationAnswer.escalation_id.in_(rungs))
        )
        session.execute(sa.delete(Escalation).where(Escalation.id.in_(rungs)))
    found = {present.sentence(row.told) for row in ask(14, of("C6")).rows}
    assert found == {"quá hạn mà chưa báo lên đâu"}


@pytest.mark.data("demo")
@pytest.mark.databases("sqlite")
@pytest.mark.usefixtures("inside")
def test_what_a_conclusion_requires() -> None:
    made = announced()
    c4, now = unit_by_code("C4"), clock.now()
    requirement = db.session.scalars(sa.select(Obligation.requirement_id)).first()
    with transaction() as session:
        for n, (state, due) in enumerate(
            (("open", -3), ("open", 3), ("fulfilled", -9), ("fulfilled_late", -9)), 1
        ):
            day = local_day(now) + timedelta(days=due)
            owed = Obligation(
                requirement_id=requirement,
                unit_id=c4.id,
                person_id=person(f"s{n:02}").id,  # only so that the rows differ
                nominal_due=day,
                effective_due=day,
                state=state,
                fulfilled_at=now if state != "open" else None,
                created_at=now,
            )
            session.add(owed)
            session.flush()
            session.add(
                ConclusionRequirement(
                    inspection_id=made.id,
                    n=n,
                    unit_id=c4.id,
                    text=f"Việc {n}",
                    due_on=day,
                    created_at=now,
                    created_by_id=person(WARD_INSPECTOR).id,
                    obligation_id=owed.id,
                )
            )
    answer = ask(15)
    assert [(r.cells["text"], present.sentence(r.told)) for r in answer.rows] == [
        ("Việc 1", "chưa làm, quá hạn 3 ngày")
    ]
    assert [r.cells["text"] for r in answer.apart] == ["Việc 4"]
    assert answer.looked_at == 4
    assert ask(15, of("C5")).rows == []


# ---- likeness


S04 = "Phụ đạo 2 buổi một tuần cho 6 học sinh yếu môn Toán lớp 10A2, soạn 4 tiết dạy"
S05 = "Phụ đạo 2 buổi một tuần cho 5 học sinh yếu môn Vật lý lớp 10A3, soạn 4 tiết dạy"
STOCK = "Hoàn thành tốt chức trách nhiệm vụ được giao."


def test_how_alike_two_texts_are() -> None:
    def alike(one: str, other: str) -> int:
        return likeness(grams_of([one]), grams_of([other]))

    assert alike(S04, S04) == 100
    assert alike(S04, S04.upper().replace("ỤY", "UỴ")) == 100
    assert 0 < alike(S04, S05) < 100
    assert alike(S04, "Giảm 15% giấy in và 10% tiền điện của phòng so với năm 2025") == 0
    # Only a stock phrase in common is nothing in common.
    assert alike(f"{STOCK} {S04}", f"{STOCK} Số hóa 1.200 hồ sơ lưu trữ của văn phòng") < ALIKE
    assert alike(STOCK, STOCK) == 0


# ---- two texts side by side


@pytest.mark.data("demo")
@pytest.mark.databases("sqlite")
def test_a_pair_opens_with_a_reason_within_the_inspection(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        made = announced()
        [row] = ask(5, inspection_scope(made, person(WARD_INSPECTOR), clock.now())).rows
        one, other = (document.id for document in row.opens or ())
        elsewhere = db.session.scalars(
            sa.select(Document.id)
            .join(Document.unit)
            .where(Unit.code == "C1", Document.kind == "commitment")
        ).first()
        number = made.id
    pair = f"/inspection/inspections/{number}/pair?one={one}&other={other}"
    enter(client, WARD_INSPECTOR)
    page = client.get(f"/inspection/questions/5?inspection={number}").text
    assert f"pair?one={one}&amp;other={other}" in page
    assert "học sinh yếu" not in page
    asked = client.get(pair)
    assert asked.status_code == 200
    assert "học sinh yếu" not in asked.text
    for wrong in (f"one={one}&other={one}", f"one={one}&other={elsewhere}", "one=x", ""):
        assert client.get(f"/inspection/inspections/{number}/pair?{wrong}").status_code == 404
    token = TOKEN.search(asked.text)
    assert token is not None
    short = client.post(pair, data={"csrf_token": token[1], "reason": "xem"})
    assert short.status_code == 422
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Reading.id))) == 0
    opened = client.post(
        pair, data={"csrf_token": token[1], "reason": "Đối chiếu hai bản giống nhau"}
    )
    assert opened.status_code == 303
    shown = client.get(opened.location)
    assert shown.text.count("học sinh yếu môn Toán") >= 1
    assert "máy gợi ý, chưa kết luận" in shown.text.lower()
    with app.app_context():
        read = set(db.session.scalars(sa.select(Reading.document_id)))
        assert read == {one, other}
    for login in ("kiemtra.tinh", "bithu.c3", "s04"):
        guest = app.test_client()
        enter(guest, login)
        assert guest.get(opened.location).status_code == 404, login
        assert guest.get(pair).status_code == 404, login
    author = app.test_client()
    enter(author, "s04")
    own = author.get(f"/documents/{one}").text
    assert re.search("Đối chiếu hai bản giống nhau", own)


@pytest.mark.data("demo")
@pytest.mark.databases("sqlite")
@pytest.mark.usefixtures("inside")
def test_a_finding_of_the_rule_is_what_question_ten_reads() -> None:
    with transaction() as session:
        session.execute(sa.delete(Finding).where(Finding.rule == "R18"))
    assert told(ask(10).rows) == {("CDCS", "02/BC-CĐCS", "chậm 2 ngày")}
    plans = replace(everywhere(), kinds=frozenset({"plan"}))
    assert ask(10, plans).rows == []
