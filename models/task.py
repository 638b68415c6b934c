"""Tasks: whatever waits, waits for a role at a body, until a deadline."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.document import Document
from models.obligation import Obligation
from models.person import Person
from models.unit import Unit


class Task(Base):
    """Open work on a document, or on an obligation that has no document yet.

    `roles` say which posts it waits for now (of this body, or above once it climbed; none where
    nobody is left up to the top); `person` is set where only one person can do it (the author of a
    commitment). Nobody is assigned by name otherwise.
    """

    __tablename__ = "task"
    __table_args__ = (
        sa.CheckConstraint("document_id is not null or obligation_id is not null", name="subject"),
        sa.Index(
            "ix_task_open_holder",
            "unit_id",
            "due_at",
            "id",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index(
            "ix_task_open_person",
            "person_id",
            "due_at",
            "id",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index("ix_task_document", "document_id"),
        sa.Index("ix_task_obligation", "obligation_id"),
    )

    id: Mapped[Id]
    document_id: Mapped[int | None] = ref("document.id", index=False)
    obligation_id: Mapped[int | None] = ref("obligation.id", index=False)
    action: Mapped[
        str
    ]  # the act that would close it: create, submit, review, approve, report, receive; meet: a sitting
    unit_id: Mapped[int] = ref("unit.id", index=False)  # the body that owes the act
    person_id: Mapped[int | None] = ref("person.id", index=False)
    climbed: Mapped[bool] = mapped_column(default=False)  # not with the body it was meant for
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # the end of the last good day
    nominal_due: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = ref("person.id")

    document: Mapped[Document | None] = relationship()
    obligation: Mapped[Obligation | None] = relationship()
    unit: Mapped[Unit] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    roles: Mapped[list[TaskRole]] = relationship(
        back_populates="task", cascade="all, delete-orphan"
    )


class TaskRole(Base):
    """One holder of an open task: role at unit. The desk finds tasks by these rows."""

    __tablename__ = "task_role"
    __table_args__ = (
        sa.Index("ix_task_role_holder", "unit_id", "role"),
        sa.UniqueConstraint("task_id", "unit_id", "role"),
    )

    id: Mapped[Id]
    task_id: Mapped[int] = ref("task.id")
    unit_id: Mapped[int] = ref("unit.id", index=False)
    role: Mapped[str]

    task: Mapped[Task] = relationship(back_populates="roles")
    unit: Mapped[Unit] = relationship()
