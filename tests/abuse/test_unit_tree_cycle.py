"""A cycle in the tree of units: refused on the page, in a file and by the command, naming both units;
two lines that are sound alone and a ring together, drawn at once, are refused too."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.unit import ReportingLine, Unit, superior_of
from tests.abuse.said import shown
from tests.cast import TODAY, Office
from tests.support.house import ADMINISTRATOR, House
from tests.test_importing import workbook
from tests.test_two_at_once import behind
from workflows import organisation

RING = (
    "%(unit)s chưa thể báo cáo lên %(superior)s, vì trên tuyến này %(superior)s "
    "đang ở dưới %(unit)s. Chọn cấp trên khác, hoặc kết thúc tuyến của %(superior)s trước."
)
ITSELF = "%(unit)s không thể báo cáo lên chính nó. Chọn cấp trên khác."
NAMES = {"unit": "Đảng bộ phường Thử", "superior": "Chi bộ Thử"}


def lines(app: Flask) -> list[tuple[int, int]]:
    with app.app_context():
        rows = db.session.execute(
            sa.select(ReportingLine.unit_id, ReportingLine.superior_id).order_by(ReportingLine.id)
        )
        return [tuple(row) for row in rows]


@pytest.mark.databases("sqlite")
def test_unit_tree_cycle_on_the_page(app: Flask) -> None:
    house = House(app)
    administrator, before, events = house(ADMINISTRATOR), lines(app), house.events()
    page, action = "/administrator/units/WARD", "/administrator/units/WARD/lines"
    for superior, sentence, names in (
        ("CELL", RING, NAMES),
        ("WARD", ITSELF, {"unit": NAMES["unit"]}),
    ):
        answer = administrator.submit(page, action, superior=superior, line="party")
        assert answer.status_code == 422
        assert shown(answer, sentence, **names)
        assert f'value="{superior}"' in answer.text, "what was typed is kept"
    assert (lines(app), house.events()) == (before, events)


@pytest.mark.databases("sqlite")
def test_unit_tree_cycle_in_a_file(app: Flask, tmp_path: Path) -> None:
    """The whole file is refused, by the line that closes the ring; nothing of it is written."""
    house = House(app)
    before, events = lines(app), house.events()
    file = tmp_path / "units.xlsx"
    new = ("NEW", "Chi bộ Mới", "cell", "BASE", "CB")
    file.write_bytes(workbook({"Đơn vị": (new, ("WARD", NAMES["unit"], "ward", "CELL", "ĐU"))}))
    for arguments in ([str(file), "--dry-run"], [str(file)]):
        told = app.test_cli_runner().invoke(args=["org", "import", *arguments])
        assert told.exit_code == 1
        assert shown(told.output, RING, **NAMES)
        assert "dòng 3" in told.output
    with app.app_context():
        assert db.session.scalar(sa.select(Unit.id).where(Unit.code == "NEW")) is None
    assert (lines(app), house.events()) == (before, events)


@pytest.mark.databases("postgresql")
def test_unit_tree_cycle_drawn_by_two_at_once(app: Flask) -> None:
    with app.app_context():
        office = Office()
        cell, ward, now = office.units["CELL"].id, office.units["WARD"].id, office.now

        def draw(unit: int, superior: int) -> None:
            with transaction() as session:
                organisation.add_reporting_line(
                    session,
                    unit=session.get_one(Unit, unit),
                    superior=session.get_one(Unit, superior),
                    line="union",
                    actor=None,
                    now=now,
                )

        logs = "SELECT unit_id FROM log_head FOR UPDATE"  # neither has written when both looked
        outcomes = behind(app, logs, lambda: draw(cell, ward), lambda: draw(ward, cell))
        assert outcomes == ["Refused", "done"]
        above = [superior_of(unit, line="union", day=TODAY) for unit in (cell, ward)]
        assert above.count(None) == 1
