"""To whom each rung goes: the bodies and posts of that day, each person once, nobody past his
secretary for what he owes himself."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from models.base import db, transaction
from models.campaign import Campaign, Requirement
from models.deadline import Deadline, Escalation
from models.notification import Notification
from models.obligation import Obligation
from models.person import Absence, Person
from models.post import Delegation, Post
from models.task import Task
from models.unit import ReportingLine, Unit
from tests.cast import EPOCH, Office
from workflows.calendar import at_seven
from workflows.ladder import gaps, sweep
from workflows.obligations import open_campaign
from workflows.trail import verify

FIRST = datetime.fromisoformat("2026-04-01T07:00:00+07:00")
SECOND = datetime.fromisoformat("2026-04-03T07:00:00+07:00")
LONG_AFTER = datetime.fromisoformat("2026-06-30T07:00:00+07:00")


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with app.app_context():
        yield Office()
        assert verify(db.session()).whole


def plan_of(office: Office, code: str) -> Task:
    return db.session.scalars(
        sa.select(Task)
        .join(Obligation, Task.obligation_id == Obligation.id)
        .where(
            Obligation.unit_id == office.units[code].id,
            Obligation.person_id.is_(None),
            Task.action == "create",
        )
        .order_by(Task.id)
        .limit(1)
    ).one()


def told(task: Task) -> dict[int, tuple[str, set[str]]]:
    """{rung: (the body, the people who were told)} of a task, since it was late."""
    found = {}
    for row in db.session.scalars(
        sa.select(Escalation)
        .where(Escalation.task_id == task.id, Escalation.rung > 0)
        .order_by(Escalation.id)
    ):
        names = sa.select(Person.full_name).join(Notification, Notification.person_id == Person.id)
        people = db.session.scalars(names.where(Notification.event_id == row.event_id))
        found[row.rung] = row.to_unit.code, set(people)
    assert list(found) == sorted(found), "in order"
    return found


def end(office: Office, code: str, *names: str) -> None:
    with transaction():
        for post in db.session.scalars(
            sa.select(Post).where(Post.unit_id == office.units[code].id)
        ):
            if post.person.full_name in names:
                post.ended_at = office.now


def test_each_rung_reaches_its_body_by_its_people(office: Office) -> None:
    sweep(LONG_AFTER)
    assert told(plan_of(office, "CELL")) == {
        1: ("CELL", {"Chi", "Dung", "Sau"}),
        2: ("BASE", {"Ba", "Bay", "Bon"}),
        3: ("WARD", {"Xuan", "Vinh", "Vy", "Thu"}),
        4: ("WARD", {"Vy", "Thu"}),
    }


def test_after_days_away_the_rungs_are_climbed_in_order_and_once(office: Office) -> None:
    sweep(LONG_AFTER)
    rows = db.session.execute(
        sa.select(Escalation.deadline_id, Escalation.rung).order_by(Escalation.id)
    ).all()
    assert len(rows) == len(set(rows))
    mine = [rung for ident, rung in rows if ident == rows[0][0]]
    assert mine == sorted(mine)
    # A reminder that it will soon be due would not be true any more.
    assert min(rung for _, rung in rows) == 1
    assert sweep(LONG_AFTER) == 0


def test_where_nobody_is_left_the_office_hears_then_the_next_above(office: Office) -> None:
    end(office, "BASE", "Ba", "Bay", "Bon")
    sweep(SECOND)
    assert told(plan_of(office, "CELL"))[2] == ("BASE", {"Binh"})
    end(office, "BASE", "Binh")
    task = plan_of(office, "CELL")
    with transaction():
        db.session.execute(
            sa.update(Deadline)
            .where(Deadline.task_id == task.id)
            .values(rung=1, version=2, fires_at=SECOND)
        )
    sweep(SECOND)
    rows = db.session.scalars(
        sa.select(Escalation).where(Escalation.task_id == task.id, Escalation.deadline_version == 2)
    ).all()
    assert [row.to_unit.code for row in rows] == ["WARD"]


def lend(office: Office, post: Post, name: str, *kinds: str, **more: object) -> None:
    given = {"valid_from": date(2026, 3, 1), "valid_to": date(2026, 12, 31), "created_at": EPOCH}
    db.session.add(
        Delegation(post=post, person=office.person(name), kinds=list(kinds), **given | more)
    )


def test_who_acts_for_an_absent_secretary_hears_in_his_place(office: Office) -> None:
    with transaction():
        posts = {post.person.full_name: post for post in db.session.scalars(sa.select(Post))}
        away = {"valid_from": date(2026, 3, 1), "valid_to": date(2026, 12, 31)}
        for name in ("Sau", "Ty"):
            db.session.add(Absence(person=office.person(name), **away))
        lend(office, posts["Sau"], "An", "plan")
        lend(office, posts["Sau"], "Le", "report")
        lend(office, posts["Bon"], "Minh")
        lend(office, posts["Bon"], "Ty")  # is away himself
        lend(office, posts["Bon"], "Nga", actions=["approve"])
        lend(office, posts["Bon"], "Sau")  # has known since the first rung
        lend(office, posts["Vy"], "Oanh", valid_to=date(2026, 4, 1))
    sweep(LONG_AFTER)
    heard = told(plan_of(office, "CELL"))
    assert heard[1][1] == {"Chi", "Dung", "Sau", "An"}
    assert heard[2][1] == {"Ba", "Bay", "Bon", "Minh"}
    assert heard[3][1] == {"Xuan", "Vinh", "Vy", "Thu"}


def test_a_delegate_reads_of_no_person_s_lateness_above_his_secretary(office: Office) -> None:
    office.cell_plan_in_force()
    with transaction():
        posts = {post.person.full_name: post for post in db.session.scalars(sa.select(Post))}
        lend(office, posts["Sau"], "Le")
        lend(office, posts["Bon"], "Minh")
    sweep(LONG_AFTER)
    assert told(commitment_of(office, "An")) == {1: ("CELL", {"An", "Sau", "Le"})}


def test_a_ladder_whose_line_has_a_gap_waits_and_goes_on(office: Office) -> None:
    cell = office.units["CELL"]
    with transaction():
        line = db.session.scalars(
            sa.select(ReportingLine).where(ReportingLine.unit_id == cell.id)
        ).one()
        line.valid_to = date(2026, 4, 2)
    task = plan_of(office, "CELL")
    for morning in ("04-01", "04-03", "04-06"):
        sweep(at_seven(date.fromisoformat(f"2026-{morning}")))
    assert list(told(task)) == [1]
    monday = at_seven(date(2026, 4, 6))
    assert [(gap.unit.code, gap.line, gap.number) for gap in gaps.waiting(monday)] == [
        ("CELL", "party", 1)
    ]
    with transaction():
        db.session.add(
            ReportingLine(
                unit=cell, superior=office.units["BASE"], line="party", valid_from=date(2026, 4, 7)
            )
        )
    tuesday = at_seven(date(2026, 4, 7))
    for instant in (tuesday - timedelta(minutes=1), tuesday, tuesday, tuesday + timedelta(hours=2)):
        sweep(instant)
    assert {rung: body for rung, (body, _) in told(task).items()} == {1: "CELL", 2: "BASE"}
    assert gaps.waiting(tuesday) == []
    deadline = db.session.scalars(sa.select(Deadline).where(Deadline.task_id == task.id)).one()
    assert deadline.fires_at == at_seven(date(2026, 4, 13))  # as far from E2 as ever
    sweep(LONG_AFTER)
    assert list(told(task)) == [1, 2, 3, 4]
    assert told(plan_of(office, "PROVINCE")) == {1: ("PROVINCE", {"Ty", "Toan"})}
    assert gaps.waiting(LONG_AFTER) == []


def test_the_union_line_climbs_by_its_own_chain(office: Office) -> None:
    """Base union → ward's union → province's; the party's committee of the same place hears nothing."""
    union = {"U-BASE": "ward", "U-WARD": "ward", "U-PROV": "province"}
    with transaction():
        for code, level in union.items():
            unit = Unit(
                code=code,
                name=f"Công đoàn {code}",
                body="Ban Chấp hành",
                symbol="CĐ",
                level=office.units["WARD" if level == "ward" else "PROVINCE"].level,
                place="Thử",
                sector="union",
            )
            office.units[code] = unit
            db.session.add(unit)
            db.session.flush()
            office.post(f"Chủ tịch {code}", code, "secretary")
        for low, high, line in (
            ("U-BASE", "U-WARD", "union"),
            ("U-WARD", "U-PROV", "union"),
            ("U-BASE", "BASE", "party"),
            ("U-WARD", "WARD", "party"),
            ("U-PROV", "PROVINCE", "party"),
        ):
            db.session.add(
                ReportingLine(unit=office.units[low], superior=office.units[high], line=line)
            )
        campaign = Campaign(
            code="CDCS-2026",
            title="Công đoàn học tập và làm theo",
            directive="05-CT/TW",
            year=2026,
            theme="Nói đi đôi với làm",
            congress="XIV",
            line="union",
            unit=office.units["U-PROV"],
        )
        campaign.requirements = [
            Requirement(
                code="O-UNION",
                kind="plan",
                label_vi="Kế hoạch công đoàn",
                label_en="Plan of the union",
                levels=["ward"],
                deciding=2,
                due={"kind": "by_end_of_month", "date": "2026-03-31"},
            )
        ]
        db.session.add(campaign)
        db.session.flush()
        open_campaign(campaign, EPOCH)
    owed = sorted(
        db.session.scalars(
            sa.select(Unit.code)
            .join(Obligation, Obligation.unit_id == Unit.id)
            .join(Requirement)
            .where(Requirement.code == "O-UNION")
        )
    )
    assert owed == ["U-BASE", "U-WARD"]
    sweep(LONG_AFTER)
    assert told(plan_of(office, "U-BASE")) == {
        1: ("U-BASE", {"Chủ tịch U-BASE"}),
        2: ("U-WARD", {"Chủ tịch U-WARD"}),
        3: ("U-PROV", {"Chủ tịch U-PROV"}),
        4: ("U-PROV", {"Chủ tịch U-PROV"}),
    }
    assert told(plan_of(office, "U-WARD")) == {
        1: ("U-WARD", {"Chủ tịch U-WARD"}),
        2: ("U-PROV", {"Chủ tịch U-PROV"}),
    }


