"""An office with many cells, each with a committee member, a deputy and a secretary, and each with a
plan that has come as far as asked. Made by the product's own acts."""

from __future__ import annotations

from models.base import db, transaction
from models.document import Document
from models.person import Membership
from models.unit import ReportingLine, Unit
from tests.cast import Office


class ManyCells(Office):
    """The office of the tests with `cells` more cells; their people are "Chi 7", "Dung 7", "Sau 7"."""

    def __init__(self, cells: int) -> None:
        self.cells = cells
        super().__init__()

    def _campaign(self) -> None:
        for number in range(self.cells):
            code = f"CELL{number}"
            unit = Unit(
                code=code,
                name=f"Chi bộ {number}",
                body=f"Chi bộ {number}",
                symbol="CB",
                level=self.units["CELL"].level,
                place="Thử",
                sector="party",
            )
            self.units[code] = unit
            db.session.add(unit)
            db.session.add(ReportingLine(unit=unit, superior=self.units["BASE"], line="party"))
            for name, role in (("Chi", "committee"), ("Dung", "deputy"), ("Sau", "secretary")):
                person = self.person(f"{name} {number}")
                self.post(f"{name} {number}", code, role, role)
                db.session.add(Membership(person=person, unit=unit, standing="full"))
        super()._campaign()

    def plan(self, number: int, state: str) -> Document:
        """A plan of one cell, drafted by its committee member, as far as `state`."""
        plan = self.begin("plan", f"Chi {number}", f"CELL{number}", dated_on=self.now.date())
        for action, name in (("submit", "Chi"), ("review", "Dung")):
            if plan.state == state:
                break
            self.act(plan, action, f"{name} {number}")
        return plan


def plans(office: ManyCells, state: str) -> list[int]:
    """The ids of one plan of each cell, all in `state`."""
    with transaction():
        return [office.plan(number, state).id for number in range(office.cells)]
