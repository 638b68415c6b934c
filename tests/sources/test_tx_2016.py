"""A district's last year under a directive of 2016: short registrations, of which the year-end report
speaks; a theme of its own."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from models.base import db
from models.unit import Unit
from tests.sources.house import House, campaign, found
from workflows.classification import grounds, ungrounded
from workflows.rules.theme import own_theme
from workflows.sorting import sort_key
from workflows.trail import verify

pytestmark = pytest.mark.databases("sqlite")
REGISTERED = {"Bảng Văn Đen": "fulfilled", "Giẻ Thị Lau": "fulfilled", "Trống Văn Trường": "open"}


def test_the_registrations_of_2020_run(app: Flask) -> None:
    with app.app_context():
        house = House.play(app, "tx-2016")
        registrations(house)
        the_year_ends(house)
        what_classification_rests_on(house)
        its_own_theme(house)
        assert found("tx-2016.toml") == []
        assert verify(db.session()).whole


def registrations(house: House) -> None:
    """Counted from the cell's plan of 13/03; who has none is told of to his own secretary alone."""
    assert house.dues("O-COMMIT")[1] == date(2020, 4, 6)
    assert house.owes("O-COMMIT") == REGISTERED.keys()
    states = {name: house.obligation("O-COMMIT", "TO1", name).state for name in REGISTERED}
    assert states == REGISTERED
    assert house.rungs("O-COMMIT", "TO1", "Trống Văn Trường") == [(1, date(2020, 4, 7), "TO1")]


def the_year_ends(house: House) -> None:
    report = house.document("18-BC/ĐU")
    assert report.current.content["indicators"] == {"I03": 3, "I04": 2}
    assert house.obligation("O-YEAR-U", "TRUONG").state == "fulfilled"
    assert house.rungs("O-YEAR-U", "TO1") == [
        (1, date(2021, 1, 4), "TO1"),
        (2, date(2021, 1, 6), "TRUONG"),
    ]


def what_classification_rests_on(house: House) -> None:
    """R26: within the cell by name, in the order of the roll; above it counts; a warning where a
    report classifies without it, and never a grade."""
    report = house.document("18-BC/ĐU")
    cell = db.session.scalars(sa.select(Unit).where(Unit.code == "TO1")).one()
    day = date(2020, 12, 28)
    [own] = grounds(cell, report.campaign, day, names=True)
    assert {line.name: line.registered for line in own.lines} == {
        name: state == "fulfilled" for name, state in REGISTERED.items()
    }
    assert [line.name for line in own.lines] == sorted(REGISTERED, key=sort_key)
    assert {line.reported for line in own.lines} == {None}  # no such report was asked in 2020
    above = grounds(report.unit, report.campaign, day, names=True)
    assert [(g.unit.code, g.counted, g.registered, g.lines) for g in above] == [("TO1", 3, 2, [])]
    assert ungrounded(report, report.current.content, day) == []  # it classifies nobody
    graded = {"indicators": {"I17a": 1}}
    [warning] = ungrounded(report, graded, day)
    assert (warning.rule, warning.level, warning.params) == ("R26", "warn", {"count": 1})


def its_own_theme(house: House) -> None:
    """G12: the district's theme of 2020 differs from that of the year; G4: its plan of 26/9/2016
    rests on the directive of 15/5/2016, 134 days older."""
    plan = house.document("28-KH/QU")
    assert house.findings(plan) == {}
    override = own_theme(plan)
    assert override is not None
    assert override.theme != campaign("TX-2016").theme
    assert override.reason
    assert own_theme(house.document("04-KH/ĐU")) is None
