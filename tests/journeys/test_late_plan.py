"""A cell's plan is late: the cell says why, the ward hears of it on the right morning and chases, the
cell reports, and there it ends."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.journeys.conftest import Visitor
from tests.support.meeting import plan_in_force

pytestmark = [
    pytest.mark.soak,  # the short form, without a browser, is in tests/test_ladder_pages.py
    pytest.mark.data("organisation"),
    pytest.mark.databases("sqlite"),
]

WHY = "Chi bộ vừa kiện toàn chi ủy, xin nộp trước ngày 15/4."


@pytest.fixture
def at() -> str:
    return "2026-04-01T07:30+07:00"


def advance(app: Flask, to: str) -> None:
    moved = app.test_cli_runner().invoke(args=["rehearsal", "advance", f"2026-{to}+07:00"])
    assert moved.exit_code == 0, moved.output


def rows(visitor: Visitor, side: str, unit: str):  # type: ignore[no-untyped-def]
    visitor.go(f"/escalations?side={side}")
    return visitor.on.locator("li.task", has_text=unit)


def test_a_late_plan_reaches_the_ward_with_its_reason(app: Flask, visitor: Visitor) -> None:
    visitor.enter("bithu.c1")
    mine = rows(visitor, "from", "")
    unit = mine.first.locator("h2").inner_text().split(", ")[1].split(" chưa ")[0]
    visitor.press(mine.first.locator("a.btn"))
    visitor.fill(reason=WHY)
    visitor.press(visitor.on.locator("#reason-form button"))
    visitor.enter("bithu.phuong")
    assert rows(visitor, "to", unit).count() == 0

    advance(app, "04-09T06:59")
    assert rows(visitor, "to", unit).count() == 0, "not before seven of its morning"
    advance(app, "04-09T07:01")
    visitor.press(rows(visitor, "to", unit).first.locator("a.btn"))
    visitor.sees(WHY)
    page = visitor.on.url.removeprefix(visitor.url)
    visitor.on.locator("#kind-chased").check()
    visitor.fill(note="Nộp trong tuần này.")
    visitor.press(visitor.on.locator("#answer-form button"))
    visitor.sees("Nộp trong tuần này.")

    visitor.enter("bithu.c1").go("/escalations?side=from")
    plan_in_force(app)
    visitor.take("01-KH/CB").act("report")
    visitor.enter("bithu.phuong").go("/escalations")
    assert rows(visitor, "to", unit).count() == 0
    visitor.go(page)
    assert visitor.on.locator("#answer-form").count() == 0
