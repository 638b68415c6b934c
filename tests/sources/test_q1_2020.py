"""A district's unions in 2020: "before 20/5" is kept on 19/5; the district union reports to two."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from models.base import db
from models.unit import superior_of
from tests.sources.house import House, found
from workflows.trail import verify

pytestmark = pytest.mark.databases("sqlite")


def test_the_unions_of_2020_run(app: Flask) -> None:
    with app.app_context():
        house = House.play(app, "q1-2020")
        before_a_day(house)
        two_superiors(house)
        plan = house.document("08/KH-LĐLĐ")  # G3: rests on a plan of the district, 58 days older
        assert (plan.dated_on, house.findings(plan)) == (date(2020, 3, 18), {})
        assert plan.in_force_revision == 1
        assert [*found("q1-2020.toml"), *found("q1-2020-qu.toml")] == []
        assert verify(db.session()).whole


def before_a_day(house: House) -> None:
    """G8: the last good day is the one before, and does not roll."""
    assert house.dues("O-UNION-1") == (date(2020, 5, 19), date(2020, 5, 19))
    assert house.dues("O-UNION-2") == (date(2020, 10, 19), date(2020, 10, 19))
    on_the_last_day = house.obligation("O-UNION-1", "CS1")
    assert on_the_last_day.state == "fulfilled"
    assert house.rungs("O-UNION-1", "CS1") == []
    assert house.rungs("O-UNION-1", "CS2") == [
        (1, date(2020, 5, 20), "CS2"),
        (2, date(2020, 5, 22), "LDQ"),
        (3, date(2020, 5, 28), "LDTP"),
        (4, date(2020, 6, 9), "LDTP"),
    ]


def two_superiors(house: House) -> None:
    """One line decides in each campaign: the city union in one, the district committee in the
    other."""
    for of, number, above in (
        ("Q1-2020", "11/BC-LĐLĐ", "LDTP"),
        ("Q1-2020-QU", "12/BC-LĐLĐ", "QUAN"),
    ):
        owed = house.obligation("O-SUM-1", "LDQ", of=of)
        report = house.document(number)
        assert (owed.state, report.current_stage.unit.code) == ("fulfilled", above)
        superior = superior_of(owed.unit_id, line=report.campaign.line, day=date(2020, 5, 29))
        assert superior is not None
        assert superior.code == above
