"""What is owed: its conditions, what meets it, and whose it is when people and units move."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from models.base import db, transaction
from models.campaign import Requirement
from models.deadline import Deadline
from models.document import Document
from models.obligation import Obligation
from models.person import Membership, Person
from models.sitting import MonthlyReview
from models.task import Task
from models.unit import Level, ReportingLine, Unit
from tests.cast import EPOCH, TODAY, Office
from tests.support.house import House
from tests.support.visitor import says
from workflows import day, obligations, organisation, sittings
from workflows.calendar import PUBLIC, end_of_day, local_day
from workflows.obligations import condition, in_condition, soon_until
from workflows.organisation import closing, moving
from workflows.trail import verify

MARCH_31 = date(2026, 3, 31)


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with app.app_context():
        yield Office()
        db.session.remove()


def owed_by(name: str, code: str = "O-COMMIT") -> list[Obligation]:
    db.session.expire_all()
    return list(
        db.session.scalars(
            sa.select(Obligation)
            .join(Requirement)
            .join(Person, Obligation.person_id == Person.id)
            .where(Requirement.code == code, Person.full_name == name)
            .order_by(Obligation.id)
        )
    )


def open_tasks(owed: Obligation) -> list[Task]:
    waiting = sa.select(Task).where(Task.obligation_id == owed.id, Task.closed_at.is_(None))
    return list(db.session.scalars(waiting))


# -- conditions


@pytest.mark.parametrize(
    ("today", "name"),
    [
        (date(2026, 3, 23), "open"),  # six working days before
        (date(2026, 3, 24), "due_soon"),  # five
        (MARCH_31, "due_soon"),
        (date(2026, 4, 1), "overdue"),
    ],
)
def test_open_due_soon_overdue_are_made_by_the_day(office: Office, today: date, name: str) -> None:
    owed = office.obligation("O-PLAN", "CELL")
    soon = soon_until(today, PUBLIC)
    assert condition(owed, today, soon) == name
    for asked in ("open", "due_soon", "overdue"):
        found = db.session.scalar(
            sa.select(Obligation.id).where(
                Obligation.id == owed.id, in_condition(asked, today, soon)
            )
        )
        assert (found is not None) == (asked in (name, "open"))


@pytest.mark.parametrize(("days", "state"), [(0, "fulfilled"), (40, "fulfilled_late")])
def test_the_first_report_of_the_issuer_meets_it(office: Office, days: int, state: str) -> None:
    plan = office.cell_plan_in_force()
    office.wait(days=days)
    office.act(plan, "report", "Sau")
    today = local_day(office.now)
    assert condition(plan.obligation, today, soon_until(today, PUBLIC)) == state
    assert plan.obligation.fulfilled_at == office.now


# -- a month's review


@pytest.fixture
def march(office: Office) -> Obligation:
    """The cell owes the review of March."""
    with transaction():
        office.units["CELL"].meets = True
        asked = Requirement(
            campaign=office.campaign,
            code="O-MONTH-03",
            kind="review",
            label_vi="Kiểm điểm tháng 3",
            label_en="Review of March",
            levels=["cell"],
            period_from=date(2026, 3, 1),
            period_to=MARCH_31,
            due={"kind": "by_end_of_month", "date": "2026-03-31"},
        )
        db.session.add(asked)
        db.session.flush()
        obligations.owe(asked, office.units["CELL"], None, since=TODAY, now=EPOCH)
    owed = office.obligation("O-MONTH-03", "CELL")
    assert owed is not None
    return owed


def meet(office: Office, *, reviewed: bool = True):
    """A meeting of the cell, whose minutes wait to be confirmed by Dung."""
    person = office.person
    with transaction():
        sitting = sittings.open_sitting(
            office.units["CELL"],
            held_on=local_day(office.now),
            actor=person("Sau"),
            now=office.now,
        )
        sittings.attend(
            sitting,
            chair_id=person("Sau").id,
            minute_taker_id=person("Dung").id,
            actor=person("Sau"),
            now=office.now,
        )
    with transaction():
        for row in sitting.reviews:
            sittings.review(
                sitting, row.person_id, reviewed=reviewed, actor=person("Sau"), now=office.now
            )
    with transaction():
        sittings.close(sitting, version=sitting.version, actor=person("Sau"), now=office.now)
    return sitting


def confirm(office: Office, sitting) -> None:
    office.wait(minutes=1)
    with transaction():
        sittings.confirm(
            sitting,
            how="minute_taker",
            version=sitting.version,
            actor=office.person("Dung"),
            now=office.now,
        )


def test_confirmed_minutes_of_that_month_meet_the_review(office: Office, march) -> None:
    sitting = meet(office)
    assert march.state == "open"
    confirm(office, sitting)
    assert (march.state, march.fulfilled_at) == ("fulfilled", office.now)
    assert open_tasks(march) == []
    assert verify(db.session()).whole


def test_minutes_confirmed_after_the_last_good_day_meet_it_late(office: Office, march) -> None:
    office.now += timedelta(days=29)  # 31/03
    sitting = meet(office)
    office.now += timedelta(days=1)
    confirm(office, sitting)
    assert march.state == "fulfilled_late"


@pytest.mark.databases("sqlite")
def test_a_meeting_that_reviewed_nobody_does_not_meet_it(office: Office, march) -> None:
    confirm(office, meet(office, reviewed=False))
    assert march.state == "open"
    assert open_tasks(march)


@pytest.mark.databases("sqlite")
def test_a_meeting_of_another_month_does_not_meet_it(office: Office, march) -> None:
    office.now += timedelta(days=31)  # 02/04
    confirm(office, meet(office))
    assert march.state == "open"


@pytest.mark.databases("sqlite")
def test_a_second_meeting_of_the_month_changes_nothing(office: Office, march) -> None:
    confirm(office, meet(office))
    at = march.fulfilled_at
    office.wait(days=1)
    confirm(office, meet(office))
    assert march.fulfilled_at == at
    assert db.session.scalar(sa.select(sa.func.count(MonthlyReview.id))) > 0


# -- people


def newcomer(office: Office, name: str = "Moi", unit: str = "CELL", **more) -> Membership:
    given = {"standing": "full", "valid_from": local_day(office.now), **more}
    with transaction() as session:
        return organisation.join(
            session,
            person=office.person(name),
            unit=office.units[unit],
            actor=None,
            now=office.now,
            **given,
        )


def test_who_joins_owes_fifteen_working_days_from_that_day(office: Office) -> None:
    office.cell_plan_in_force()
    office.now += timedelta(days=14)  # 16/03
    newcomer(office)
    (owed,) = owed_by("Moi")
    assert (owed.counted_from, owed.effective_due) == (date(2026, 3, 16), date(2026, 4, 6))
    assert [task.person_id for task in open_tasks(owed)] == [office.person("Moi").id]


def test_before_the_plan_is_in_force_who_joins_owes_with_the_others(office: Office) -> None:
    newcomer(office)
    assert owed_by("Moi") == []
    office.cell_plan_in_force()
    (owed,) = owed_by("Moi")
    assert owed.counted_from == TODAY


def test_who_joins_tomorrow_owes_from_tomorrow(office: Office) -> None:
    office.cell_plan_in_force()
    day.begin(office.now)
    newcomer(office, valid_from=TODAY + timedelta(days=1))
    assert owed_by("Moi") == []
    office.wait(days=1)
    day.begin(office.now)
    (owed,) = owed_by("Moi")
    assert owed.counted_from == TODAY + timedelta(days=1)
    day.begin(office.now)
    assert len(owed_by("Moi")) == 1


@pytest.mark.databases("sqlite")
def test_a_fixed_day_that_is_past_is_not_asked_of_who_joins(office: Office) -> None:
    with transaction():
        for code, month in (("O-HALF-P", "2026-03"), ("O-YEAR-P", "2026-12")):
            db.session.add(
                Requirement(
                    campaign=office.campaign,
                    code=code,
                    kind="report",
                    label_vi=code,
                    label_en=code,
                    levels=["cell"],
                    owes="member",
                    due={"kind": "by_end_of_month", "month": month},
                )
            )
    office.now += timedelta(days=60)
    newcomer(office)
    assert owed_by("Moi", "O-HALF-P") == []
    assert len(owed_by("Moi", "O-YEAR-P")) == 1


@pytest.mark.databases("sqlite")
def test_with_its_first_non_member_a_unit_owes_a_plan_for_them(office: Office) -> None:
    """R05: nothing while all are members; once when somebody who is none joins, however many come."""
    with transaction():
        asked = Requirement(
            campaign=office.campaign,
            code="O-NPLAN",
            kind="plan",
            variant="unit",
            label_vi="O-NPLAN",
            label_en="O-NPLAN",
            levels=["cell"],
            owes="unit_with_non_members",
            due={"kind": "year_end", "date": "2026-12-31"},
        )
        db.session.add(asked)

    def owing() -> list[tuple[str, int | None]]:
        rows = sa.select(Unit.code, Obligation.person_id).join(Obligation.unit)
        return [(*row,) for row in db.session.execute(rows.where(Obligation.requirement == asked))]

    newcomer(office)
    assert owing() == []
    newcomer(office, "Le", standing="non_member")
    newcomer(office, "Ba", standing="non_member")
    assert owing() == [("CELL", None)]


def test_who_leaves_owes_nothing_more_and_his_history_stays(office: Office) -> None:
    office.cell_plan_in_force()
    with transaction() as session:
        moving.depart(
            session,
            person=office.person("An"),
            last_day=TODAY - timedelta(days=1),
            decision="QĐ 15-QĐ/ĐU",
            actor=None,
            now=office.now,
        )
    (owed,) = owed_by("An")
    assert owed.state == "waived"
    (relief,) = obligations.reliefs_of(owed)
    assert (relief.kind, relief.basis_number, relief.unit_id) == ("waiver", "QĐ 15-QĐ/ĐU", None)
    assert open_tasks(owed) == []
    assert verify(db.session()).whole


def second_cell(office: Office) -> Unit:
    level = db.session.scalars(sa.select(Level).where(Level.code == "cell")).one()
    with transaction():
        office._unit("CELL2", "Chi bộ Hai", "Chi bộ Hai", "CB", level, "BASE")
    return office.units["CELL2"]


def test_who_moves_owes_nothing_again_by_the_plan_of_his_new_cell(office: Office) -> None:
    other = second_cell(office)
    office.cell_plan_in_force()
    membership = db.session.scalars(
        sa.select(Membership).where(Membership.person_id == office.person("An").id)
    ).one()
    with transaction() as session:
        (done,) = owed_by("An")
        done.state, done.fulfilled_at = "fulfilled", office.now
        moving.transfer(
            session, membership=membership, to=other, day=TODAY, actor=None, now=office.now
        )
    newcomer(office, "Moi", "CELL2")
    with transaction() as session:
        plan = session.scalars(sa.select(Document).where(Document.unit.has(code="CELL"))).one()
        plan.unit = other  # as if it were the plan of the other cell, in force from now
        session.flush()
        created = obligations.follow_plan(plan, office.now)
        assert [owed.person.full_name for owed in created if owed.person] == ["Moi"]
    assert [owed.state for owed in owed_by("An")] == ["fulfilled"]


def test_who_comes_with_a_commitment_is_not_asked_to_begin_one(office: Office) -> None:
    """R02: his old cell had no plan and so nothing was owed; the new one has."""
    second_cell(office)
    newcomer(office, "Moi", "CELL2")
    mine = office.begin("commitment", "Moi", "CELL2")
    office.cell_plan_in_force()
    membership = db.session.scalars(
        sa.select(Membership).where(Membership.person_id == office.person("Moi").id)
    ).one()
    with transaction() as session:
        cell, day = office.units["CELL"], TODAY + timedelta(days=1)
        office.wait(days=1)
        moving.transfer(
            session, membership=membership, to=cell, day=day, actor=None, now=office.now
        )
    (owed,) = owed_by("Moi")
    assert (mine.obligation, mine.unit, open_tasks(owed)) == (owed, cell, [])
    [task] = office.open_tasks(mine)
    assert task.due_at == end_of_day(owed.effective_due)


def test_who_moves_takes_what_he_owes_along_and_owes_nothing_twice(office: Office) -> None:
    other = second_cell(office)
    office.cell_plan_in_force()
    (before,) = owed_by("An")
    due = before.effective_due
    membership = db.session.scalars(
        sa.select(Membership).where(Membership.person_id == office.person("An").id)
    ).one()
    with transaction() as session:
        moving.transfer(
            session, membership=membership, to=other, day=TODAY, actor=None, now=office.now
        )
    (owed,) = owed_by("An")
    assert (owed.id, owed.unit_id, owed.state) == (before.id, other.id, "open")
    assert owed.effective_due == due
    (task,) = open_tasks(owed)
    assert task.unit_id == other.id


def test_who_is_exempt_owes_nothing_until_that_ends(office: Office) -> None:
    office.cell_plan_in_force()
    membership = db.session.scalars(
        sa.select(Membership).where(Membership.person_id == office.person("An").id)
    ).one()

    def make(exempt: bool) -> Obligation:
        with transaction() as session:
            organisation.set_exempt(
                session, membership=membership, exempt=exempt, actor=None, now=office.now
            )
        (owed,) = owed_by("An")
        return owed

    assert make(True).state == "waived"
    office.now += timedelta(days=14)
    owed = make(False)
    assert (owed.state, owed.counted_from) == ("open", date(2026, 3, 16))
    assert len(open_tasks(owed)) == 1
    assert len(obligations.reliefs_of(owed)) == 1
    # What was begun meanwhile is the answer: nobody is asked to begin it again.
    mine = office.begin("commitment", "An", "CELL")
    assert make(True).state == "waived"
    assert make(False).state == "open"
    assert open_tasks(owed) == []
    [task] = office.open_tasks(mine)
    assert (task.action, task.due_at) == ("submit", end_of_day(owed.effective_due))
    # And what was handed in meanwhile is not owed any more.
    assert make(True).state == "waived"
    office.act(mine, "submit", "An")
    office.act(mine, "review", "Chi")
    office.approve(mine, "Sau")
    office.act(mine, "report", "Sau")
    assert make(False).state == "fulfilled"
    assert open_tasks(owed) == []
    assert verify(db.session()).whole


def test_what_somebody_above_waived_does_not_come_back(office: Office) -> None:
    office.cell_plan_in_force()
    (owed,) = owed_by("An")
    with transaction():
        obligations.waive(
            owed,
            reason="Điều trị dài ngày ở xa.",
            basis=obligations.Basis(number="1", dated_on=TODAY, issuer="Bệnh viện"),
            actor=office.person("Sau"),
            now=office.now,
        )
    membership = db.session.scalars(
        sa.select(Membership).where(Membership.person_id == office.person("An").id)
    ).one()
    for exempt in (True, False):
        with transaction() as session:
            organisation.set_exempt(
                session, membership=membership, exempt=exempt, actor=None, now=office.now
            )
    (same,) = owed_by("An")
    assert same.state == "waived"


# -- units


def test_a_unit_that_comes_later_owes_what_is_still_to_come(office: Office) -> None:
    level = db.session.scalars(sa.select(Level).where(Level.code == "base")).one()
    office.now += timedelta(days=31)  # 02/04: the plan was due on 31/03, the report is on 07/04
    with transaction() as session:
        unit = organisation.create_unit(
            session,
            code="NEW",
            name="Đảng bộ Mới",
            body="Đảng ủy Mới",
            symbol="ĐU",
            level=level,
            superior=office.units["WARD"],
            actor=None,
            now=office.now,
        )
    codes = db.session.scalars(
        sa.select(Requirement.code)
        .join(Obligation, Obligation.requirement_id == Requirement.id)
        .where(Obligation.unit_id == unit.id)
    )
    assert list(codes) == ["O-QUARTER-1"]
    assert db.session.scalars(
        sa.select(ReportingLine).where(ReportingLine.unit_id == unit.id)
    ).one()


@pytest.mark.databases("sqlite")
def test_a_new_name_changes_nothing_that_is_owed(office: Office) -> None:
    owed = office.obligation("O-PLAN", "CELL")
    with transaction() as session:
        organisation.rename_unit(
            session,
            unit=office.units["CELL"],
            name="Chi bộ Đổi tên",
            day=TODAY,
            actor=None,
            now=office.now,
        )
    same = office.obligation("O-PLAN", "CELL")
    assert (same.id, same.state, same.effective_due) == (owed.id, "open", MARCH_31)


def test_what_a_unit_owes_that_closes_tomorrow_is_its_heirs(office: Office) -> None:
    """Merged with effect of tomorrow, overdue today: it goes over with its day and its rungs."""
    heir = second_cell(office)
    office.now += timedelta(days=30)  # 01/04, one day late
    owed = office.obligation("O-PLAN", "CELL")
    clock = db.session.scalars(
        sa.select(Deadline).join(Task).where(Task.obligation_id == owed.id)
    ).one()
    before = (clock.version, clock.rung, clock.effective_due)
    today = local_day(office.now)
    with transaction() as session:
        closing.close_unit(
            session,
            unit=office.units["CELL"],
            kind="merge",
            decision="QĐ 9-QĐ/ĐU",
            effective_on=today + timedelta(days=1),
            plan=closing.Plan(successors=(heir,)),
            actor=None,
            now=office.now,
        )
    assert owed.unit_id == office.units["CELL"].id
    office.wait(days=1)
    day.begin(office.now)
    db.session.expire_all()
    assert (owed.unit_id, owed.state, owed.effective_due) == (heir.id, "open", MARCH_31)
    assert (clock.version, clock.rung, clock.effective_due) == before
    assert clock.unit_id == heir.id
    assert verify(db.session()).whole


@pytest.mark.databases("sqlite")
def test_the_desk_says_both_days_and_leads_a_review_to_the_meeting(app: Flask) -> None:
    house = House(app)
    with house.inside() as office, transaction():
        office.units["CELL"].meets = True
        for code, kind, due in (
            ("O-MONTH-03", "review", {"kind": "by_end_of_month", "date": "2026-03-31"}),
            ("O-STUDY", "report", {"kind": "date", "date": "2026-04-11"}),
        ):
            asked = Requirement(
                campaign=office.campaign,
                code=code,
                kind=kind,
                label_vi=f"Việc {code}",
                label_en=code,
                levels=["cell"],
                due=due,
            )
            db.session.add(asked)
            db.session.flush()
            obligations.owe(asked, office.units["CELL"], None, since=TODAY, now=EPOCH)
    desk = house("Sau").get("/")
    assert says(desk, "hạn ghi 11/04/2026 (Thứ Bảy)")
    assert "/units/CELL/sittings" in desk.text
    assert says(desk, "Việc O-MONTH-03")
    assert "kind=review" not in desk.text
    assert "O-MONTH-03" not in house("Sau").get("/documents/new").text
