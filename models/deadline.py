"""Deadlines that can run out, and the rungs they have climbed."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.task import Task
from models.unit import Unit


class Deadline(Base):
    """When the next rung of a task's ladder fires. Open while the task is open."""

    __tablename__ = "deadline"
    __table_args__ = (
        sa.Index(
            "ix_deadline_due",
            "fires_at",
            sqlite_where=sa.text("closed_at IS NULL AND fires_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND fires_at IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    task_id: Mapped[int] = ref("task.id", unique=True)
    unit_id: Mapped[int] = ref("unit.id", index=False)  # whose log the rung is written to
    effective_due: Mapped[date]
    version: Mapped[int] = mapped_column(
        default=1
    )  # grows with an extension; part of a rung's identity
    rung: Mapped[int] = mapped_column(default=0)  # the last one climbed
    fires_at: Mapped[datetime | None]  # when the next rung is due; None when there is none left
    closed_at: Mapped[datetime | None]

    task: Mapped[Task] = relationship()


class Escalation(Base):
    """One rung climbed, exactly once: what, which deadline version, which rung."""

    __tablename__ = "escalation"
    __table_args__ = (sa.UniqueConstraint("deadline_id", "deadline_version", "rung"),)

    id: Mapped[Id]
    deadline_id: Mapped[int] = ref("deadline.id", index=False)
    deadline_version: Mapped[int]
    rung: Mapped[int]
    task_id: Mapped[int] = ref("task.id")
    from_unit_id: Mapped[int] = ref("unit.id")
    to_unit_id: Mapped[int] = ref("unit.id")
    effective_due: Mapped[date]
    at: Mapped[datetime]
    answer: Mapped[str | None]

    task: Mapped[Task] = relationship()
    from_unit: Mapped[Unit] = relationship(foreign_keys=[from_unit_id])
    to_unit: Mapped[Unit] = relationship(foreign_keys=[to_unit_id])
