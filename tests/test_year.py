"""A year by the rehearsal's clock, in which nobody does anything: what was foretold is what happens."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

import clock
from models.base import db, transaction
from models.campaign import Campaign, Requirement
from models.deadline import Deadline, Escalation
from models.notification import Notification
from models.obligation import Obligation
from models.rehearsal import Rehearsal
from models.task import Task
from models.unit import Unit
from tests.cast import Office
from workflows import calendar, campaigns, digest, ladder, rehearsal
from workflows.calendar import at_seven
from workflows.campaigns.foretold import Foretold

FILE = """
code = "NAM-2026"
title = "Một năm không ai làm gì"
directive = "05-CT/TW"
year = 2026
theme = "Nói đi đôi với làm"
congress = "XIV"
line = "party"
unit = "PROVINCE"

[[requirements]]
code = "N-PLAN"
kind = "plan"
label = { vi = "Kế hoạch", en = "Plan" }
levels = ["cell", "base", "ward"]
deciding = 2
due = { kind = "by_end_of_month", date = 2026-03-31 }

[[requirements]]
code = "N-HALF"
kind = "report"
variant = "half"
owes = "member"
label = { vi = "Báo cáo cá nhân giữa năm", en = "Personal mid-year report" }
levels = ["cell"]
deciding = 1
due = { kind = "by_end_of_month", date = 2026-06-30 }

[[requirements]]
code = "N-NOV"
kind = "report"
variant = "year"
label = { vi = "Báo cáo tháng 11", en = "Report of November" }
levels = ["cell"]
deciding = 2
due = { kind = "date", date = 2026-11-20 }
"""
END = datetime.fromisoformat("2027-01-29T17:00+07:00")


def begin(office: Office) -> None:
    """The rehearsal's clock stands where the office is."""
    with transaction():
        db.session.add(Rehearsal(id=1, offset_seconds=0.0, begun_at=office.now))
    rehearsal.jump(office.now, real_now=clock.real_now())


def opened(source: str) -> list[Foretold]:
    """Look ahead, then open; what was foretold."""
    now = clock.now()
    seen = campaigns.preview(source, file="nam.toml", now=now)
    assert seen.ready, seen.findings
    with transaction():
        _, count = campaigns.open_from(source, file="nam.toml", actor=None, now=now)
    assert count == seen.total
    return seen.climbs


def climbed(code: str) -> Counter[tuple[str, int, datetime, str]]:
    """The rungs that were climbed: (requirement, rung, when, who heard), how often."""
    rows = db.session.execute(
        sa.select(Requirement.code, Escalation.rung, Escalation.at, Unit.code)
        .select_from(Escalation)
        .join(Task, Escalation.task_id == Task.id)
        .join(Obligation, Task.obligation_id == Obligation.id)
        .join(Requirement, Obligation.requirement_id == Requirement.id)
        .join(Campaign, Requirement.campaign_id == Campaign.id)
        .join(Unit, Escalation.to_unit_id == Unit.id)
        .where(Campaign.code == code)
    )
    return Counter((requirement, rung, at, to) for requirement, rung, at, to in rows)


def counted(climbs: list[Foretold]) -> Counter[tuple[str, int, datetime, str]]:
    return Counter({(c.requirement, c.rung, c.at, c.to): c.number for c in climbs})


def untold() -> list[int]:
    """Rungs of which nobody was told by a notice; of a list for a standing committee one notice tells
    of all that is on it."""
    others = sa.orm.aliased(Escalation)
    told = sa.exists().where(
        Notification.event_id == others.event_id,
        others.to_unit_id == Escalation.to_unit_id,
        others.at == Escalation.at,
        sa.or_(others.id == Escalation.id, others.step == "standing_list"),
    )
    return list(db.session.scalars(sa.select(Escalation.id).where(~told)))


