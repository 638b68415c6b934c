"""How far the logs here are witnessed, for pages: never worked out anew in a request."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import table_of
from models.checkpoint import Checkpoint, LogLook
from models.unit import Unit
from models.witness import WitnessConflict, WitnessLook
from workflows.trail.witness.adding import BEHIND, REWRITTEN

RED_AFTER = timedelta(hours=24)  # without a witness's line over what was signed
CONTRADICTED = (BEHIND, REWRITTEN)
MOST = 100

LOOK, SEEN, UNIT, CHECKPOINT = map(table_of, (LogLook, WitnessLook, Unit, Checkpoint))


class Standing(NamedTuple):
    """Of all logs: how many are witnessed to their signed end, how many have nobody to witness them,
    when one was witnessed last; and the codes of those that waited too long and of those that
    contradict what was seen, a hundred at most of each."""

    witnessed: int
    alone: int
    last: datetime | None
    late: list[str]
    contradicted: list[str]


def standing(session: Session, real_now: datetime) -> Standing:
    """How the logs stand at `real_now`."""
    current = sa.and_(SEEN.c.behind_since.is_(None), SEEN.c.size > 0)
    alone = sa.and_(SEEN.c.behind_since.is_not(None), SEEN.c.fault.is_(None))
    row = session.execute(
        sa.select(sa.func.count().filter(current), sa.func.count().filter(alone)).select_from(SEEN)
    ).one()
    last = session.scalar(sa.select(sa.func.max(WitnessLook.at)))
    return Standing(
        row[0], row[1], last, late(session, real_now), sorted(_contradicted(session, None))
    )


def late(
    session: Session, real_now: datetime, unit_ids: Collection[int] | None = None
) -> list[str]:
    """Codes of the units (None: of all) whose log has grown beyond what a witness saw for more than
    a day; not of those that nobody is to witness."""
    unseen = sa.exists().where(
        CHECKPOINT.c.unit_id == LOOK.c.unit_id,
        CHECKPOINT.c.size > sa.func.coalesce(SEEN.c.size, 0),
        CHECKPOINT.c.signed_at < real_now - RED_AFTER,
    )
    somebody = sa.or_(SEEN.c.fault.is_not(None), SEEN.c.behind_since.is_(None))
    of = sa.true() if unit_ids is None else UNIT.c.id.in_(unit_ids)
    rows = session.scalars(
        sa.select(UNIT.c.code)
        .join_from(LOOK, UNIT, LOOK.c.unit_id == UNIT.c.id)
        .join(SEEN, SEEN.c.unit_id == LOOK.c.unit_id, isouter=True)
        .where(unseen, somebody, of)
        .order_by(UNIT.c.code)
        .limit(MOST)
    )
    return list(rows)


def refused_for_a_day(session: Session, real_now: datetime) -> int:
    """How many logs their witness has refused, or has not answered for, for more than a day."""
    query = sa.select(sa.func.count()).where(
        SEEN.c.fault.is_not(None), SEEN.c.behind_since < real_now - RED_AFTER
    )
    return session.scalar(query) or 0


def is_contradicted(session: Session, unit_ids: Iterable[int]) -> bool:
    """Whether the log of one of these units is not what its witness saw of it."""
    return bool(_contradicted(session, sorted(set(unit_ids))))


def has_conflicts(session: Session) -> bool:
    """Whether the witness here keeps evidence against any log."""
    return session.scalar(sa.select(WitnessConflict.id).limit(1)) is not None


def _contradicted(session: Session, unit_ids: list[int] | None) -> list[str]:
    query = (
        sa.select(UNIT.c.code)
        .join_from(SEEN, UNIT, SEEN.c.unit_id == UNIT.c.id)
        .where(SEEN.c.fault.in_(CONTRADICTED))
        .limit(MOST)
    )
    if unit_ids is not None:
        query = query.where(SEEN.c.unit_id.in_(unit_ids))
    return list(session.scalars(query))
