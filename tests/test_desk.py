"""The desk: what waits for whom, whatever the role, and at a cost that does not grow with the
list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.deadline import Deadline, Escalation
from models.person import Person
from models.post import Delegation, Post
from models.queries.lines import lines
from models.queries.told import climbed_to
from models.task import Task, TaskRole
from models.unit import unit_by_code
from tests.cast import Office
from tests.support.house import House
from tests.support.statements import counted
from workflows.desk import tasks_and_counts, tasks_for
from workflows.ladder import sweep
from workflows.standing import standing


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with app.app_context():
        yield Office()


def desk(office: Office, name: str, tab: str = "mine") -> list[tuple[str, str]]:
    """(act, body that owes it) of each task on a person's desk."""
    page = tasks_for(office.person(name), office.now, tab)
    return [(task.action, task.unit.code) for task in page.tasks]


def test_what_is_owed_stands_on_the_desk_before_anything_is_written(office: Office) -> None:
    assert desk(office, "Chi") == [("create", "CELL")]
    assert desk(office, "An") == []
    assert ("create", "BASE") in desk(office, "Ba")


def test_each_step_stands_on_the_desk_of_whoever_is_next(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    assert desk(office, "Chi") == [("submit", "CELL")]
    office.act(plan, "submit", "Chi")
    assert desk(office, "Dung") == [("review", "CELL")]
    assert desk(office, "Chi") == []  # his own draft is not his to review
    office.act(plan, "review", "Dung")
    assert ("approve", "CELL") in desk(office, "Sau")
    office.approve(plan, "Sau", number="02-KH/CB")
    assert ("report", "CELL") in desk(office, "Sau")
    office.act(plan, "report", "Sau")
    assert ("review", "CELL") not in desk(office, "Ba")
    assert ("review", "BASE") in desk(office, "Ba")


def test_a_member_s_commitment_is_on_his_own_desk_only(office: Office) -> None:
    office.cell_plan_in_force()
    assert desk(office, "An") == [("create", "CELL")]
    mine = [t for t in tasks_for(office.person("Dung"), office.now).tasks if t.person]
    assert {t.person for t in mine} == {"Dung"}


def test_the_driver_itself_answers_as_it_does_through_sqlalchemy(office: Office) -> None:
    """What is told to it directly comes back with the same dates, truths and lists."""
    office.cell_plan_in_force()
    sau = office.person("Sau")
    ids = [line.id for line in tasks_for(sau, office.now).tasks]
    page, counts = tasks_and_counts(sau, office.now)
    posts = standing(sau, office.now).posts
    with transaction():  # asks through SQLAlchemy
        assert tasks_for(sau, office.now).tasks == page.tasks
        assert page.tasks == [lines(ids)[n] for n in ids]
        assert tasks_and_counts(sau, office.now)[1] == counts
        assert standing(sau, office.now).posts == posts
    assert {line.climbed for line in page.tasks} == {False}
    assert all(line.due_at is None or line.due_at.tzinfo is UTC for line in page.tasks)


def test_delegated_work_stands_apart_and_within_its_scope(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    secretary = db.session.scalar(
        sa.select(Post).where(Post.person_id == office.person("Sau").id, Post.role == "secretary")
    )
    with transaction():
        delegation = Delegation(
            post=secretary,
            person=office.person("Le"),
            kinds=["plan"],
            actions=["approve"],
            valid_from=date(2026, 3, 1),
            valid_to=date(2026, 3, 31),
            created_at=office.now,
        )
        db.session.add(delegation)
    assert desk(office, "Le", "delegated") == [("approve", "CELL")]
    assert desk(office, "Le") == []
    with transaction():
        delegation.revoked_at = office.now
    assert desk(office, "Le", "delegated") == []


def test_what_is_late_and_what_is_done(office: Office) -> None:
    office.begin("plan", "Chi", "CELL")
    office.now += timedelta(days=40)
    assert desk(office, "Chi", "overdue") == [("submit", "CELL")]
    assert desk(office, "Chi", "done") == [("create", "CELL")]
    assert tasks_and_counts(office.person("Chi"), office.now)[1]["overdue"] == 1


@pytest.mark.databases("sqlite")
@pytest.mark.data("organisation")
def test_what_climbed_stands_there_once_and_a_reminder_nowhere(app: Flask) -> None:
    with app.app_context():
        units = [unit_by_code("PHUONG").id]
        for morning in ("2026-03-24", "2026-03-30", "2026-04-01", "2026-04-03"):
            sweep(datetime.fromisoformat(f"{morning}T07:00+07:00"))
            assert climbed_to([unit_by_code("C6").id], 50) == []  # its own work is on its own desk
        for morning in ("2026-04-09", "2026-04-21"):
            sweep(datetime.fromisoformat(f"{morning}T07:00+07:00"))
            told = [row for row in climbed_to(units, 50) if row.from_unit.code == "C6"]
            assert [row.at.date().isoformat() for row in told] == [morning]


def test_a_page_continues_where_the_last_one_ended(office: Office) -> None:
    office.cell_plan_in_force()
    person = office.person("Sau")
    whole = [t.id for t in tasks_for(person, office.now, limit=50).tasks]
    walked, after = [], None
    while True:
        page = tasks_for(person, office.now, after=after, limit=1)
        walked += [t.id for t in page.tasks]
        after = page.after
        if after is None:
            break
    assert walked == whole
    assert len(whole) >= 2


def test_the_number_of_queries_does_not_grow_with_the_rows(office: Office) -> None:
    plan = office.cell_plan_in_force()
    task = office.open_tasks(plan)[0]
    with transaction():
        for _ in range(20):
            more = Task(document=plan, action="report", unit_id=task.unit_id, opened_at=office.now)
            more.roles = [TaskRole(unit_id=role.unit_id, role=role.role) for role in task.roles]
            db.session.add(more)
    person_id = office.person("Sau").id

    def cost(limit: int) -> int:
        db.session.rollback()  # a new read snapshot remembers nothing
        db.session.expunge_all()
        person = db.session.get_one(Person, person_id)
        with counted() as statements:
            page = tasks_for(person, office.now, limit=limit)
        assert len(page.tasks) == limit
        return len(statements)

    assert cost(20) == cost(5) >= 2  # his posts, and the page


def test_a_longer_page_asks_no_more(app: Flask) -> None:
    """The whole page over HTTP, with what waits and what climbed from below."""
    house = House(app)
    plan_id, visitor = house.plan(), house("Bon")

    def add(several: int) -> None:
        with house.inside() as office, transaction():
            base, cell = office.units["BASE"].id, office.units["CELL"].id
            for _ in range(several):
                task = Task(
                    document_id=plan_id, action="report", unit_id=base, opened_at=office.now
                )
                task.roles = [TaskRole(unit_id=base, role="secretary")]
                deadline = Deadline(task=task, unit_id=cell, effective_due=office.now.date())
                db.session.add_all([task, deadline])
                db.session.flush()
                climbed = Escalation(
                    deadline_id=deadline.id,
                    deadline_version=1,
                    rung=1,
                    task=task,
                    from_unit_id=cell,
                    to_unit_id=base,
                    effective_due=office.now.date(),
                    at=office.now,
                )
                db.session.add(climbed)

    def cost() -> tuple[int, int]:
        with app.app_context():
            engine = db.engine
        with counted(engine) as statements:
            page = visitor.get("/")
        return len(statements), page.text.count('<li class="task')

    add(2)
    visitor.get("/")
    few, shown = cost()
    add(15)
    many, shown_then = cost()
    assert shown_then == shown + 2 * 15
    assert many == few
