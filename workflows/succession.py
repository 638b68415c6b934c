"""Who acts for a unit that has closed: its successor, and that one's successor.

Papers of a closed unit stay its own; whoever took over its work acts on them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models.base import asked, db
from models.change import UnitChange
from models.unit import Unit


def successor(unit: Unit) -> Unit:
    """The unit that acts for this one now: itself, unless it closed into another."""
    seen = {unit.id}
    while unit.valid_to is not None:
        heir = db.session.scalar(
            sa.select(Unit)
            .join(UnitChange, UnitChange.successor_id == Unit.id)
            .where(UnitChange.unit_id == unit.id, UnitChange.carried_out_at.is_not(None))
            .order_by(UnitChange.id)
            .limit(1)
        )
        if heir is None or heir.id in seen:
            break
        seen.add(heir.id)
        unit = heir
    return unit


_FIRST = (
    sa.select(sa.func.min(UnitChange.id))
    .where(UnitChange.carried_out_at.is_not(None))
    .group_by(UnitChange.unit_id)
)


def closed_into(units: Any) -> sa.Select[Any]:
    """A statement for the ids of the units that closed with one of `units` (a statement for ids, or
    the parameter that will hold them) as the heir of their papers, at once or by way of others."""
    earlier = aliased(UnitChange)
    closed = (
        sa.select(UnitChange.unit_id.label("id"))
        .where(UnitChange.id.in_(_FIRST), UnitChange.successor_id.in_(units))
        .cte("closed", recursive=True)
    )
    closed = closed.union(
        sa.select(earlier.unit_id)
        .join(closed, earlier.successor_id == closed.c.id)
        .where(earlier.id.in_(_FIRST))
    )
    return sa.select(closed.c.id)


_CLOSED = closed_into(sa.bindparam("units", expanding=True))


def predecessors(unit_ids: Iterable[int]) -> set[int]:
    """The units that closed with one of these as the heir of their papers."""
    units = sorted(set(unit_ids))
    return set(asked(_CLOSED, {"units": units}).scalars()) if units else set()
