"""Who acts for a unit that has closed: its successor, and that one's successor.

Papers of a closed unit stay its own; whoever took over its work acts on them.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from models.base import db
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
_CLOSED = sa.select(UnitChange.unit_id).where(
    UnitChange.id.in_(_FIRST), UnitChange.successor_id.in_(sa.bindparam("units", expanding=True))
)


def predecessors(unit_ids: Iterable[int]) -> set[int]:
    """The units that closed with one of these as the heir of their papers."""
    found: set[int] = set()
    waiting = set(unit_ids)
    while waiting:
        waiting = set(db.session.scalars(_CLOSED, {"units": sorted(waiting)})) - found
        found |= waiting
    return found
