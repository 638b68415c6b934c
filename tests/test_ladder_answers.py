"""The late one says why, whoever heard answers; what each answer does to the next rung, and that none
touches anybody's document."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from models.base import db, transaction
from models.deadline import Deadline, Escalation, EscalationAnswer, LatenessReason
from models.event import AuditEvent
from models.notification import Notification
from models.task import Task
from tests.cast import Office
from tests.test_ladder_hearers import commitment_of, plan_of, told
from workflows import ladder
from workflows.calendar import WorkingCalendar
from workflows.ladder import answers, reasons, sweep
from workflows.ladder.answers import Answer
from workflows.ladder.asked import reason_of
from workflows.obligations import Basis
from workflows.refusal import Forbidden, Refused, Stale
from workflows.trail import verify

WHY = "Chi bộ vừa kiện toàn chi ủy, xin nộp chậm vài ngày."


def at(written: str) -> datetime:
    return datetime.fromisoformat(f"2026-{written}:00+07:00")


E1, E2, E3, E4 = (at(f"04-{day}T07:00") for day in ("01", "03", "09", "21"))


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with app.app_context():
        yield Office()
        assert verify(db.session()).whole


def rung(office: Office, number: int, task: Task | None = None) -> Escalation:
    task = task or plan_of(office, "CELL")
    return db.session.scalars(
        sa.select(Escalation).where(Escalation.task_id == task.id, Escalation.rung == number)
    ).one()


def fires(office: Office) -> datetime | None:
    db.session.expire_all()
    return (
        db.session.scalars(
            sa.select(Deadline).where(Deadline.task_id == plan_of(office, "CELL").id)
        )
        .one()
        .fires_at
    )


def answer(office: Office, number: int, who: str, when: datetime, **given: object) -> None:
    with transaction():
        answers.answer(rung(office, number), Answer(**given), actor=office.person(who), now=when)


def test_the_reason_travels_with_the_next_rungs(office: Office) -> None:
    sweep(E1)
    asked = sa.select(Notification.action).where(
        Notification.person_id == office.person("Sau").id, Notification.topic == "escalated"
    )
    assert set(db.session.scalars(asked)) == {"state_reason"}
    first = rung(office, 1)
    assert reasons.may_state(first, office.person("Sau"), E1)
    assert not reasons.may_state(first, office.person("Bon"), E1)
    for words in ("", "  bận  ", "x" * 1001):
        with pytest.raises(Refused), transaction():
            reasons.state(rung(office, 1), words, actor=office.person("Sau"), now=E1)
    with pytest.raises(Forbidden), transaction():
        reasons.state(rung(office, 1), WHY, actor=office.person("An"), now=E1)
    with transaction():
        reasons.state(rung(office, 1), WHY, actor=office.person("Sau"), now=E1)
    sweep(E2)
    second = rung(office, 2)
    kept = reason_of(second.deadline, second.deadline_version)
    assert (kept.text, kept.by.full_name) == (WHY, "Sau")
    with transaction():  # said again, the new words stand
        reasons.state(
            rung(office, 2), WHY + " Xong ngày 10/4.", actor=office.person("Dung"), now=E2
        )
    assert db.session.scalar(sa.select(LatenessReason.text)).endswith("10/4.")


def test_what_a_person_says_stands_in_no_event(office: Office) -> None:
    office.cell_plan_in_force()
    sweep(at("04-30T07:00"))
    task = commitment_of(office, "An")
    mine = rung(office, 1, task)
    with pytest.raises(Forbidden), transaction():
        reasons.state(mine, WHY, actor=office.person("Sau"), now=at("04-30T08:00"))
    with transaction():
        reasons.state(rung(office, 1, task), WHY, actor=office.person("An"), now=at("04-30T08:00"))
    event = db.session.scalars(
        sa.select(AuditEvent).where(AuditEvent.action == "reason_stated")
    ).one()
    assert "kiện toàn" not in str(event.payload.fields) + event.leaf.decode()


def test_no_deputy_answers_for_his_secretary(office: Office) -> None:
    office.cell_plan_in_force()
    sweep(at("04-30T07:00"))
    own, members = (commitment_of(office, name) for name in ("Sau", "An"))
    when = at("04-30T08:00")
    assert answers.right_to_answer(rung(office, 1, own), office.person("Dung"), when) is None
    assert answers.right_to_answer(rung(office, 2, own), office.person("Bon"), when) is not None
    for name in ("Sau", "Dung"):
        assert answers.right_to_answer(rung(office, 1, members), office.person(name), when), name


@pytest.mark.parametrize("kind", ["noted", "chased"])
def test_an_answer_holds_the_next_rung_once(office: Office, kind: str) -> None:
    sweep(E2)
    assert fires(office) == E3
    answer(office, 2, "Ba", at("04-06T10:00"), kind=kind, note="Sẽ gọi chi bộ.")
    # Four working days from E2 to E3, and so many from the day of the answer.
    assert fires(office) == at("04-10T07:00")
    answer(office, 2, "Bon", at("04-09T10:00"), kind=kind)
    assert fires(office) == at("04-10T07:00"), "once"
    sweep(at("04-10T07:00"))
    assert 3 in told(plan_of(office, "CELL")), "silence climbs on"
    assert fires(office) == at("04-22T07:00"), "the rungs keep their distance"
    assert rung(office, 2).answer == kind


def test_chasing_tells_the_late_one(office: Office) -> None:
    sweep(E2)
    day = date(9999, 12, 31)  # which only what is settled or extended names
    answer(office, 2, "Bon", at("04-03T09:00"), kind="chased", note="Nộp trước thứ Hai.", until=day)
    assert db.session.scalars(sa.select(EscalationAnswer.until)).all() == [None]
    chased = sa.select(Notification.person_id).where(Notification.action == "chased")
    people = {office.person(name).id for name in ("Chi", "Dung", "Sau")}
    assert set(db.session.scalars(chased)) == people


def test_what_is_settled_waits_until_its_day_is_over(office: Office) -> None:
    sweep(E2)
    for until in (None, date(2026, 4, 3), date(2027, 1, 1)):
        with pytest.raises(Refused):
            answer(office, 2, "Bon", at("04-03T09:00"), kind="settled", until=until)
    answer(office, 2, "Bon", at("04-03T09:00"), kind="settled", until=date(2026, 4, 17))
    with pytest.raises(Refused, match="một lần"):  # it does not wait for ever
        answer(office, 2, "Bon", at("04-07T09:00"), kind="settled", until=date(2026, 4, 29))
    assert fires(office) == at("04-20T07:00")
    sweep(at("04-17T23:59"))
    assert 3 not in told(plan_of(office, "CELL"))
    sweep(at("04-20T07:00"))
    assert 3 in told(plan_of(office, "CELL"))


def test_an_extension_begins_the_ladder_anew(office: Office) -> None:
    sweep(E2)
    due = date(2026, 4, 24)
    basis = Basis(None, "12-CV/ĐU", date(2026, 4, 2), "Đảng ủy Trường Thử")
    with pytest.raises(Forbidden):  # the advisory officer may answer, but not extend
        answer(
            office, 2, "Ba", at("04-03T09:00"), kind="extended", until=due, note=WHY, basis=basis
        )
    with pytest.raises(Refused):
        answer(office, 2, "Bon", at("04-03T09:00"), kind="extended", until=due, note=WHY)
    answer(office, 2, "Bon", at("04-03T09:00"), kind="extended", until=due, note=WHY, basis=basis)
    deadline = db.session.scalars(
        sa.select(Deadline).where(Deadline.task_id == plan_of(office, "CELL").id)
    ).one()
    assert (deadline.version, deadline.effective_due, deadline.rung) == (2, due, -2)
    again = date(2026, 5, 29)
    with pytest.raises(Stale):  # of a page that shows the old day
        answer(
            office, 2, "Bon", at("04-03T10:00"), kind="extended", until=again, note=WHY, basis=basis
        )
    sweep(E3)
    assert list(told(plan_of(office, "CELL"))) == [1, 2], "of the old day nothing climbs any more"
    with pytest.raises(Stale):
        answer(office, 2, "Bon", at("04-09T09:00"), kind="noted")
    sweep(at("04-28T07:00"))  # 27/4 is a day off
    rows = db.session.execute(
        sa.select(Escalation.deadline_version, Escalation.rung)
        .where(Escalation.deadline_id == deadline.id)
        .order_by(Escalation.id)
    ).all()
    assert [tuple(row) for row in rows][-1] == (2, 1)


def test_who_may_answer(office: Office) -> None:
    sweep(E3)
    at_noon = at("04-09T12:00")

    def may(number: int) -> set[str]:
        names = ("An", "Chi", "Sau", "Ba", "Bay", "Bon", "Binh", "Xuan", "Vy", "Kiem", "Ty")
        row = rung(office, number)
        return {n for n in names if answers.right_to_answer(row, office.person(n), at_noon)}

    assert may(1) == set(), "its own secretary is asked for the reason, not for an answer"
    assert may(2) == {"Ba", "Bay", "Bon"}
    assert may(3) == {"Xuan", "Vy"}
    with pytest.raises(Forbidden):
        answer(office, 3, "Bon", at_noon, kind="noted")
    with transaction():
        office.post("Sau", "BASE", "deputy", "Phó Bí thư")
    assert "Sau" not in may(2), "nobody answers for his own body's lateness"


def test_an_answer_touches_no_document_and_ends_with_the_obligation(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    sweep(E2)
    [task] = office.open_tasks(plan)
    before = (plan.state, plan.version, plan.revision)
    with transaction():
        answers.answer(rung(office, 2, task), Answer("noted"), actor=office.person("Bon"), now=E2)
    db.session.refresh(plan)
    assert (plan.state, plan.version, plan.revision) == before
    climbed = rung(office, 2, task)
    office.now = at("04-07T09:00")
    office.act(plan, "submit", "Chi")
    assert answers.right_to_answer(climbed, office.person("Bon"), E3) is not None
    office.act(plan, "review", "Dung")
    office.approve(plan, "Sau", number="01-KH/CB")
    office.act(plan, "report", "Sau")
    db.session.refresh(climbed)
    assert answers.right_to_answer(climbed, office.person("Bon"), E3) is None
    with pytest.raises(Forbidden), transaction():
        answers.answer(climbed, Answer("noted"), actor=office.person("Bon"), now=E3)
    assert db.session.scalar(sa.select(sa.func.count(EscalationAnswer.id))) == 1


def test_a_pause_does_not_count(office: Office) -> None:
    """Held at 08/04 with E3 one day ahead; gone on a week later, E3 comes a week later."""
    sweep(E2)
    calendar = WorkingCalendar.of(db.session())

    def deadline() -> Deadline:
        return db.session.scalars(
            sa.select(Deadline).where(Deadline.task_id == plan_of(office, "CELL").id)
        ).one()

    with transaction():
        ladder.pause(deadline(), at("04-08T09:00"))
    sweep(E3)
    assert 3 not in told(plan_of(office, "CELL"))
    with transaction():
        ladder.resume(deadline(), at("04-15T09:00"), calendar)
    assert fires(office) == at("04-16T07:00")
    sweep(at("04-16T07:00"))
    assert 3 in told(plan_of(office, "CELL"))


def test_a_campaign_has_a_ladder_of_its_own(office: Office) -> None:
    """Fewer rungs, other days: what the file says holds for what begins after it."""
    with transaction():
        office.campaign.ladder = [
            {"after": 2, "to": "secretary"},
            {"after": 4, "to": "superior"},
        ]
        task = plan_of(office, "CELL")
        deadline = db.session.scalars(sa.select(Deadline).where(Deadline.task_id == task.id)).one()
        ladder.restart(deadline, date(2026, 4, 24), office.now, WorkingCalendar.of(db.session()))
    sweep(at("06-30T07:00"))
    rows = db.session.execute(
        sa.select(Escalation.rung, Escalation.step).where(
            Escalation.deadline_id == deadline.id, Escalation.deadline_version == 2
        )
    ).all()
    assert [tuple(row) for row in rows] == [(1, "secretary"), (2, "superior")]
