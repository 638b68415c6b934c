"""What is overdue climbs by itself, at seven on a working day, exactly once."""

import json
import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy.exc import OperationalError

from models.account import Account
from models.base import db, transaction
from models.campaign import Requirement
from models.deadline import Deadline, Escalation
from models.event import AuditEvent
from models.notification import Notification
from models.obligation import Obligation
from models.person import Person
from models.queries import sweep as queries
from models.task import Task
from models.unit import unit_by_code
from workflows import create, ladder, perform
from workflows.calendar import WorkingCalendar, at_seven, local_day
from workflows.content import clean_content
from workflows.ladder import climbing, sweep, telling
from workflows.ladder.steps import DEFAULT_STEPS, fires
from workflows.trail import verify

pytestmark = pytest.mark.data("organisation")


def at(written: str) -> datetime:
    return datetime.fromisoformat(written + ":00+07:00")


SEVEN = at("2026-04-01T07:00")  # the first morning after the last good day of the plans


def person(login: str) -> Person:
    return db.session.scalars(
        sa.select(Person)
        .join(Account, Account.person_id == Person.id)
        .where(Account.login == login)
    ).one()


def plan_task(code: str) -> Task:
    """The task of a unit to begin its plan."""
    return db.session.scalars(
        sa.select(Task)
        .join(Obligation, Task.obligation_id == Obligation.id)
        .join(Requirement, Obligation.requirement_id == Requirement.id)
        .where(Requirement.code == "O-PLAN", Obligation.unit_id == unit_by_code(code).id)
    ).one()


def climbed(task: Task) -> list[tuple[int, str, datetime]]:
    """Each rung of a task told since it was late: its number, to which body, when."""
    rows = db.session.scalars(
        sa.select(Escalation)
        .where(Escalation.task_id == task.id, Escalation.rung > 0)
        .order_by(Escalation.id)
    )
    return [(row.rung, row.to_unit.code, row.at) for row in rows]


RUNGS = [
    (1, "C6", SEVEN),
    (2, "B3", at("2026-04-03T07:00")),
    (3, "PHUONG", at("2026-04-09T07:00")),
    (4, "PHUONG", at("2026-04-21T07:00")),
]


def told_of(task: Task, rung: int) -> set[str]:
    """The logins of those who were told of one rung."""
    return set(
        db.session.scalars(
            sa.select(Account.login)
            .join(Notification, Notification.person_id == Account.person_id)
            .join(Escalation, Escalation.event_id == Notification.event_id)
            .where(Escalation.task_id == task.id, Escalation.rung == rung)
        )
    )


def test_the_missing_plan_climbs_rung_by_rung(app: Flask) -> None:
    """The golden dates of the domain: to its own secretary, the direct superior, the next one, and
    the list for that one's standing committee."""
    with app.app_context():
        task = plan_task("C6")
        for morning in ("03-24T07:00", "03-30T07:00", "04-01T06:59"):
            sweep(at(f"2026-{morning}"))
        assert climbed(task) == []
        for known, (_, _, morning) in enumerate(RUNGS):
            sweep(morning - timedelta(minutes=1))
            assert climbed(task) == RUNGS[:known]
            assert sweep(morning) > 0
            assert sweep(morning) == 0
            assert climbed(task) == RUNGS[: known + 1]
        sweep(at("2026-12-30T07:00"))
        assert climbed(task) == RUNGS
        assert "bithu.c6" in told_of(task, 1)
        assert "bithu.b3" not in told_of(task, 1)
        assert {"bithu.b3", "thammuu.b3"} <= told_of(task, 2)
        assert not {"bithu.c6", "bithu.phuong"} & told_of(task, 2)
        assert "bithu.phuong" in told_of(task, 3)
        events = db.session.execute(
            sa.select(AuditEvent.action, AuditEvent.at)
            .join(Escalation, Escalation.event_id == AuditEvent.id)
            .where(Escalation.task_id == task.id)
            .order_by(AuditEvent.id)
        ).all()
        assert [tuple(event) for event in events] == [
            ("remind", at("2026-03-24T07:00")),
            ("remind", at("2026-03-30T07:00")),
            ("urge", SEVEN),
            *(("escalate", morning) for _, _, morning in RUNGS[1:]),
        ]
        assert verify(db.session()).whole


