"""The meeting of a body that decides by meeting: who was there, what was decided, the minutes."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.document import Document
from models.person import Person
from models.unit import Unit

# open: being held; awaiting: closed by the chair, waits for the minute-taker or a scan;
# confirmed: the decisions count and are carried out one by one; done: all carried out.
SITTING_STATES = ("open", "awaiting", "confirmed", "done", "cancelled")


class Sitting(Base):
    """One meeting of one body. The vote is the decision; another person, or the scanned minutes,
    confirm it (R30)."""

    __tablename__ = "sitting"
    __table_args__ = (
        sa.CheckConstraint(
            "state in ({})".format(", ".join(f"'{state}'" for state in SITTING_STATES)),
            name="state",
        ),
        sa.Index("ix_sitting_unit_held_on", "unit_id", "held_on"),
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id", index=False)
    held_on: Mapped[date]  # the day printed in the minutes
    place: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="open")
    version: Mapped[int] = mapped_column(default=1)  # grows with every change
    chair_id: Mapped[int] = ref("person.id")
    minute_taker_id: Mapped[int | None] = ref("person.id")
    number: Mapped[str | None]  # of the minutes: 05-BB/CB
    notes: Mapped[str] = mapped_column(default="")  # what the minutes say besides the decisions
    opened_by_id: Mapped[int] = ref("person.id", index=False)
    opened_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = ref("person.id", index=False)
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = ref("person.id", index=False)
    confirmed_how: Mapped[str | None]  # minute_taker | scan
    done_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
    chair: Mapped[Person] = relationship(foreign_keys=[chair_id])
    minute_taker: Mapped[Person | None] = relationship(foreign_keys=[minute_taker_id])
    opened_by: Mapped[Person] = relationship(foreign_keys=[opened_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
    attendances: Mapped[list[Attendance]] = relationship(
        back_populates="sitting", order_by="Attendance.id"
    )
    items: Mapped[list[AgendaItem]] = relationship(
        back_populates="sitting", order_by="AgendaItem.position"
    )
    reviews: Mapped[list[MonthlyReview]] = relationship(
        back_populates="sitting", order_by="MonthlyReview.id"
    )


class Attendance(Base):
    """Whether a member was there. Full members vote; `standing` is that of the day."""

    __tablename__ = "sitting_attendance"
    __table_args__ = (sa.UniqueConstraint("sitting_id", "person_id"),)

    id: Mapped[Id]
    sitting_id: Mapped[int] = ref("sitting.id", index=False)
    person_id: Mapped[int] = ref("person.id")
    standing: Mapped[str]  # full | probationary
    present: Mapped[bool] = mapped_column(default=True)
    reason: Mapped[str | None]  # of an absence

    sitting: Mapped[Sitting] = relationship(back_populates="attendances")
    person: Mapped[Person] = relationship()


class AgendaItem(Base):
    """One document before the meeting, as the meeting saw it, and what became of it."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        sa.UniqueConstraint("sitting_id", "document_id"),
        sa.Index(
            "ix_agenda_item_to_carry_out",
            "sitting_id",
            "position",
            sqlite_where=sa.text("carried_out_at IS NULL"),
            postgresql_where=sa.text("carried_out_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    sitting_id: Mapped[int] = ref("sitting.id", index=False)
    position: Mapped[int]
    document_id: Mapped[int] = ref("document.id")
    revision: Mapped[int]  # the text that was before the meeting
    chair_id: Mapped[int | None] = ref("person.id", index=False)  # who presided, if not the chair
    # "" not decided yet | agree | revise (Cần sửa) | later (để lại kỳ sau)
    decision: Mapped[str] = mapped_column(default="")
    reason_code: Mapped[str | None]
    reason: Mapped[str | None]
    votes_for: Mapped[int | None]  # None: every voting member present
    votes_against: Mapped[int | None]
    number: Mapped[str | None]  # of a paper that gets one
    dated_on: Mapped[date | None]
    carried_out_at: Mapped[datetime | None]
    outcome: Mapped[str | None]  # approved | returned | refused | moved_on
    refusal: Mapped[list | None]  # [{"rule", "text", "params"}], when the act was refused

    sitting: Mapped[Sitting] = relationship(back_populates="items")
    document: Mapped[Document] = relationship()
    chair: Mapped[Person | None] = relationship()


class SelfNote(Base):
    """What a member wrote of his own month against the numbered items of his commitment."""

    __tablename__ = "self_note"
    __table_args__ = (sa.UniqueConstraint("person_id", "document_id", "month"),)

    id: Mapped[Id]
    person_id: Mapped[int] = ref("person.id", index=False)
    document_id: Mapped[int] = ref("document.id")
    month: Mapped[date]  # its first day
    items: Mapped[list]  # [{"n": 1, "result": "done|partly|not", "text": "…"}]
    text: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    document: Mapped[Document] = relationship()


class MonthlyReview(Base):
    """What the meeting said of one member's month (R11, R12). Never counted or compared."""

    __tablename__ = "monthly_review"
    __table_args__ = (sa.UniqueConstraint("sitting_id", "person_id"),)

    id: Mapped[Id]
    sitting_id: Mapped[int] = ref("sitting.id", index=False)
    person_id: Mapped[int] = ref("person.id")
    document_id: Mapped[int | None] = ref("document.id")  # the commitment in force that day
    month: Mapped[date]  # its first day
    reviewed: Mapped[bool] = mapped_column(default=False)  # the one tap
    items: Mapped[list] = mapped_column(default=list)  # as in SelfNote
    remark: Mapped[str] = mapped_column(default="")

    sitting: Mapped[Sitting] = relationship(back_populates="reviews")
    person: Mapped[Person] = relationship()
    document: Mapped[Document | None] = relationship()
