"""Obligations: what is owed and perhaps not there. "Not submitted" is a row, not an absence."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.campaign import Requirement
from models.person import Person
from models.unit import Unit


class Obligation(Base):
    """`unit` (or `person`, in his cell `unit`) owes what `requirement` asks.

    State: open | fulfilled | fulfilled_late | waived. Due soon and overdue are conditions of an open
    one (`workflows.obligations.condition`).
    """

    __tablename__ = "obligation"
    __table_args__ = (
        sa.UniqueConstraint("requirement_id", "unit_id", "person_id"),
        sa.CheckConstraint(
            "state in ('open', 'fulfilled', 'fulfilled_late', 'waived')", name="state"
        ),
        # NULLs are distinct in a unique constraint: a unit's own obligation needs its own index.
        sa.Index(
            "uq_obligation_unit",
            "requirement_id",
            "unit_id",
            unique=True,
            sqlite_where=sa.text("person_id IS NULL"),
            postgresql_where=sa.text("person_id IS NULL"),
        ),
        sa.Index(
            "ix_obligation_open",
            "effective_due",
            "id",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    id: Mapped[Id]
    requirement_id: Mapped[int] = ref("requirement.id", index=False)
    unit_id: Mapped[int] = ref("unit.id")
    person_id: Mapped[int | None] = ref("person.id")
    nominal_due: Mapped[date]  # the last good day as the rule says it; never changes
    effective_due: Mapped[date]  # the last good day that counts, in the organisation's zone
    extended_to: Mapped[date | None]  # as the last extension says it, before days off are rolled
    counted_from: Mapped[date | None]  # the day of the event, where the rule counts from one
    state: Mapped[str] = mapped_column(default="open")
    fulfilled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    requirement: Mapped[Requirement] = relationship()
    unit: Mapped[Unit] = relationship()
    person: Mapped[Person | None] = relationship()
