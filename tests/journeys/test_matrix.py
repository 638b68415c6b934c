"""The table of a committee turns: a cell's plan is missing, is given more time, is signed, comes up."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.journeys.conftest import Visitor
from tests.support.meeting import plan_in_force

pytestmark = [pytest.mark.data("organisation"), pytest.mark.databases("sqlite")]

MATRIX = "/units/B1/obligations"
SHAPES = re.compile(r"#i-(g-\w+)")


def shapes(visitor: Visitor, unit: str) -> list[str]:
    """The shapes in a unit's row, from left to right."""
    row = visitor.on.locator(f'table.matrix tbody tr:has(th a[href$="/units/{unit}"])')
    return SHAPES.findall(row.inner_html())


@pytest.mark.soak  # the short form, without a browser, is in tests/test_matrix.py
def test_the_table_turns_when_a_cell_reports(app: Flask, visitor: Visitor) -> None:
    visitor.enter("bithu.b1").go(MATRIX)
    assert shapes(visitor, "C1")[0] == "g-late"
    late = visitor.on.locator('table.matrix tbody tr:has(th a[href$="/units/C1"])')
    visitor.press(late.locator("a.mc").first)
    visitor.refused = True
    visitor.fill(extension__new_due="15/04/2026")
    extend = visitor.on.locator('form[action$="/extension"] button')
    visitor.press(extend)
    assert visitor.on.locator('[name="extension.new_due"]').input_value() == "15/04/2026"
    visitor.refused = False
    visitor.fill(
        extension__reason="Cả chi bộ đi tập huấn ba tuần.",
        extension__basis_number="11-CV/ĐU",
        extension__basis_dated_on="01/04/2026",
        extension__basis_issuer="Đảng ủy",
    )
    visitor.press(extend)
    assert visitor.on.locator("dl.facts").first.inner_text().count("/2026") == 2
    visitor.go(MATRIX)
    assert shapes(visitor, "C1")[0] == "g-open"

    plan_in_force(app)
    visitor.go(MATRIX)
    assert shapes(visitor, "C1")[0] == "g-half"
    visitor.enter("bithu.c1").take("01-KH/CB").act("report")
    visitor.enter("thammuu.b1").go(MATRIX)
    assert shapes(visitor, "C1")[0] == "g-now"


@pytest.mark.soak  # the short form, without a browser, is in tests/test_calendar_changes.py
@pytest.mark.languages("en")
def test_the_office_sees_what_a_day_off_moves(visitor: Visitor) -> None:
    visitor.enter("quantri").go("/administrator/calendar")
    visitor.fill(day="07/04/2026", working="0", note="Thông báo 12/TB, 03/04/2026")
    visitor.press(visitor.on.locator("#new button"))
    assert visitor.on.locator("#preview tbody tr").count()
    visitor.press(visitor.on.locator("#preview button"))
    assert visitor.on.locator("#preview").count() == 0
