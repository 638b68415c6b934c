"""Schedules and workers as real processes whose clocks differ, which a test may kill one by one.

`python -m tests.support.ladder_storm` loads the application once and forks them: it reads how many and
then whom to kill, a JSON object a line, and starts each anew.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import TracebackType

import sqlalchemy as sa
from flask import Flask

import clock
from config import ROOT
from models.base import db, transaction
from models.campaign import Requirement
from models.deadline import Deadline, Escalation
from models.event import AuditEvent
from models.notification import Notification
from models.rehearsal import Rehearsal
from models.unit import Level, ReportingLine, Unit
from tests.cast import EPOCH, Office
from tests.support.redis import Valkey
from workers import schedule, worker
from workers.children import die_with_parent
from workers.process import run
from workflows.obligations import open_campaign
from workflows.trail import verify

TICK = 1  # seconds
DUE = date(2026, 3, 31)
MORNINGS = {-1: "03-24", 0: "03-30", 1: "04-01", 2: "04-03", 3: "04-09", 4: "04-21"}
HOUR = timedelta(hours=1)


class Processes:
    """So many schedules and workers. Use as a context manager."""

    def __init__(self, environment: dict[str, str], schedules: int, workers: int) -> None:
        self.environment = {**os.environ, **environment}
        self.sizes = {"schedule": schedules, "worker": workers}

    def __enter__(self) -> Processes:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.ladder_storm"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._say(self.sizes)
        return self

    def kill(self, kind: str, number: int) -> None:
        """One of them dies, and another takes its place."""
        self._say({"kind": kind, "number": number})

    def _say(self, what: object) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(what), file=self.process.stdin, flush=True)
        assert self.process.stdout.readline().strip() == "done"

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.communicate()


@dataclass
class Outcome:
    """What a storm came to. `wrong`: in words, everything that was not as it must be."""

    rungs: int
    killed: int
    flushed: int
    slowest: float  # seconds from seven o'clock until the last rung of a morning was told
    wrong: list[str]


def storm(
    app: Flask,
    valkey: Valkey,
    processes: Processes,
    *,
    late: int,
    rungs: Sequence[int],
    patience: float,
    deaths: int,
    seed: int = 0,
) -> Outcome:
    """Lets the `late` things of `prepare` run late through these rungs, each on its morning; in each
    so many die and Redis is flushed, or in every second one away for a while."""
    dice, wrong = random.Random(seed), list[str]()
    killed = flushed = 0
    slowest = 0.0
    sizes = processes.sizes
    for number, rung in enumerate(rungs):
        with app.app_context():
            _jump(seven_of(rung) - timedelta(seconds=2 * TICK))
        began = time.monotonic()
        while time.monotonic() - began < 1.5 * TICK:
            time.sleep(0.3)
            with app.app_context():
                if early := _told(rung):
                    wrong.append(f"{early} rungs {rung} before seven")
                    break
        for _ in range(deaths):
            kind = dice.choice(("schedule", "worker", "worker"))
            processes.kill(kind, dice.randrange(sizes[kind]))
            killed += 1
        if number % 2:
            valkey.stop()
            time.sleep(TICK)
            valkey.start()
        else:
            valkey.flush()
        flushed += 1
        seconds = _until(app, lambda rung=rung: _told(rung) >= late, patience)
        if seconds is None:
            wrong.append(f"rung {rung} is not told of everything")
        slowest = max(slowest, time.monotonic() - began - 2 * TICK)
    with app.app_context():
        wrong += _faults(late, rungs)
        told = db.session.scalar(sa.select(sa.func.count(Escalation.id))) or 0
    return Outcome(told, killed, flushed, slowest, wrong)


def prepare(app: Flask, *, cells: int, asked: int, first: int) -> int:
    """That many cells owe that many things, whose next rung is `first`; how many things. Before any
    process looks."""
    with app.app_context():
        found(cells, asked)
        with transaction():
            db.session.execute(
                sa.update(Deadline)
                .where(Deadline.fires_at.is_not(None))
                .values(rung=first - 1, fires_at=seven_of(first))
            )
    return cells * asked


def seven_of(rung: int) -> datetime:
    """When a rung of what was due on DUE is told."""
    return datetime.fromisoformat(f"2026-{MORNINGS[rung]}T07:00:00+07:00")


def found(cells: int, asked: int) -> None:
    """An office in which that many cells owe that many things by the same day."""
    office = Office()
    with transaction():
        db.session.execute(sa.update(Deadline).values(fires_at=None))
        level = db.session.scalars(sa.select(Level).where(Level.code == "cell")).one()
        office.campaign.requirements += [
            Requirement(
                code=f"O-MANY-{n}",
                kind="report",
                variant="once",
                label_vi=f"Báo cáo {n}",
                label_en=f"Report {n}",
                levels=["many"],
                deciding=1,
                due={"kind": "date", "date": DUE.isoformat()},
            )
            for n in range(asked)
        ]
        many = Level(code="many", name_vi="Nhiều", name_en="Many", rank=level.rank)
        for n in range(cells):
            unit = Unit(
                code=f"M{n}",
                name=f"Chi bộ {n}",
                body=f"Chi bộ {n}",
                symbol="CB",
                level=many,
                sector="party",
            )
            db.session.add(unit)
            db.session.add(ReportingLine(unit=unit, superior=office.units["BASE"], line="party"))
            db.session.flush()
            office.units[unit.code] = unit
            office.post(f"Bí thư {n}", unit.code, "secretary", "Bí thư")
        db.session.flush()
        open_campaign(office.campaign, EPOCH)
        db.session.add(Rehearsal(id=1, offset_seconds=0.0, begun_at=EPOCH, frozen_at=EPOCH))


def _jump(to: datetime) -> None:
    """The organisation's clock stands at `to`, and runs on."""
    with transaction():
        row = db.session.get_one(Rehearsal, 1)
        row.frozen_at = None
        row.offset_seconds = (to - datetime.now(UTC)).total_seconds()


