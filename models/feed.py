"""Private calendar addresses: whoever knows one reads a person's deadlines, and nothing else."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.person import Person


class CalendarFeed(Base):
    """One address that was given out. It holds a random token; here is only its hash. Real time."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        # A person has one that works; those he revoked stay as they were.
        sa.Index(
            "uq_calendar_feed_working",
            "person_id",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = ref("person.id")
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]  # the last time
    counted_since: Mapped[datetime | None]  # the hour of which `fetches` counts
    fetches: Mapped[int] = mapped_column(default=0)

    person: Mapped[Person] = relationship()
