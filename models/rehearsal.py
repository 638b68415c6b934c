"""The rehearsal: the whole installation lives at another time, by an offset kept in the
database."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, db


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


def offset() -> timedelta:
    """What to add to real time; zero when no rehearsal runs."""
    seconds = db.session.scalar(sa.select(Rehearsal.offset_seconds).where(Rehearsal.id == 1))
    return timedelta(seconds=seconds or 0)


def instant(real: datetime) -> datetime:
    """The organisation's instant at a real one: where the clock stands still, or real time plus
    offset."""
    row = db.session.execute(
        sa.select(Rehearsal.offset_seconds, Rehearsal.frozen_at).where(Rehearsal.id == 1)
    ).one_or_none()
    if row is None:
        return real
    return row.frozen_at or real + timedelta(seconds=row.offset_seconds)
