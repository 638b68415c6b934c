"""The rehearsal clock: begins in an empty house, goes forward only, visits all on its way."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

import clock
from models.base import db, transaction
from models.deadline import Deadline, Escalation
from models.event import AuditEvent
from models.rehearsal import Rehearsal
from workflows import ladder, organisation, rehearsal
from workflows.refusal import Refused

SECONDS = timedelta(seconds=30)  # what a slow machine may need between two looks at the clock


def at(written: str) -> datetime:
    return datetime.fromisoformat(written + ":00+07:00")


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    """`flask …` in this test's database."""
    return lambda *words: app.test_cli_runner().invoke(args=list(words))


def status(run: Callable[..., Result]) -> dict:
    return json.loads(run("rehearsal", "status", "--json").output)


def test_begins_at_any_instant_of_an_empty_house(run: Callable[..., Result]) -> None:
    assert status(run)["running"] is False
    assert run("rehearsal", "begin", "--at", "2026-03-30T08:00+07:00").exit_code == 0
    told = status(run)
    assert told["running"] is True
    assert told["frozen"] is False
    assert told["begun_at"] == "2026-03-30T08:00:00+07:00"
    assert at("2026-03-30T08:00") <= datetime.fromisoformat(told["now"])
    assert datetime.fromisoformat(told["now"]) < at("2026-03-30T08:00") + SECONDS
    assert "2026-03-30T08:00" in run("rehearsal", "status").output
    # Nothing has happened yet, so it may begin elsewhere.
    assert run("rehearsal", "begin", "--at", "2026-01-05T08:00").exit_code == 0
    assert status(run)["begun_at"] == "2026-01-05T08:00:00+07:00"


@pytest.mark.data("organisation")
def test_never_begins_once_something_is_recorded(run: Callable[..., Result]) -> None:
    answer = run("rehearsal", "begin", "--at", "2026-03-30T08:00")
    assert answer.exit_code == 1
    assert "đã ghi sự kiện" in answer.output
    assert status(run)["begun_at"] == "2026-01-05T08:00:00+07:00"


def test_without_a_rehearsal_nothing_advances(run: Callable[..., Result]) -> None:
    answer = run("rehearsal", "advance", "2027-01-01T00:00")
    assert answer.exit_code == 1
    assert "Chưa có diễn tập" in answer.output


@pytest.mark.data("organisation")
def test_never_backwards(run: Callable[..., Result]) -> None:
    answer = run("rehearsal", "advance", "2026-01-04T08:00")
    assert answer.exit_code == 1
    assert "không lùi" in answer.output
    assert datetime.fromisoformat(status(run)["now"]) >= at("2026-01-05T08:00")
    assert status(run)["frozen"] is False


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "words",
    [
        ("advance", "mai"),
        ("advance",),
        ("begin",),
        ("begin", "--at", "2026-02-30T08:00"),
        ("advance", "9999-12-31T23:59"),
    ],
)
def test_wrong_usage_is_status_two(run: Callable[..., Result], words: tuple[str, ...]) -> None:
    assert run("rehearsal", *words).exit_code == 2


@pytest.mark.data("organisation")
def test_each_instant_is_visited_in_order_and_it_ends_exactly_there(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    real_sweep = ladder.sweep

    def sweep(now: datetime, **options: object) -> int:
        assert clock.now() == now, "the clock stands still at the instant that is visited"
        seen.append(now)
        return real_sweep(now, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ladder, "sweep", sweep)
    end, real = at("2026-07-08T12:34"), datetime(2026, 11, 21, tzinfo=UTC)
    with app.app_context():
        journey = rehearsal.advance(end, real_now=lambda: clock.real_now())
        row = db.session.get_one(Rehearsal, 1)
        assert row.frozen_at is None
        assert end <= clock.now() < end + SECONDS
        rungs = set(db.session.scalars(sa.select(Escalation.at).where(Escalation.rung == 1)))
        assert real < clock.real_now()
    visited = seen[1:]  # the first is the present
    assert visited == sorted(set(visited))
    assert journey.instants == len(visited)
    # Plans; union plans (30/4 and 1/5 are days off); the two union reports; mid-year; quarters; each
    # month's review (31/5 is a Sunday).
    mornings = ("04-01", "04-08", "05-05", "05-20", "06-01", "06-02", "07-01", "07-08")
    assert rungs == {at(f"2026-{day}T07:00") for day in mornings}
    assert rungs <= set(visited)


@pytest.mark.data("organisation")
def test_in_two_steps_as_in_one(app: Flask) -> None:
    with app.app_context():
        for day in ("2026-03-31T23:59", "2026-04-01T06:59", "2026-04-01T07:00", "2026-04-20T08:00"):
            rehearsal.advance(at(day), real_now=clock.real_now)
        rows = db.session.execute(
            sa.select(Escalation.rung, sa.func.count()).group_by(
                Escalation.deadline_id, Escalation.rung
            )
        ).all()
        assert {rung for rung, _ in rows} == {-1, 0, 1, 2, 3}
        assert {count for _, count in rows} == {1}


@pytest.mark.data("organisation")
def test_a_failure_leaves_the_clock_running_where_it_came_to(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_sweep = ladder.sweep

    def sweep(now: datetime) -> int:
        if now > at("2026-04-10T00:00"):
            raise RuntimeError("the plug was pulled")
        return real_sweep(now)

    monkeypatch.setattr(ladder, "sweep", sweep)
    with app.app_context():
        with pytest.raises(RuntimeError):
            rehearsal.advance(at("2026-08-01T08:00"), real_now=clock.real_now)
        here = clock.now()
        assert at("2026-04-01T07:00") <= here < at("2026-04-10T00:00")
        assert db.session.get_one(Rehearsal, 1).frozen_at is None
        overdue = sa.select(sa.func.count()).where(
            Deadline.closed_at.is_(None), Deadline.fires_at <= here
        )
        assert db.session.scalar(overdue) == 0, "what was reached is done"


@pytest.mark.data("organisation")
def test_a_killed_advance_is_taken_up_again(app: Flask, run: Callable[..., Result]) -> None:
    """Killed between two instants, the clock stands still; the next advance goes on from there."""
    with app.app_context(), transaction():
        db.session.get_one(Rehearsal, 1).frozen_at = at("2026-02-01T07:00")
    assert status(run)["frozen"] is True
    assert status(run)["now"] == "2026-02-01T07:00:00+07:00"
    assert run("rehearsal", "advance", "2026-02-02T08:00").exit_code == 0
    assert status(run)["frozen"] is False


def test_refused_leaves_no_event(app: Flask) -> None:
    with app.app_context():
        rehearsal.begin(at("2026-01-05T08:00"), real_now=clock.real_now())
        with transaction() as session:
            level = organisation.create_level(
                session, code="x", name_vi="X", name_en="X", rank=0, actor=None, now=clock.now()
            )
            organisation.create_unit(
                session, code="X", name="X", level=level, body="X", symbol="X",
                actor=None, now=clock.now(),
            )  # fmt: skip
        before = db.session.scalar(sa.select(sa.func.count(AuditEvent.id)))
        with pytest.raises(Refused):
            rehearsal.begin(at("2027-01-05T08:00"), real_now=clock.real_now())
        assert db.session.scalar(sa.select(sa.func.count(AuditEvent.id))) == before
        assert clock.now() < at("2026-01-06T08:00")
