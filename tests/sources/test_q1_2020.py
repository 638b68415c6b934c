"""A district's unions in 2020: "before 20/5" is kept on 19/5; the district union reports to two."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from models.base import db, transaction
from models.person import Person
from tests.sources.house import House, found
from workflows import copies
from workflows.calendar import ZONE, local_day
from workflows.history import heard_by
from workflows.refusal import Forbidden, Refused
from workflows.scope import visible_among
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
        assert found("q1-2020.toml") == []
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
    """§00.10: one line decides, the city union's. The district committee gets a copy; what it asks for
    is a comment, and a task of the district union that holds up nothing."""
    owed, report = house.obligation("O-SUM-1", "LDQ"), house.document("11/BC-LĐLĐ")
    assert (owed.state, report.state, report.current_stage.unit.code) == (
        "fulfilled",
        "reported",
        "LDTP",
    )
    [copy] = copies.copies_of(report)
    assert (copy.unit.code, copy.decides) == ("QUAN", False)
    assert local_day(copy.arrived_at) == date(2020, 5, 28)
    committee, union = person("Bì Thị Chả Trứng"), person("Kẹo Văn Kéo")
    now = datetime(2020, 6, 12, 9, tzinfo=ZONE)
    assert visible_among({report.id}, committee, now) == {report.id}
    asked, said = "Ghi thêm số cơ sở đã học xong chủ đề năm.", "Sẽ ghi trong bản tổng hợp lần 2."
    with transaction():
        copies.request(report, asked, actor=committee, now=now)
    task = copies.open_request(report)
    assert task is not None
    assert ("LDQ", "secretary") in {(role.unit.code, role.role) for role in task.roles}
    with pytest.raises(Refused):  # one at a time
        copies.request(report, asked, actor=committee, now=now)
    with pytest.raises(Forbidden):  # who decides on the line has its own acts
        copies.request(report, asked, actor=person("Trà Văn Đá"), now=now)
    with transaction():
        copies.answer(report, said, actor=union, now=now)
    assert copies.open_request(report) is None
    assert [c.text for c in copies.said_of(report)] == [asked, said]
    assert (report.state, copy.received_at) == ("reported", now)
    told = [line.event.action for line in heard_by(report, committee, now)]
    assert told[-3:] == ["copy_received", "copy_requested", "copy_answered"]


def person(name: str) -> Person:
    return db.session.scalars(sa.select(Person).where(Person.full_name == name)).one()
