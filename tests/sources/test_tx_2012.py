"""A district in 2012: the plan within March, by way of the advisory board; what was late climbed on
that year's working days; a cell of three with its registrations and its monthly review."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from models.base import db
from tests.sources.house import House, campaign, found
from workflows.trail import verify

pytestmark = pytest.mark.databases("sqlite")
BASES = {f"T{n}" for n in range(1, 9)}
PILOTS = BASES - {"T7", "T8"}
CELL = {"Sái Văn Tổ Trưởng", "Lạc Thị Vỉa Hè", "Bá Văn Cột Điện"}


def test_the_year_2012_runs(app: Flask) -> None:
    with app.app_context():
        house = House.play(app, "tx-2012")
        the_days(house)
        the_plans(house)
        the_cell(house)
        the_year_before(house)
        assert {rule for rule, _ in found("tx-2012.toml")} == {"DAY_OFF"}
        assert verify(db.session()).whole


def the_days(house: House) -> None:
    # G9: the last day of March is a Saturday and a holiday, the Monday after it is taken off too
    assert house.dues("O-PLAN") == (date(2012, 3, 31), date(2012, 4, 3))
    assert house.dues("O-STUDY") == (date(2012, 4, 30), date(2012, 5, 2))
    assert house.dues("O-ANNIV") == (date(2012, 5, 19), date(2012, 5, 19))
    quarters = [house.dues(f"O-QUARTER-{n}")[1] for n in range(1, 5)]
    assert quarters == [date(2012, 4, 9), date(2012, 7, 6), date(2012, 10, 5), date(2013, 1, 8)]
    assert house.dues("O-YEAR-U") == (date(2012, 12, 31), date(2012, 12, 31))


def the_plans(house: House) -> None:
    assert house.owes("O-PLAN") == BASES
    assert (campaign("TX-2012").pilot_count, house.owes("O-PILOT")) == (6, PILOTS)
    assert house.obligation("O-PLAN", "T1").state == "fulfilled"
    assert house.obligation("O-QUARTER-1", "T1").state == "fulfilled"
    assert house.rungs("O-PLAN", "T1") == []
    via = house.document("05-KH/ĐU").stages[-1].via
    assert via is not None
    assert via.code == "QUAN-BTG"
    assert house.obligation("O-PLAN", "T2").state == "open"
    assert house.rungs("O-PLAN", "T2") == [
        (1, date(2012, 4, 4), "T2"),
        (2, date(2012, 4, 6), "QUAN"),
        (3, date(2012, 4, 12), "TPHO"),
        (4, date(2012, 4, 24), "TPHO"),
    ]


def the_cell(house: House) -> None:
    assert house.obligation("O-PLAN-C", "N1").state == "fulfilled"
    assert house.owes("O-COMMIT") == CELL
    assert {house.obligation("O-COMMIT", "N1", name).state for name in CELL} == {"fulfilled"}
    assert house.dues("O-COMMIT")[1] == date(2012, 5, 11)
    assert house.obligation("O-MONTH-05", "N1").state == "fulfilled"
    assert house.obligation("O-MONTH-06", "N1").state == "open"


def the_year_before(house: House) -> None:
    """G1, G2: the district's plan of 20/7/2011 rests on a city plan written "20/KH-TU", of 25/8."""
    late = house.findings(house.document("18-KH/QU"))["R01"]
    assert (late.level, late.params["days"]) == ("error", 36)
