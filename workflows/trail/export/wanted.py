"""Of what an export is asked for, and who may ask: plans, reports and logs below are an inspector's to
read at any time, an inspection's scope its team's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.inspection import Inspection
from models.person import Person
from models.unit import Unit
from workflows.inspections import reaching
from workflows.refusal import N_, Reason, Refused
from workflows.scope import inspector_unit_ids

MOST_UNITS = 300


@dataclass(frozen=True)
class Wanted:
    """The units whose logs leave as a whole; with an inspection only what it covers of their papers."""

    units: tuple[Unit, ...]
    inspection: Inspection | None = None

    @property
    def params(self) -> dict[str, Any]:
        """What an order keeps of it: ids."""
        return {
            "units": [unit.id for unit in self.units],
            "inspection": self.inspection.id if self.inspection else None,
        }


def of_unit(unit: Unit, person: Person, now: datetime) -> Wanted:
    """The log of one unit, with its plans and reports. Raises Refused unless the person inspects
    it."""
    return _allowed(Wanted((unit,)), person, now)


def of_inspection(inspection: Inspection, person: Person, now: datetime) -> Wanted:
    """The scope of one inspection. Raises Refused unless the person is on its team and inspects its
    units."""
    units = tuple(sorted((row.unit for row in inspection.units), key=lambda unit: unit.id))
    return _allowed(Wanted(units, inspection), person, now)


def wanted(params: dict[str, Any], person: Person | None, now: datetime) -> Wanted:
    """What an order asked for, as the person may have it at the instant `now`; nobody in particular
    is the operator of the installation. Raises Refused."""
    ids = params.get("units", [])
    rows = sa.select(Unit).where(Unit.id.in_(ids)).order_by(Unit.id)
    number = params.get("inspection")
    inspection = db.session.get(Inspection, number) if number is not None else None
    found = Wanted(tuple(db.session.scalars(rows)), inspection)
    if len(found.units) < len(ids) or (number is not None and inspection is None):
        raise _refused()
    return found if person is None else _allowed(found, person, now)


def teams_of(person: Person, now: datetime) -> list[Inspection]:
    """The inspections that the person carries out and on whose team he is, newest first; a planned
    one is among them."""
    return [
        inspection
        for inspection in reaching.carried_out(person, now)
        if person.id in {member.person_id for member in inspection.members}
    ]


def _allowed(found: Wanted, person: Person, now: datetime) -> Wanted:
    if not found.units or len(found.units) > MOST_UNITS:
        raise Refused(
            Reason(
                "FORM",
                N_("Mỗi lần xuất được sổ của 1 đến %(most)s đơn vị. Chọn lại phạm vi."),
                {"most": MOST_UNITS},
                place="scope",
            )
        )
    if not {unit.id for unit in found.units} <= inspector_unit_ids(person, now):
        raise _refused()
    inspection = found.inspection
    if inspection is not None and inspection not in teams_of(person, now):
        raise _refused()
    kept = reaching.kept_from(person, now).where(Document.unit_id.in_([u.id for u in found.units]))
    if db.session.scalar(kept.limit(1)) is not None:
        raise _refused()
    return found


def _refused() -> Refused:
    return Refused(
        Reason(
            "FORM",
            N_(
                "Chưa xuất được: có đơn vị không còn thuộc phạm vi kiểm tra được giao. "
                "Tải lại trang rồi chọn lại phạm vi."
            ),
            place="scope",
        )
    )
