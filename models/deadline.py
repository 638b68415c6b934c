"""Deadlines that can run out, and the rungs they have climbed."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.person import Person
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
    rung: Mapped[int] = mapped_column(default=0)  # the last one climbed; reminders end with 0
    # The day from which the rungs count: later than `effective_due` where the ladder began late or
    # was held; None: `effective_due`.
    counted_from: Mapped[date | None]
    fires_at: Mapped[datetime | None]  # when the next rung is due; None: none left, or paused
    paused_at: Mapped[datetime | None]  # nothing climbs until it goes on
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
    step: Mapped[str] = mapped_column(default="superior", server_default="superior")  # who hears
    task_id: Mapped[int] = ref("task.id")
    from_unit_id: Mapped[int] = ref("unit.id")
    to_unit_id: Mapped[int] = ref("unit.id")
    effective_due: Mapped[date]
    at: Mapped[datetime]
    event_id: Mapped[int | None] = ref("audit_event.id", index=False)
    answer: Mapped[str | None]  # the latest of `answers`

    task: Mapped[Task] = relationship()
    deadline: Mapped[Deadline] = relationship()
    from_unit: Mapped[Unit] = relationship(foreign_keys=[from_unit_id])
    to_unit: Mapped[Unit] = relationship(foreign_keys=[to_unit_id])
    answers: Mapped[list[EscalationAnswer]] = relationship(
        back_populates="escalation", order_by="EscalationAnswer.id"
    )


class EscalationAnswer(Base):
    """What a body that heard of a rung says to it. It changes nobody's document."""

    __tablename__ = "escalation_answer"
    __table_args__ = (
        sa.CheckConstraint("kind in ('noted', 'settled', 'extended', 'chased')", name="kind"),
    )

    id: Mapped[Id]
    escalation_id: Mapped[int] = ref("escalation.id")
    kind: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    until: Mapped[date | None]  # settled, extended: the day until which nothing climbs
    at: Mapped[datetime]
    by_id: Mapped[int] = ref("person.id", index=False)
    unit_id: Mapped[int] = ref("unit.id", index=False)  # the body whose post answered
    event_id: Mapped[int] = ref("audit_event.id", index=False)

    escalation: Mapped[Escalation] = relationship(back_populates="answers")
    by: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()


class LatenessReason(Base):
    """Why something is late, in the words of who is late: one for each version of a deadline. What
    one person owes only his secretary reads."""

    __tablename__ = "lateness_reason"
    __table_args__ = (sa.UniqueConstraint("deadline_id", "deadline_version"),)

    id: Mapped[Id]
    deadline_id: Mapped[int] = ref("deadline.id", index=False)
    deadline_version: Mapped[int]
    text: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int] = ref("person.id", index=False)
    event_id: Mapped[int] = ref("audit_event.id", index=False)

    by: Mapped[Person] = relationship()
