"""The next day on which anything changes in the organisation by itself: a term, a delegation, an
absence, a membership, a line of superiors or a unit that begins or has ended, a unit that closes, a
freeze whose last day it was."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from models.base import asked
from models.change import UnitChange
from models.inspection import Inspection
from models.person import Absence, Membership
from models.post import Delegation, Post
from models.unit import ReportingLine, Unit
from workflows.calendar import ONE_DAY

_DAY = sa.bindparam("day", type_=sa.Date)
_DATED = (Post, Delegation, Absence, Membership, ReportingLine, Unit)
_FIRST: sa.CompoundSelect[Any] = sa.union_all(
    *(
        sa.select(sa.literal_column("0"), sa.func.min(table.valid_from)).where(
            table.valid_from > _DAY
        )
        for table in _DATED
    ),
    *(
        sa.select(sa.literal_column("1"), sa.func.min(table.valid_to)).where(table.valid_to >= _DAY)
        for table in _DATED
    ),
    sa.select(sa.literal_column("1"), sa.func.min(Inspection.ends_on)).where(
        Inspection.ends_on >= _DAY, Inspection.frozen
    ),
    sa.select(sa.literal_column("0"), sa.func.min(UnitChange.effective_on)).where(
        UnitChange.effective_on > _DAY, UnitChange.carried_out_at.is_(None)
    ),
)


def next_change(after: date) -> date | None:
    """The first day after this one that is unlike the day before it; None if none is known."""
    days = [
        day + ONE_DAY if ends else day
        for ends, day in asked(_FIRST, {"day": after})
        if day is not None
    ]
    return min(days, default=None)
