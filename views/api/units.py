"""GET /units: the tree of the organisation, known to everybody signed in."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

import clock
from models.base import db
from models.unit import ReportingLine, Unit, in_force_on
from views import present
from views.api.door import blueprint
from views.api.listing import Filters, page_of
from views.api.represent import day
from views.policy import policy


@blueprint.get("/units")
@policy("signed_in")
def units() -> dict[str, Any]:
    filters = Filters()
    after = filters.after()
    filters.check()
    query = (
        sa.select(Unit)
        .options(joinedload(Unit.level), joinedload(Unit.attached_to))
        .order_by(Unit.id)
        .limit(filters.limit + 1)
    )
    if after is not None:
        query = query.where(Unit.id > after[0])
    return page_of(db.session.scalars(query).all(), filters.limit, _shown)


def _shown(rows: list[Unit]) -> list[dict[str, Any]]:
    above = _superiors([unit.id for unit in rows])
    return [
        {
            "code": unit.code,
            "name": unit.name,
            "name_en": unit.name_en,
            "body": unit.body,
            "symbol": unit.symbol,
            "sector": unit.sector,
            "level": unit.level.code,
            "attached_to": unit.attached_to.code if unit.attached_to else None,
            "superiors": above.get(unit.id, []),
            "valid_from": day(unit.valid_from),
            "valid_to": day(unit.valid_to),
        }
        for unit in rows
    ]


def _superiors(unit_ids: list[int]) -> dict[int, list[dict[str, str]]]:
    """Today's superiors of each unit, on whatever line."""
    rows = db.session.execute(
        sa.select(ReportingLine.unit_id, ReportingLine.line, Unit.code)
        .join(Unit, Unit.id == ReportingLine.superior_id)
        .where(
            ReportingLine.unit_id.in_(unit_ids),
            in_force_on(ReportingLine, present.local_day(clock.now())),
        )
        .order_by(ReportingLine.id)
    )
    found: dict[int, list[dict[str, str]]] = {}
    for unit_id, line, code in rows:
        found.setdefault(unit_id, []).append({"line": line, "unit": code})
    return found