def test_the_task_stays_with_who_owes_it(app: Flask) -> None:
    """Escalation never decides, nor acts, in anybody's place."""
    with app.app_context():
        before = {(role.unit_id, role.role) for role in plan_task("C6").roles}
        sweep(SEVEN)
        task = plan_task("C6")
        assert task.closed_at is None
        assert {(role.unit_id, role.role) for role in task.roles} == before


def test_two_sweeps_at_once_climb_once(app: Flask) -> None:
    counts, failures = [], []
    ready = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            try:
                ready.wait(10)
                counts.append(sweep(SEVEN))
            except Exception as error:  # the thread must not die unseen
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    with app.app_context():
        rows = db.session.execute(
            sa.select(Escalation.task_id, sa.func.count()).group_by(Escalation.task_id)
        ).all()
        assert {count for _, count in rows} == {1}
        assert sum(counts) == len(rows)
        assert climbed(plan_task("C6")) == RUNGS[:1]


def test_what_was_begun_meanwhile_does_not_climb(app: Flask) -> None:
    with app.app_context():
        with transaction():
            task = plan_task("C6")
            create(
                "plan",
                unit=task.unit,
                campaign=task.obligation.requirement.campaign,
                title="Kế hoạch",
                content=clean_content("plan", {}),
                actor=person("chiuy.c6"),
                now=at("2026-03-20T09:00"),
            )
        sweep(SEVEN)
        assert climbed(plan_task("C6")) == []


def test_one_that_fails_blocks_no_other(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        broken = db.session.scalar(
            sa.select(Deadline.id).where(Deadline.task_id == plan_task("C1").id)
        )
        expected = len(ladder.due(SEVEN)) - 1
        climb = climbing._climb

        def sometimes(batch: list[tuple[int, int]], now: datetime) -> int:
            if broken in dict(batch):
                raise OperationalError("…", {}, Exception("out of order"))
            return climb(batch, now)

        monkeypatch.setattr(climbing, "_climb", sometimes)
        failed = []
        assert sweep(SEVEN, failed=lambda which, _: failed.append(which)) == expected
        assert failed == [broken]
        assert climbed(plan_task("C6")) == RUNGS[:1]
        assert climbed(plan_task("C1")) == []


@pytest.mark.parametrize("within", [False, True])
def test_a_batch_that_dies_half_way_leaves_nothing_and_is_done_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch, within: bool
) -> None:
    """Also within a transaction of somebody else, as in a rehearsal."""
    with app.app_context():
        expected = len(ladder.due(SEVEN))
        tell, calls = telling.notify_many, []

        def dies_once(*args: Any, **named: Any) -> None:
            calls.append(args)
            if len(calls) == 1:  # escalations and events are written by now
                raise OperationalError("…", {}, Exception("out of order"))
            tell(*args, **named)

        monkeypatch.setattr(telling, "notify_many", dies_once)
        with transaction() if within else nullcontext():
            assert sweep(SEVEN) == expected
        assert db.session.scalar(sa.select(sa.func.count(Escalation.id))) == expected
        events = sa.select(sa.func.count(AuditEvent.id)).where(
            AuditEvent.action.in_(("remind", "urge"))
        )
        assert db.session.scalar(events) == expected
        assert verify(db.session()).whole


