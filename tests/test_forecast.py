"""Predicted days along the route: working days from where the paper lies now, and the warning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from models.base import db, transaction
from models.document import Document
from tests.cast import Office
from tests.support.house import House
from tests.support.visitor import says
from workflows.forecast import expected_by, late_report
from workflows.journey import route_view

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with app.app_context():
        yield Office()


def days(office: Office, document: Document) -> list[list[tuple[str, str, str]]]:
    """(act, state, day) of every step not yet done, stage by stage."""
    return [
        [
            (step.action, step.state, f"{step.due:%d/%m}" if step.due else "")
            for step in stage.steps
            if step.state != "done"
        ]
        for stage in route_view(document, office.now)
    ]


def test_a_draft_is_told_as_if_handed_in_today(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")  # Monday 02/03/2026
    assert days(office, plan) == [
        # 5, 10 and 3 working days; the draft itself until the obligation's day.
        [("submit", "now", "31/03"), ("review", "next", "09/03"), ("approve", "next", "23/03"),
         ("report", "next", "26/03")],
        [("receive", "next", ""), ("review", "next", "02/04"), ("approve", "next", "16/04"),
         ("report", "next", "21/04")],
        [("receive", "next", "29/04")],
    ]  # fmt: skip


def test_what_follows_counts_from_the_open_deadline(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.wait(days=3)  # the review is due on Monday 09/03 whatever the day
    assert days(office, plan)[0] == [
        ("review", "now", "09/03"), ("approve", "next", "23/03"), ("report", "next", "26/03"),
    ]  # fmt: skip
    office.wait(days=10)  # Sunday 15/03: it is late, the rest counts from today
    assert days(office, plan)[0] == [
        ("review", "now", "09/03"), ("approve", "next", "27/03"), ("report", "next", "01/04"),
    ]  # fmt: skip
    stages = route_view(plan, office.now)
    assert late_report(plan, stages) == date(2026, 4, 1), "the obligation is due on 31/03"
    assert expected_by(stages)[0] == date(2026, 4, 1)


def test_nothing_is_predicted_of_what_is_through(office: Office) -> None:
    plan = office.cell_plan_in_force()
    office.act(plan, "report", "Sau")
    stages = route_view(plan, office.now)
    assert expected_by(stages)[0] is None
    assert expected_by(stages)[1] is not None
    assert late_report(plan, stages) is None
    office.act(plan, "review", "Ba")
    office.act(plan, "approve", "Bon")
    office.act(plan, "report", "Binh", via="WARD-XDD")
    office.act(plan, "receive", "Xuan")
    assert expected_by(route_view(plan, office.now)) == [None, None, None]


def test_holidays_are_not_counted(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.wait(days=50)  # Tuesday 21/04: then 26/04 (giỗ Tổ), 30/04 and 01/05
    [_, approve, report] = days(office, plan)[0]
    assert (approve[2], report[2]) == ("08/05", "13/05")


def test_the_page_says_the_days_and_warns(app: Flask) -> None:
    house = House(app)
    plan = house.plan("submitted")
    page = house("Dung").get(f"/documents/{plan}")
    assert says(page, "dự kiến chậm nhất 23/03")
    assert says(page, "mỗi bước được có")
    with house.inside() as office, transaction():
        row = db.session.get_one(Document, plan)
        assert row.obligation is not None
        row.obligation.effective_due = date(2026, 3, 20)
        assert office
    page = house("Dung").get(f"/documents/{plan}")
    assert says(page, "báo cáo vào 26/03, sau hạn 20/03")
    answer = house.app.test_client().get(f"/api/v1/documents/{plan}", headers=house.bearer("Chi"))
    route = answer.get_json()["route"]
    assert [stage["expected_by"] for stage in route] == ["2026-03-26", "2026-04-21", "2026-04-29"]
    with house.inside() as office:
        office.wait(minutes=1)
        row = db.session.get_one(Document, plan)
        office.act(row, "review", "Dung")
        office.approve(row, "Sau", number="02-KH/CB")
        office.act(row, "report", "Sau")
    page = house("Ba").get(f"/documents/{plan}")
    assert says(page, "chưa ghi; không giữ bước sau lại")
