"""What the signing process last saw of the logs, for pages: never counted anew in a request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import table_of
from models.checkpoint import LogLook
from models.unit import Unit
from workflows.trail.witness.standing import is_contradicted

LOOK, UNIT = map(table_of, (LogLook, Unit))
MOST = 20


class Mismatch(NamedTuple):
    """A log that does not continue what was signed of it. `seq`: the first event in doubt; `since`:
    when it was first seen, real time."""

    code: str
    name: str
    kind: str  # shorter | rewritten | gap
    seq: int
    since: datetime


def mismatches(session: Session) -> list[Mismatch]:
    """The logs that are not signed for what was found, the oldest finding first; some at most."""
    rows = session.execute(
        sa.select(UNIT.c.code, UNIT.c.name, LOOK.c.fault, LOOK.c.fault_seq, LOOK.c.fault_at)
        .join_from(LOOK, UNIT, LOOK.c.unit_id == UNIT.c.id)
        .where(LOOK.c.fault.is_not(None))
        .order_by(LOOK.c.fault_at, UNIT.c.id)
        .limit(MOST)
    )
    return [Mismatch._make(row) for row in rows]


def are_whole(session: Session, unit_ids: Iterable[int]) -> bool | None:
    """Whether these logs were all found whole, by the signing process and by their witness; None
    when none of them was looked at yet."""
    units = sorted(set(unit_ids))
    rows = session.execute(sa.select(LOOK.c.fault).where(LOOK.c.unit_id.in_(units)).distinct())
    found = set(rows.scalars())
    return None if not found else found == {None} and not is_contradicted(session, units)