def test_what_was_foretold_is_what_happens(app: Flask) -> None:
    with app.app_context():
        office = Office()
        begin(office)
        foretold = opened(FILE)
        began = time.monotonic()
        journey = rehearsal.advance(END, real_now=clock.real_now)
        assert time.monotonic() - began < 170, "a year is minutes"
        assert climbed("NAM-2026") == counted(foretold)
        assert journey.climbed >= sum(climb.number for climb in foretold)
        owed = db.session.execute(
            sa.select(Requirement.code, Obligation.state, sa.func.count())
            .join(Obligation, Obligation.requirement_id == Requirement.id)
            .where(Requirement.code.like("N-%"))
            .group_by(Requirement.code, Obligation.state)
        )
        assert sorted(tuple(row) for row in owed) == [
            ("N-HALF", "open", 4), ("N-NOV", "open", 1), ("N-PLAN", "open", 3),
        ]  # fmt: skip
        assert untold() == []
        # The golden mornings (domain §4), by the ladder of four.
        cell = {(rung, at) for code, rung, at, _ in climbed("NAM-2026") if code == "N-NOV"}
        mornings = ("2026-11-23", "2026-11-26", "2026-12-02", "2026-12-14")
        assert {(n, at_seven(date.fromisoformat(d))) for n, d in enumerate(mornings, 1)} <= cell
        left = sa.select(Deadline.id).where(Deadline.closed_at.is_(None), Deadline.fires_at <= END)
        assert db.session.scalars(left).all() == []


@pytest.mark.databases("sqlite")
def test_a_person_s_lateness_stays_below(app: Flask) -> None:
    """Three members' reports stop at their secretary, his own goes one level up: so it is foretold."""
    with app.app_context():
        office = Office()
        begin(office)
        foretold = [c for c in opened(FILE) if c.requirement == "N-HALF" and c.rung > 0]
        assert {c.to for c in foretold} == {"CELL", "BASE"}
        assert {c.number for c in foretold if c.to == "BASE"} == {1}
        rehearsal.advance(END, real_now=clock.real_now)
        seen = climbed("NAM-2026")
        assert {to for code, rung, _, to in seen if code == "N-HALF" and rung > 0} == {
            "CELL",
            "BASE",
        }


@pytest.mark.databases("sqlite")
def test_a_clock_set_back_an_hour_climbs_nothing_twice(app: Flask) -> None:
    with app.app_context():
        office = Office()
        begin(office)
        foretold = opened(FILE)
        rehearsal.advance(
            at_seven(date(2026, 4, 3)) + timedelta(minutes=5), real_now=clock.real_now
        )
        before = climbed("NAM-2026")
        assert before
        rehearsal.jump(clock.now() - timedelta(hours=1), real_now=clock.real_now())
        assert ladder.sweep(clock.now()) == 0
        rehearsal.advance(
            at_seven(date(2026, 4, 3)) + timedelta(minutes=5), real_now=clock.real_now
        )
        assert climbed("NAM-2026") == before
        rehearsal.advance(END, real_now=clock.real_now)
        assert climbed("NAM-2026") == counted(foretold)


@pytest.mark.databases("sqlite")
def test_another_zone_keeps_every_day_and_every_morning(app: Flask) -> None:
    """The house moves to another zone in the middle of the year: rungs fire at seven there, once."""
    with app.app_context():
        office = Office()
        begin(office)
        foretold = opened(FILE)
        rehearsal.advance(at_seven(date(2026, 8, 3)), real_now=clock.real_now)
        try:
            calendar.use_zone("Asia/Tokyo")
            rehearsal.advance(END, real_now=clock.real_now)
            days = Counter(
                (code, rung, at.astimezone(calendar.ZONE).date(), to)
                for code, rung, at, to in climbed("NAM-2026").elements()
            )
            november = {at for code, _, at, _ in climbed("NAM-2026") if code == "N-NOV"}
            assert {at.astimezone(calendar.ZONE).hour for at in november} == {7}
        finally:
            calendar.use_zone("Asia/Ho_Chi_Minh")
        assert days == Counter(
            {(c.requirement, c.rung, calendar.local_day(c.at), c.to): c.number for c in foretold}
        )


@pytest.mark.databases("sqlite")
def test_after_the_year_one_mail_tells_all_of_it(app: Flask) -> None:
    with app.app_context():
        office = Office()
        with transaction():
            office.person("Bon").email = "bon@example.vn"
        begin(office)
        opened(FILE)
        rehearsal.advance(END, real_now=clock.real_now)
        assert digest.gather(END) == 1
        assert digest.gather(END) == 0