def _told(rung: int) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).where(Escalation.rung == rung)) or 0


def _until(app: Flask, done: Callable[[], bool], patience: float) -> float | None:
    began = time.monotonic()
    while time.monotonic() - began < patience:
        with app.app_context():
            if done():
                return time.monotonic() - began
        time.sleep(0.2)
    return None


def _faults(late: int, rungs: Sequence[int]) -> list[str]:
    db.session.rollback()
    wrong = []
    expected = dict.fromkeys(rungs, late)
    counts = dict(
        db.session.execute(
            sa.select(Escalation.rung, sa.func.count()).group_by(Escalation.rung)
        ).all()
    )
    if counts != expected:
        wrong.append(f"told {counts}, not {expected}")
    each = sa.select(Escalation.deadline_id, Escalation.rung, sa.func.count().label("n"))
    doubled = db.session.execute(
        each.group_by(Escalation.deadline_id, Escalation.rung).having(sa.func.count() > 1)
    ).all()
    if doubled:
        wrong.append(f"{len(doubled)} rungs told twice")
    for rung in rungs:
        first = db.session.scalar(
            sa.select(sa.func.min(Escalation.at)).where(Escalation.rung == rung)
        )
        if first is not None and first < seven_of(rung):
            wrong.append(f"rung {rung} at {first}, before {seven_of(rung)}")
    told = sa.select(sa.func.count(AuditEvent.id)).where(
        AuditEvent.action.in_(("remind", "urge", "escalate"))
    )
    if db.session.scalar(told) != sum(counts.values()):
        wrong.append("events and rungs differ")
    again = sa.select(Notification.event_id).group_by(Notification.event_id, Notification.person_id)
    if db.session.execute(again.having(sa.func.count() > 1)).all():
        wrong.append("somebody was told twice")
    if not verify(db.session()).whole:
        wrong.append("the logs do not hold")
    return wrong


# ---------------------------------------------------------------- the processes


def _fork(app: Flask, kind: str, number: int) -> int:
    """A schedule or worker whose clock is wrong by up to an hour; its process id."""
    child = os.fork()
    if child:
        return child
    die_with_parent(signal.SIGKILL)
    import app as wiring

    wiring.create_app = lambda settings=None: app
    off = timedelta(0) if number == 0 else HOUR * (1 if number % 2 else -1)
    clock.real_now = lambda: datetime.now(UTC) + off
    schedule.JOBS = (schedule.Periodic("workers.jobs.sweep", every=TICK),)
    schedule.time = _Shifted(off.total_seconds())
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os._exit(run(schedule.work) if kind == "schedule" else worker.main())


class _Shifted:
    """The module `time` of somebody whose clock is wrong."""

    monotonic = staticmethod(time.monotonic)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def time(self) -> float:
        return time.time() + self.seconds


def main() -> None:
    from app import create_app

    app = create_app()
    sizes = json.loads(sys.stdin.readline())
    running = {
        (kind, number): _fork(app, kind, number)
        for kind, count in sizes.items()
        for number in range(count)
    }
    print("done", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        key = asked["kind"], asked["number"]
        os.kill(running[key], signal.SIGKILL)
        os.waitpid(running[key], 0)
        running[key] = _fork(app, *key)
        print("done", flush=True)
    for child in running.values():
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
