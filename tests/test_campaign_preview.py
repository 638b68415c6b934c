"""What a campaign would bring, told before anything is opened, and just that when it is."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

import clock
from config import ROOT
from models.base import db, transaction
from models.campaign import Campaign, Requirement
from models.deadline import Deadline, Escalation
from models.obligation import Obligation
from models.task import Task
from models.unit import ReportingLine, Unit
from workflows import campaigns, ladder
from workflows.calendar import at_seven, local_day

SOURCE = (ROOT / "campaigns" / "cd-2026.toml").read_text("utf-8").replace('"CD-2026"', '"DOT"')
PERSONAL = """
[[requirements]]
code     = "O-HALF-P"
kind     = "report"
variant  = "half"
label    = { vi = "Báo cáo cá nhân", en = "Personal report" }
levels   = ["cell"]
owes     = "member"
due      = { kind = "by_end_of_month", date = 2026-06-30 }
"""

pytestmark = pytest.mark.data("organisation")


def seen(source: str = SOURCE) -> campaigns.Preview:
    return campaigns.preview(source, file="dot.toml", now=clock.now())


def codes(source: str) -> set[tuple[str, str]]:
    return {(one.code, one.level) for one in seen(source).findings}


@pytest.mark.databases("sqlite")
def test_the_golden_ladder_is_foretold(app: Flask) -> None:
    """C6's plan by 31/03: its secretary, its base, the ward, the ward's list; the last two count
    what comes to them from other cells as well."""
    with app.app_context():
        climbs = [c for c in seen().climbs if c.requirement == "O-PLAN"]
        days: dict[int, set[date]] = {}
        for climb in climbs:
            assert climb.at == at_seven(local_day(climb.at))
            days.setdefault(climb.rung, set()).add(local_day(climb.at))
        assert [days[rung] for rung in (1, 2, 3, 4)] == [
            {date(2026, 4, 1)}, {date(2026, 4, 3)}, {date(2026, 4, 9)}, {date(2026, 4, 21)},
        ]  # fmt: skip
        assert ("C6", 1) in {(c.to, c.number) for c in climbs if c.rung == 1}
        assert ("B3", 2) in {(c.to, c.number) for c in climbs if c.rung == 2}
        assert {c.to for c in climbs if c.rung in (3, 4)} == {"PHUONG", "TINH"}


def test_what_is_foretold_is_what_is_opened(app: Flask) -> None:
    """Counts by requirement and level, both days, and every rung with its body: one for one."""
    source = SOURCE + PERSONAL
    with app.app_context():
        now = clock.now()
        foretold = seen(source)
        with transaction():
            campaign, created = campaigns.open_from(source, file="dot.toml", actor=None, now=now)
            ident = campaign.id
        assert created == foretold.total
        rows = db.session.execute(
            sa.select(Requirement.code, Obligation.nominal_due, Obligation.effective_due)
            .join(Obligation.requirement)
            .where(Requirement.campaign_id == ident)
        ).all()
        assert Counter(row.code for row in rows) == {
            row.requirement.code: row.number for row in foretold.asked if row.due is not None
        }
        dues = {row.requirement.code: row.due for row in foretold.asked}
        for code, nominal, effective in rows:
            assert dues[code] == (nominal, effective)
        _let_the_year_pass(ident, foretold)
        assert _climbed(ident) == Counter(
            {(c.requirement, c.rung, c.at, c.to): c.number for c in foretold.climbs}
        )


def _let_the_year_pass(campaign_id: int, foretold: campaigns.Preview) -> None:
    """Nobody does anything; the sweep runs on every morning on which something is foretold. What
    other campaigns ask is left out."""
    others = sa.select(Task.id).where(
        Task.obligation_id.not_in(
            sa.select(Obligation.id)
            .join(Obligation.requirement)
            .where(Requirement.campaign_id == campaign_id)
        )
    )
    with transaction() as session:
        session.execute(
            sa.update(Deadline).where(Deadline.task_id.in_(others)).values(fires_at=None)
        )
    for morning in sorted({climb.at for climb in foretold.climbs}):
        ladder.sweep(morning)


def _climbed(campaign_id: int) -> Counter[tuple[object, ...]]:
    rows = db.session.execute(
        sa.select(Requirement.code, Escalation.rung, Escalation.at, Unit.code)
        .join(Task, Escalation.task_id == Task.id)
        .join(Obligation, Task.obligation_id == Obligation.id)
        .join(Requirement, Obligation.requirement_id == Requirement.id)
        .join(Unit, Escalation.to_unit_id == Unit.id)
        .where(Requirement.campaign_id == campaign_id)
    )
    return Counter(tuple(row) for row in rows)


@pytest.mark.databases("sqlite")
def test_the_work_of_a_week(app: Flask) -> None:
    """Ten plans and reports of the last day of March: seven cells' and bases' go to four bodies."""
    with app.app_context():
        weeks = [w for w in seen().weeks if w.monday == date(2026, 3, 30)]
        assert {w.unit: (w.decide, w.receive) for w in weeks} == {
            "PHUONG": (4, 0), "B1": (2, 0), "B2": (2, 0), "B3": (2, 0), "TINH": (1, 0),
        }  # fmt: skip
        assert weeks[0].unit == "PHUONG"


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('unit     = "TINH"', 'unit     = "KHONG"', ("UNIT", "error")),
        ('levels   = ["base"]', 'levels   = ["village"]', ("LEVEL", "error")),
        ('units = ["C2", "C5"]', 'units = ["C2", "KHONG"]', ("UNIT", "error")),
        ('units = ["C2", "C5"]', 'units = ["C2", "LDLD"]', ("UNIT", "warn")),
        ('levels   = ["base"]', 'levels   = ["base"]\nbasis = ["KHONG"]', ("R03", "error")),
        ('levels   = ["base"]', 'levels   = ["base"]\nowes = "non_member"', ("NOBODY", "warn")),
        ("date = 2026-03-31, days = 5", "date = 2025-12-31, days = 1", ("PAST", "warn")),
        ("deciding = 2", 'deciding = 2\nvia = "advisory"', ("R18", "warn")),
    ],
)
def test_what_does_not_fit_the_organisation(
    app: Flask, old: str, new: str, expected: tuple[str, str]
) -> None:
    with app.app_context():
        source = SOURCE.replace(old, new, 1)
        assert source != SOURCE
        assert expected in codes(source)


@pytest.mark.databases("sqlite")
def test_a_review_is_asked_where_sittings_are_held(app: Flask) -> None:
    review = PERSONAL.replace('"report"', '"review"').replace('owes     = "member"\n', "")
    review = review.replace("date = 2026-06-30 }", '}\nevery = "month"').replace(", }", " }")
    review = review.replace('"by_end_of_month",', '"by_end_of_month"')
    with app.app_context():
        assert not campaigns.errors(seen(SOURCE + review).findings)
        assert ("R11", "error") in codes(SOURCE + review.replace('["cell"]', '["base"]'))


@pytest.mark.databases("sqlite")
def test_a_unit_without_a_superior_stops_it(app: Flask) -> None:
    """A base that reports on another line only is reached, and has nobody to decide; one that
    reports to nobody is not reached at all, and that is said."""
    with app.app_context():
        with transaction() as session:
            line = session.scalars(
                sa.select(ReportingLine).join(Unit, ReportingLine.unit_id == Unit.id)
                .where(Unit.code == "B1")
            ).one()  # fmt: skip
            line.line = "union"
        found = seen()
        assert not found.ready
        assert found.climbs == []
        wrong = next(one for one in found.findings if one.code == "ROUTE")
        assert (wrong.level, wrong.wrong.params["units"]) == ("error", "B1")
        with transaction() as session:
            session.delete(session.merge(line))
        assert ("ORPHAN", "warn") in codes(SOURCE)


@pytest.mark.databases("sqlite")
def test_a_line_in_a_circle(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            ward = session.scalars(sa.select(Unit).where(Unit.code == "PHUONG")).one()
            base = session.scalars(sa.select(Unit).where(Unit.code == "B1")).one()
            session.add(ReportingLine(unit_id=ward.id, superior_id=base.id, line="union"))
            session.add(ReportingLine(unit_id=base.id, superior_id=ward.id, line="union"))
        source = SOURCE.replace('line     = "party"', 'line     = "union"')
        wrong = [one for one in seen(source).findings if one.key == "line"]
        assert [one.wrong.params["units"] for one in wrong] == ["B1, PHUONG"]


@pytest.mark.databases("sqlite")
def test_the_command_writes_nothing(app: Flask, tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "dot.toml"
    file.write_text(SOURCE, "utf-8")
    answer = app.test_cli_runner().invoke(args=["campaign", "preview", str(file), "--json"])
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert told["sound"]
    assert told["obligations"] == 118
    assert {"monday": "2026-10-12", "unit": "TINH", "decide": 1, "receive": 0} in told["weeks"]
    assert {
        "requirement": "O-PLAN",
        "rung": 4,
        "at": "2026-04-21T07:00:00+07:00",
        "to": "PHUONG",
        "obligations": 6,
    } in told["escalations"]
    with app.app_context():
        assert not db.session.scalar(sa.select(Campaign.id).where(Campaign.code == "DOT"))
