"""The rehearsal: the whole installation lives at another time, by an offset kept in the
database."""

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, already_told, asked, db, once


class Rehearsal(Base):
    """At most one row (id 1). `offset_seconds` is added to real time everywhere but in sessions and
    locks."""

    __tablename__ = "rehearsal"

    id: Mapped[int] = mapped_column(primary_key=True)
    offset_seconds: Mapped[float]
    begun_at: Mapped[datetime]  # the organisation's instant at which it began
    # While a command moves time instant by instant, the clock stands still at `frozen_at`.
    frozen_at: Mapped[datetime | None]


def rehearsal() -> Rehearsal | None:
    """The running rehearsal, or None in real operation."""
    return db.session.get(Rehearsal, 1)


class Running(NamedTuple):
    """The rehearsal's clock: what to add to real time, or where it stands still."""

    offset_seconds: float
    frozen_at: datetime | None


# For a statement that brings the clock along: its columns, and on what to join `Rehearsal`.
CLOCK = (Rehearsal.offset_seconds, Rehearsal.frozen_at)
RUNS = Rehearsal.id == 1
_RUNNING = sa.select(*CLOCK).where(RUNS)
_QUESTION = "rehearsal"


def running() -> Running | None:
    """The rehearsal's clock, or None in real operation; asked once in a read snapshot."""

    def find() -> Running | None:
        row = asked(_RUNNING).one_or_none()
        return None if row is None else Running(*row)

    return once(db.session(), _QUESTION, find)


def told(offset_seconds: float | None, frozen_at: datetime | None) -> None:
    """What a statement brought along of `CLOCK`; no offset in real operation."""
    row = None if offset_seconds is None else Running(offset_seconds, frozen_at)
    already_told(db.session(), _QUESTION, row)


def offset() -> timedelta:
    """What to add to real time; zero when no rehearsal runs."""
    row = running()
    return timedelta(seconds=row.offset_seconds if row is not None else 0)


def instant(real: datetime) -> datetime:
    """The organisation's instant at a real one: where the clock stands still, or real time plus
    offset."""
    row = running()
    if row is None:
        return real
    return row.frozen_at or real + timedelta(seconds=row.offset_seconds)