def test_a_person_with_two_posts_in_one_ladder_is_told_once(office: Office) -> None:
    with transaction():
        office.post("Sau", "BASE", "deputy", "Phó Bí thư")
        office.post("Sau", "WARD", "advisor", "Cán bộ")
    sweep(LONG_AFTER)
    heard = told(plan_of(office, "CELL"))
    assert [rung for rung, (_, people) in heard.items() if "Sau" in people] == [1]
    assert heard[2][1] == {"Ba", "Bay", "Bon"}


def test_to_who_was_superior_on_that_day(office: Office) -> None:
    cell, ward = office.units["CELL"], office.units["WARD"]
    with transaction():
        line = db.session.scalars(
            sa.select(ReportingLine).where(ReportingLine.unit_id == cell.id)
        ).one()
        line.valid_to = date(2026, 4, 2)
        db.session.add(
            ReportingLine(unit=cell, superior=ward, line="party", valid_from=date(2026, 4, 3))
        )
    sweep(LONG_AFTER)
    assert [body for body, _ in told(plan_of(office, "CELL")).values()] == [
        "CELL",
        "WARD",
        "PROVINCE",
        "PROVINCE",
    ]


def test_a_line_that_turns_back_ends_the_ladder(office: Office) -> None:
    with transaction():
        db.session.add(
            ReportingLine(
                unit=office.units["PROVINCE"], superior=office.units["CELL"], line="party"
            )
        )
    sweep(LONG_AFTER)
    assert list(told(plan_of(office, "WARD"))) == [1, 2, 3, 4]  # PROVINCE, then CELL
    assert [body for body, _ in told(plan_of(office, "BASE")).values()][-1] == "PROVINCE"


