"""What is overdue stays overdue until it is met: its ladder goes with the paper, each rung once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from models.base import db, transaction
from models.deadline import Deadline, Escalation
from models.document import Document
from models.obligation import Obligation
from tests.cast import Office
from tests.support.house import House
from tests.support.visitor import says
from tests.test_ladder_answers import E2, E3, E4, at
from workflows import obligations
from workflows.calendar import end_of_day
from workflows.ladder import answers, sweep
from workflows.obligations import Basis
from workflows.trail import verify

MARCH = date(2026, 3, 31)
LETTER = Basis(number="11-CV/ĐU", dated_on=date(2026, 3, 2), issuer="Đảng ủy Trường Thử")
GIVEN = {"reason": "Cả chi bộ đi tập huấn ba tuần.", "basis": LETTER}


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with app.app_context():
        yield Office()
        assert verify(db.session()).whole


def told(owed: Obligation) -> list[tuple[int, int, bool]]:
    """Each rung climbed for the body or person that owes: (version, rung, whether it stands open)."""
    db.session.expire_all()
    rows = db.session.scalars(
        sa.select(Escalation)
        .where(Escalation.from_unit_id == owed.unit_id, Escalation.rung > 0)
        .order_by(Escalation.id)
    )
    return [
        (e.deadline_version, e.rung, e.task.closed_at is None)
        for e in rows
        if e.task.person_id == owed.person_id
        and (e.task.obligation_id == owed.id or e.task.document_id is not None)
        and (e.task.document is None or e.task.document.obligation_id == owed.id)
    ]


def waiting(office: Office, paper: Document) -> tuple[str, date, int, datetime | None]:
    """What a paper waits for: act, last good day, the rung it is on, when the next one fires."""
    db.session.expire_all()
    [task] = office.open_tasks(paper)
    deadline = db.session.scalars(sa.select(Deadline).where(Deadline.task_id == task.id)).one()
    assert task.due_at == end_of_day(deadline.effective_due)
    return task.action, deadline.effective_due, deadline.rung, deadline.fires_at


def test_a_draft_begun_late_silences_nobody(office: Office) -> None:
    owed = office.obligation("O-PLAN", "CELL")
    assert owed is not None
    office.now = E2
    sweep(E2)
    plan = office.begin("plan", "Chi", "CELL")
    assert waiting(office, plan) == ("submit", MARCH, 2, E3)
    assert told(owed) == [(1, 1, True), (1, 2, True)]
    second = db.session.scalars(sa.select(Escalation).where(Escalation.rung == 2)).all()
    [mine] = [e for e in second if e.task.document_id == plan.id]
    assert answers.right_to_answer(mine, office.person("Bon"), office.now) is not None
    office.act(plan, "submit", "Chi")
    sweep(E3)
    assert waiting(office, plan) == ("review", MARCH, 3, E4)
    office.now = at("04-10T09:00")
    office.act(plan, "return", "Dung", reason="Bổ sung chỉ tiêu.", reason_code="OTHER")
    office.act(plan, "withdraw", "Sau", reason="Viết lại từ đầu.")
    assert [rung for _, rung, is_open in told(owed) if is_open] == [1, 2, 3]
    plan = office.cell_plan_in_force()
    assert waiting(office, plan) == ("report", MARCH, 3, E4)
    sweep(E4)
    sweep(at("04-22T07:00"))
    assert told(owed) == [(1, rung, True) for rung in (1, 2, 3, 4)]
    office.act(plan, "report", "Sau")
    assert (owed.state, waiting(office, plan)[0]) == ("fulfilled_late", "review")
    assert waiting(office, plan)[1] > MARCH, "the base has days of its own"
    assert told(owed) == [(1, rung, False) for rung in (1, 2, 3, 4)]


def test_a_new_day_counts_for_the_paper_wherever_it_is_and_a_waiver_ends_it(
    office: Office,
) -> None:
    owed = office.obligation("O-PLAN", "CELL")
    assert owed is not None
    plan = office.begin("plan", "Chi", "CELL")
    office.now = E2
    sweep(E2)
    office.act(plan, "submit", "Chi")
    with transaction():
        obligations.extend(
            owed, new_due=date(2026, 4, 8), actor=office.person("Bon"), now=office.now, **GIVEN
        )
    assert waiting(office, plan)[:3] == ("review", date(2026, 4, 8), -1)
    for day in ("09", "10", "13"):
        sweep(at(f"04-{day}T07:00"))
    assert [one[:2] for one in told(owed)] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    office.now = at("04-13T09:00")
    with transaction():
        obligations.waive(owed, actor=office.person("Bon"), now=office.now, **GIVEN)
    assert waiting(office, plan)[:3] == ("review", date(2026, 4, 20), -1)
    [task] = office.open_tasks(plan)
    assert {
        e.deadline.version
        for e in db.session.scalars(sa.select(Escalation))
        if e.task_id == task.id
    } == {3}


def test_what_a_member_owes_is_not_his_lateness_while_his_cell_has_it(office: Office) -> None:
    office.cell_plan_in_force()
    owed = office.obligation("O-COMMIT", "CELL", "An")
    assert owed is not None
    mine = office.begin("commitment", "An", "CELL")
    day = owed.effective_due
    office.now = at("04-07T09:00")
    sweep(office.now)
    assert told(owed) == [(1, 1, True)]
    office.act(mine, "submit", "An")
    assert (waiting(office, mine)[0], waiting(office, mine)[1] > day) == ("review", True)
    assert told(owed) == [(1, 1, False)]
    office.act(mine, "return", "Dung", reason="Ghi rõ việc làm.", reason_code="OTHER")
    assert waiting(office, mine)[:2] == ("submit", day)
    sweep(at("04-30T07:00"))
    assert told(owed) == [(1, 1, True)], "he is not told of twice, and nobody above hears"


def test_an_amendment_answers_no_day_while_what_it_amends_can(office: Office) -> None:
    plan = office.cell_plan_in_force()
    office.now = E2
    sweep(E2)
    office.act(plan, "amend", "Chi", reason="Bổ sung một việc mới.")
    [new] = db.session.scalars(sa.select(Document).where(Document.amends_id == plan.id))
    assert waiting(office, new)[1] > MARCH
    assert waiting(office, plan)[1] < MARCH, "the report has days of its own"
    office.act(new, "submit", "Chi")
    office.act(new, "review", "Dung")
    office.approve(new, "Sau", number="03-KH/CB")
    assert waiting(office, new)[:2] == ("report", MARCH), "what it amended is no more"


def test_what_is_revoked_leaves_the_missed_day_to_its_amendment(office: Office) -> None:
    owed = office.obligation("O-PLAN", "CELL")
    assert owed is not None
    office.now = E2
    sweep(E2)
    plan = office.cell_plan_in_force()
    assert waiting(office, plan) == ("report", MARCH, 2, E3)
    new = office.act(plan, "amend", "Chi", reason="Bổ sung một việc mới.")
    office.act(plan, "revoke", "Sau", reason="Sai thể thức.", decision="12-QĐ/ĐU, 03/04/2026")
    assert waiting(office, new) == ("submit", MARCH, 2, E3), "nobody is given days by a revocation"
    assert told(owed) == [(1, 1, True), (1, 2, True)]


@pytest.mark.databases("sqlite")
def test_the_page_says_how_late_it_is_and_an_amendment_no_day(app: Flask) -> None:
    house = House(app)
    with house.inside() as office:
        office.now = at("04-21T09:00")
        sweep(office.now)
        plan = office.begin("plan", "Chi", "CELL")
        paper = plan.id
        late = db.session.scalars(
            sa.select(Escalation.id).where(
                Escalation.task_id == office.open_tasks(plan)[0].id, Escalation.rung == 2
            )
        ).one()
    page = house("Chi").get(f"/documents/{paper}")
    assert says(page, "quá 15 ngày làm việc")
    assert says(page, "31/03/2026, quá 15 ngày làm việc")
    assert says(page, "trình 21/04 thì chậm nhất")
    above = house("Bon")
    assert says(above.get(f"/escalations/{late}"), "chưa báo cáo kế hoạch năm (hạn 31/03/2026)")
    assert not says(above.get(f"/escalations/{late}"), "Việc này đã xong")
    assert says(above.get("/"), "chưa báo cáo kế hoạch năm (hạn 31/03/2026)")
    with house.inside() as office:
        plan = db.session.get_one(Document, paper)
        office.act(plan, "submit", "Chi")
        office.act(plan, "review", "Dung")
        office.approve(plan, "Sau", number="02-KH/CB")
        office.act(plan, "amend", "Chi", reason="Bổ sung một việc mới.")
        [new] = db.session.scalars(sa.select(Document.id).where(Document.amends_id == paper))
    assert not says(house("Chi").get(f"/documents/{new}"), "Hạn báo cáo")
