"""Waiving and extending: who may, on what ground, and what follows."""

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from models.base import db, transaction
from models.deadline import Deadline, Escalation
from models.event import AuditEvent
from models.notification import Notification
from models.obligation import Obligation
from models.post import Delegation, Post
from models.relief import Relief
from models.task import Task
from tests.cast import Office
from workflows import history, ladder, obligations
from workflows.calendar import local_day
from workflows.obligations import Basis
from workflows.refusal import Forbidden, Refused, Stale
from workflows.trail import verify

LETTER = Basis(number="11-CV/ĐU", dated_on=date(2026, 3, 2), issuer="Đảng ủy Trường Thử")
WHY = "Cả chi bộ đi tập huấn ba tuần."
APRIL = date(2026, 4, 15)


@pytest.fixture
def office(app: Flask):
    with app.app_context():
        yield Office()
        db.session.remove()


def waive(office: Office, owed: Obligation, name: str, **more):
    given = {"reason": WHY, "basis": LETTER, **more}
    with transaction():
        return obligations.waive(owed, actor=office.person(name), now=office.now, **given)


def extend(office: Office, owed: Obligation, name: str, **more):
    given = {"new_due": APRIL, "reason": WHY, "basis": LETTER, **more}
    with transaction():
        return obligations.extend(owed, actor=office.person(name), now=office.now, **given)


def post_of(office: Office, name: str) -> Post:
    mine = sa.select(Post).where(Post.person_id == office.person(name).id)
    return db.session.scalars(mine).one()


def clock(owed: Obligation) -> Deadline:
    db.session.expire_all()
    return db.session.scalars(
        sa.select(Deadline).join(Task).where(Task.obligation_id == owed.id)
    ).one()


def events(action: str) -> list[dict]:
    rows = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == action))
    return [{**json.loads(row.leaf), "log": row.unit.code} for row in rows]


def rungs(owed: Obligation) -> list[tuple[int, int]]:
    rows = db.session.execute(
        sa.select(Escalation.deadline_version, Escalation.rung)
        .join(Task, Escalation.task_id == Task.id)
        .where(Task.obligation_id == owed.id, Escalation.rung >= 1)
        .order_by(Escalation.id)
    )
    return [(version, rung) for version, rung in rows]


def sweep_until(office: Office, day: date) -> None:
    while local_day(office.now) <= day:
        ladder.sweep(office.now)
        office.wait(days=1)


def test_the_superior_waives_what_a_unit_owes(office: Office) -> None:
    owed = office.obligation("O-PLAN", "CELL")
    relief = waive(office, owed, "Bon")
    assert owed.state == "waived"
    assert clock(owed).closed_at == office.now
    assert db.session.get(Task, clock(owed).task_id).closed_at == office.now
    assert (relief.kind, relief.unit.code, relief.post.role) == ("waiver", "BASE", "secretary")
    assert (relief.old_due, relief.new_due) == (date(2026, 3, 31), None)
    told = events("obligation_waived")
    assert [(one["log"], one["of_unit"], one["requirement"]) for one in told] == [
        ("BASE", "CELL", "O-PLAN")
    ]
    sweep_until(office, date(2026, 4, 30))
    assert rungs(owed) == []
    assert verify(db.session()).whole


def test_an_extension_keeps_the_first_day_and_the_ladder_begins_anew(office: Office) -> None:
    owed = office.obligation("O-PLAN", "CELL")
    sweep_until(office, date(2026, 4, 3))
    before = rungs(owed)
    assert before
    assert {version for version, _ in before} == {1}
    extend(office, owed, "Bon", new_due=date(2026, 4, 18))  # a Saturday
    assert (owed.nominal_due, owed.extended_to) == (date(2026, 3, 31), date(2026, 4, 18))
    assert owed.effective_due == date(2026, 4, 20)
    assert clock(owed).version == 2
    assert clock(owed).effective_due == date(2026, 4, 20)
    sweep_until(office, date(2026, 4, 20))
    assert rungs(owed) == before
    sweep_until(office, date(2026, 4, 23))
    assert [one for one in rungs(owed) if one[0] == 2]
    assert verify(db.session()).whole


def test_in_time_means_until_the_new_day(office: Office) -> None:
    owed = office.obligation("O-PLAN", "CELL")
    extend(office, owed, "Bon")
    office.now += timedelta(days=40)  # 11/04
    plan = office.cell_plan_in_force()
    assert plan.obligation.id == owed.id
    office.act(plan, "report", "Sau")
    assert owed.state == "fulfilled"


@pytest.mark.databases("sqlite")
def test_it_is_told_in_a_sentence_and_to_those_who_owe(office: Office) -> None:
    owed = office.obligation("O-PLAN", "CELL")
    extend(office, owed, "Bon")
    lines = [str(line) for line in history.unit_sentences(office.units["BASE"].id)]
    assert lines[0].startswith(
        "Bon, Bí thư, gia hạn cho Chi bộ Thử một việc phải nộp, O-PLAN: từ 31/03/2026 đến 15/04/2026"
    )
    assert "căn cứ 11-CV/ĐU, Đảng ủy Trường Thử" in lines[0]
    told = set(
        db.session.scalars(sa.select(Notification.person_id).where(Notification.action == "extend"))
    )
    assert told == {office.person(name).id for name in ("Sau", "Dung", "Chi")}


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("name", ["Sau", "Dung", "An", "Ba", "Binh", "Vy", "Kiem", "Ty"])
def test_nobody_else_may(office: Office, name: str) -> None:
    """Not who owes, no peer, no clerk or advisor above, and nobody two levels up."""
    owed = office.obligation("O-PLAN", "CELL")
    with pytest.raises(Forbidden):
        waive(office, owed, name)
    with pytest.raises(Forbidden):
        extend(office, owed, name)
    assert owed.state == "open"
    assert db.session.scalar(sa.select(sa.func.count(Relief.id))) == 0