def test_the_top_unit_hears_of_its_own_and_there_it_ends(office: Office) -> None:
    sweep(LONG_AFTER)
    assert [body for body, _ in told(plan_of(office, "PROVINCE")).values()] == ["PROVINCE"]
    assert [body for body, _ in told(plan_of(office, "WARD")).values()] == ["WARD", "PROVINCE"]
    left = sa.select(sa.func.count()).where(
        Deadline.closed_at.is_(None), Deadline.fires_at.is_not(None)
    )
    assert db.session.scalar(left) == 0


def commitment_of(office: Office, name: str) -> Task:
    return db.session.scalars(
        sa.select(Task)
        .join(Obligation, Task.obligation_id == Obligation.id)
        .where(Obligation.person_id == office.people[name].id)
    ).one()


def test_a_persons_lateness_stops_at_his_secretary(office: Office) -> None:
    office.cell_plan_in_force()
    sweep(LONG_AFTER)
    assert told(commitment_of(office, "An")) == {1: ("CELL", {"An", "Sau"})}


def test_the_secretary_s_own_goes_one_level_up_and_ends(office: Office) -> None:
    office.cell_plan_in_force()
    sweep(LONG_AFTER)
    assert told(commitment_of(office, "Sau")) == {
        1: ("CELL", {"Sau", "Dung"}),
        2: ("BASE", {"Bon"}),
    }


def test_without_a_secretary_the_deputy_hears(office: Office) -> None:
    office.cell_plan_in_force()
    end(office, "CELL", "Sau")
    sweep(LONG_AFTER)
    assert told(commitment_of(office, "An")) == {1: ("CELL", {"An", "Dung"})}


def test_without_both_the_secretary_above_hears_and_nobody_else(office: Office) -> None:
    office.cell_plan_in_force()
    end(office, "CELL", "Sau", "Dung")
    sweep(LONG_AFTER)
    assert told(commitment_of(office, "An")) == {1: ("CELL", {"An"}), 2: ("BASE", {"Bon"})}


def test_a_review_that_sits_climbs_from_the_one_who_reviews(office: Office) -> None:
    plan = office.cell_plan_in_force()
    office.act(plan, "report", "Sau")
    [task] = office.open_tasks(plan)
    assert task.unit_id == office.units["BASE"].id
    sweep(LONG_AFTER)
    heard = told(task)
    assert [body for body, _ in heard.values()] == ["BASE", "WARD", "PROVINCE", "PROVINCE"]
    assert not {"Chi", "Dung", "Sau"} & set().union(*(people for _, people in heard.values()))


def test_a_clock_set_back_an_hour_climbs_nothing_twice_and_nothing_early(office: Office) -> None:
    sweep(FIRST)
    before = told(plan_of(office, "CELL"))
    assert sweep(FIRST - timedelta(hours=1)) == 0
    assert sweep(FIRST) == 0
    sweep(SECOND - timedelta(hours=1))
    assert told(plan_of(office, "CELL")) == before