def test_one_whose_body_changed_meanwhile_climbs_in_the_same_sweep(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found with the unit it had; when its turn comes it has another. It is looked up anew."""
    with app.app_context():
        task = plan_task("C6")
        moved = db.session.scalar(sa.select(Deadline.id).where(Deadline.task_id == task.id))
        elsewhere = unit_by_code("C5").id
        due, looks = queries.due, []

        def stale(*asked: Any) -> list[tuple[int, int]]:
            looks.append(asked)
            found = due(*asked)
            return (
                found if len(looks) > 1 else [(d, elsewhere if d == moved else u) for d, u in found]
            )

        monkeypatch.setattr(queries, "due", stale)
        failed = []
        assert sweep(SEVEN, failed=lambda which, _: failed.append(which)) > 0
        assert (failed, len(looks)) == ([], 3)
        assert climbed(plan_task("C6")) == RUNGS[:1]


@pytest.mark.databases("sqlite")
def test_a_batch_takes_as_many_statements_as_one(app: Flask) -> None:
    with app.app_context():
        told: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            told.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        assert sweep(SEVEN) > 10
        sa.event.remove(db.engine, "before_cursor_execute", note)
        asked = [words for words in told if words.startswith(("SELECT", "UPDATE", "INSERT"))]
        assert len(asked) < 30


def test_writing_on_at_a_draft_gives_no_time_anew_and_rings_no_second_time(app: Flask) -> None:
    with app.app_context():
        drafter, content = person("chiuy.c6"), clean_content("plan", {})
        with transaction():
            task = plan_task("C6")
            plan = create(
                "plan",
                unit=task.unit,
                campaign=task.obligation.requirement.campaign,
                title="Kế hoạch",
                content=content,
                actor=drafter,
                now=at("2026-03-20T09:00"),
            )
        of_plan = sa.select(Task).where(Task.document_id == plan.id)
        sweep(SEVEN)
        assert climbed(db.session.scalars(of_plan).one()) == RUNGS[:1]
        for day in ("01", "02"):
            with transaction():
                seen = {"revision": plan.revision, "version": plan.version}
                now = at(f"2026-04-{day}T09:00")
                perform(plan, "revise", actor=drafter, now=now, content=content, **seen)
        sweep(at("2026-04-02T23:59"))
        assert climbed(db.session.scalars(of_plan).one()) == RUNGS[:1]
        sweep(at("2026-04-30T07:00"))
        rungs = [rung for rung, _, _ in climbed(db.session.scalars(of_plan).one())]
        assert rungs == [1, 2, 3, 4]


@pytest.mark.databases("sqlite")
def test_rungs_fire_on_working_mornings_only(app: Flask) -> None:
    """With T on Friday 20/11/2026 the first morning is Monday; with T on Monday it is Wednesday,
    because 24/11 is a day off (domain, section 4)."""
    with app.app_context():
        calendar = WorkingCalendar.of(db.session())

        def mornings(due: date) -> list[str]:
            late = [when for step, when in fires(DEFAULT_STEPS, due, calendar) if step.rung > 0]
            return [
                f"{local_day(when):%d/%m}" for when in late if when == at_seven(local_day(when))
            ]

        assert mornings(date(2026, 3, 31)) == ["01/04", "03/04", "09/04", "21/04"]
        assert mornings(date(2026, 11, 20)) == ["23/11", "26/11", "02/12", "14/12"]
        assert mornings(date(2026, 11, 23))[0] == "25/11"
        assert mornings(date(2026, 2, 13))[0] == "23/02"  # Tết


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    return lambda *words: app.test_cli_runner().invoke(args=["escalate", *words])


def test_a_dry_run_only_tells(app: Flask, run: Callable[..., Result]) -> None:
    told = run("--at", "2026-04-01T07:00+07:00", "--dry-run", "--json")
    assert told.exit_code == 0
    due = json.loads(told.output)["due"]
    assert ("C6", "C6", 1) in [(row["from"], row["to"], row["rung"]) for row in due]
    assert "C6 → C6" in run("--at", "2026-04-01T07:00", "--dry-run").output
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Escalation.id))) == 0


def test_in_a_rehearsal_it_climbs_as_of_any_instant(app: Flask, run: Callable[..., Result]) -> None:
    assert run().exit_code == 0
    done = json.loads(run("--at", "2026-04-01T07:00", "--json").output)
    assert done["climbed"] > 0
    assert json.loads(run("--at", "2026-04-01T07:00", "--json").output)["climbed"] == 0
    with app.app_context():
        assert climbed(plan_task("C6")) == RUNGS[:1]


@pytest.mark.databases("sqlite")
@pytest.mark.data("empty")
def test_outside_a_rehearsal_nobody_runs_ahead(run: Callable[..., Result]) -> None:
    refused = run("--at", "2030-01-01T07:00")
    assert refused.exit_code == 1
    assert "--dry-run" in refused.output
    assert run("--at", "2030-01-01T07:00", "--dry-run").exit_code == 0
    assert run().exit_code == 0
    assert run("--at", "hôm qua").exit_code == 2
