"""Four steps in a district in 2020: two plans with a basis each, commitments, the monthly review; and
the track of those who are not members."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from models.base import db
from tests.sources.house import House, found
from workflows.trail import verify

pytestmark = pytest.mark.databases("sqlite")
MEMBERS = {"Cầu Văn Khỉ", "Tre Thị Lắc Lẻo", "Dây Văn Chuối"}
OTHERS = {"Tem Thị Thư", "Bìa Văn Cứng"}


def test_the_four_steps_of_2020_run(app: Flask) -> None:
    with app.app_context():
        house = House.play(app, "ts-2020")
        two_plans(house)
        members(house)
        those_who_are_not_members(house)
        assert {rule for rule, level in found("ts-2020.toml") if level != "info"} == set()
        assert verify(db.session()).whole


def two_plans(house: House) -> None:
    """R03: each rests on its own superior body, and nothing is found against either."""
    for code, number, issuer in (
        ("O-STUDY", "20-KH/ĐU", "Ban Tuyên giáo"),
        ("O-PLAN", "21-KH/ĐU", "Ban Thường vụ"),
    ):
        assert house.dues(code) == (date(2020, 2, 29), date(2020, 3, 2))
        assert house.obligation(code, "XA").state == "fulfilled"
        plan = house.document(number)
        assert house.findings(plan) == {}
        assert plan.current.basis[0]["issuer"].startswith(issuer)


def members(house: House) -> None:
    assert house.obligation("O-PLAN-C", "AP").state == "fulfilled"
    assert house.owes("O-COMMIT") == MEMBERS
    assert {house.obligation("O-COMMIT", "AP", name).state for name in MEMBERS} == {"fulfilled"}
    assert house.obligation("O-MONTH-04", "AP").state == "fulfilled"
    assert house.dues("O-HALF-U") == (date(2020, 6, 30), date(2020, 6, 30))
    assert house.dues("O-YEAR-U") == (date(2020, 12, 31), date(2020, 12, 31))
    for code, day in (("O-HALF", date(2020, 6, 30)), ("O-YEAR", date(2020, 12, 31))):  # R13, R14
        for track, who in (("P", MEMBERS), ("N", OTHERS)):
            assert house.owes(f"{code}-{track}") == who
            assert house.dues(f"{code}-{track}") == (day, day)


def those_who_are_not_members(house: House) -> None:
    """R05: their unit, and no other, owes a plan of its own; it came late, and they owe from its
    day."""
    assert house.owes("O-NPLAN") == {"UBND"}
    plan = house.obligation("O-NPLAN", "UBND")
    assert plan.state == "fulfilled_late"
    assert house.rungs("O-NPLAN", "UBND") == [  # 02/04/2020 was a holiday
        (1, date(2020, 4, 1), "UBND"),
        (2, date(2020, 4, 6), "XA"),
        (3, date(2020, 4, 10), "HUYEN"),
    ]
    assert house.owes("O-COMMIT-N") == OTHERS
    assert house.dues("O-COMMIT-N")[1] == date(2020, 5, 8)