@pytest.mark.databases("sqlite")
def test_never_for_a_unit_in_which_one_holds_a_post(office: Office) -> None:
    with transaction():
        office.post("Bon", "CELL", "committee")
    owed = office.obligation("O-PLAN", "CELL")
    with pytest.raises(Forbidden):
        waive(office, owed, "Bon")
    waive(office, owed, "Bay")  # the deputy stands in
    assert owed.state == "waived"


def test_where_nobody_is_left_the_next_above_decides(office: Office) -> None:
    with transaction() as session:
        for name in ("Bon", "Bay"):
            session.delete(post_of(office, name))
    owed = office.obligation("O-PLAN", "CELL")
    relief = waive(office, owed, "Vy")
    assert relief.unit.code == "WARD"


@pytest.mark.databases("sqlite")
def test_at_the_top_nobody_is_above(office: Office) -> None:
    owed = office.obligation("O-PLAN", "PROVINCE")
    with pytest.raises(Forbidden, match="không còn ai ở cấp trên"):
        waive(office, owed, "Ty")


def test_a_members_by_his_secretary_and_the_secretarys_by_one_level_up(office: Office) -> None:
    office.cell_plan_in_force()
    mine, his = (office.obligation("O-COMMIT", "CELL", name) for name in ("An", "Sau"))
    for name in ("An", "Dung", "Bon"):
        with pytest.raises(Forbidden):
            waive(office, mine, name)
    waive(office, mine, "Sau")
    for name in ("Sau", "Dung", "Vy"):
        with pytest.raises(Forbidden):
            extend(office, his, name)
    extend(office, his, "Bon", new_due=date(2026, 5, 4))
    assert [one["log"] for one in events("obligation_waived")] == ["CELL"]
    assert [one["log"] for one in events("obligation_extended")] == ["BASE"]


def test_of_a_person_neither_name_nor_reason_is_told_in_the_log(office: Office) -> None:
    office.cell_plan_in_force()
    waive(
        office, office.obligation("O-COMMIT", "CELL", "An"), "Sau", reason="Đang điều trị dài ngày."
    )
    line = history.unit_sentences(office.units["CELL"].id)[0]
    assert "miễn" in str(line)
    assert "An" not in str(line).replace("Sau", "").split()
    assert line.quote is None


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"reason": "ngắn"}, "reason"),
        ({"reason": " . " * 9}, "reason"),
        ({"basis": Basis()}, "basis_number"),
        ({"basis": Basis(number="11-CV/ĐU", issuer="Đảng ủy")}, "basis_number"),
        ({"basis": Basis(number="1", dated_on=date(2026, 3, 3), issuer="X")}, "basis_dated_on"),
    ],
)
def test_without_reason_or_basis_nothing_is_granted(office: Office, given, place) -> None:
    owed = office.obligation("O-PLAN", "CELL")
    for act in (waive, extend):
        with pytest.raises(Refused) as refused:
            act(office, owed, "Bon", **given)
        assert place in [reason.place for reason in refused.value.reasons]
    assert (owed.state, owed.effective_due) == ("open", date(2026, 3, 31))


def test_a_paper_of_the_house_is_a_basis_once_it_is_issued(office: Office) -> None:
    owed = office.obligation("O-PLAN", "CELL")
    draft = office.begin("plan", "Ba", "BASE")
    with pytest.raises(Refused):
        waive(office, owed, "Bon", basis=Basis(document=draft))
    office.act(draft, "submit", "Ba")
    office.act(draft, "review", "Bay")
    office.approve(draft, "Bon", number="03-KH/ĐU")
    relief = waive(office, owed, "Bon", basis=Basis(document=draft))
    assert relief.basis_document_id == draft.id


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("day", ["2026-03-31", "2026-03-01", "2027-12-31"])
def test_a_new_day_is_later_and_not_in_another_age(office: Office, day: str) -> None:
    with pytest.raises(Refused) as refused:
        extend(office, office.obligation("O-PLAN", "CELL"), "Bon", new_due=date.fromisoformat(day))
    assert refused.value.reasons[0].place == "new_due"


def test_what_is_done_is_neither_waived_nor_extended(office: Office) -> None:
    owed = office.obligation("O-PLAN", "CELL")
    waive(office, owed, "Bon")
    for act in (waive, extend):
        with pytest.raises(Stale):
            act(office, owed, "Bon")


def test_a_draft_that_was_begun_lies_without_a_clock(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    waive(office, plan.obligation, "Bon")
    (task,) = office.open_tasks(plan)
    deadline = db.session.scalars(sa.select(Deadline).where(Deadline.task_id == task.id)).one()
    assert deadline.fires_at is None
    assert deadline.paused_at == office.now


def test_a_draft_that_was_begun_waits_until_the_new_day(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    extend(office, plan.obligation, "Bon")
    (task,) = office.open_tasks(plan)
    deadline = db.session.scalars(sa.select(Deadline).where(Deadline.task_id == task.id)).one()
    assert (deadline.version, deadline.effective_due) == (2, APRIL)


def test_a_delegate_of_the_secretary_above_may(office: Office) -> None:
    with transaction() as session:
        session.add(
            Delegation(
                post=post_of(office, "Bon"),
                person=office.person("Bay"),
                valid_from=date(2026, 3, 1),
                valid_to=date(2026, 12, 31),
                created_at=office.now,
            )
        )
    relief = waive(office, office.obligation("O-PLAN", "CELL"), "Bay")
    assert (relief.by_id, relief.post.role) == (office.person("Bay").id, "secretary")
    assert relief.delegation is not None
    assert events("obligation_waived")[0]["log"] == "BASE"
