"""What an inspection puts on paper: the pieces of its dossier with their signatures, findings with
the answer of who was inspected, and what the conclusion requires, with the reports back."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.event import AuditEvent
from models.inspection import Inspection
from models.obligation import Obligation
from models.person import Person
from models.unit import Unit

PIECES = 12
SIGNERS = ("chair", "recorder", "inspected")


class DossierPiece(Base):
    """One piece of a dossier, or one of several of the same number (`part`): what is typed of it.

    The rest is filled from what the system holds when it is shown. Minutes are `offered` to their
    three signers: from then on their text is fixed, and what each signs is `content_hash`.
    """

    __tablename__ = "dossier_piece"
    __table_args__ = (
        sa.UniqueConstraint("inspection_id", "n", "part"),
        sa.CheckConstraint(f"n between 1 and {PIECES}", name="n"),
    )

    id: Mapped[Id]
    inspection_id: Mapped[int] = ref("inspection.id", index=False)
    n: Mapped[int]
    part: Mapped[int] = mapped_column(default=1)
    unit_id: Mapped[int | None] = ref("unit.id", index=False)  # the inspected unit it is about
    number: Mapped[str] = mapped_column(default="")
    dated_on: Mapped[date | None]  # the printed day; of minutes the day it happened
    place: Mapped[str] = mapped_column(default="")
    texts: Mapped[dict] = mapped_column(default=dict)  # {section: what was typed}
    version: Mapped[int] = mapped_column(default=1)
    salt: Mapped[bytes | None]
    content_hash: Mapped[bytes | None]  # of what was offered, salted
    offered_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int] = ref("person.id", index=False)

    inspection: Mapped[Inspection] = relationship()
    unit: Mapped[Unit | None] = relationship()
    updated_by: Mapped[Person] = relationship()
    signatures: Mapped[list[PieceSignature]] = relationship(
        back_populates="piece", order_by="PieceSignature.id", cascade="all, delete-orphan"
    )

    def signature(self, role: str) -> PieceSignature | None:
        """The signature of this role, asked for or given."""
        return next((one for one in self.signatures if one.role == role), None)


class PieceSignature(Base):
    """One of the three signers of minutes; given by his own act, else the paper is scanned."""

    __tablename__ = "piece_signature"
    __table_args__ = (
        sa.UniqueConstraint("piece_id", "role"),
        sa.UniqueConstraint("piece_id", "person_id"),  # nobody signs for two
        sa.CheckConstraint("role in ('chair', 'recorder', 'inspected')", name="role"),
    )

    id: Mapped[Id]
    piece_id: Mapped[int] = ref("dossier_piece.id", index=False)
    role: Mapped[str]
    person_id: Mapped[int] = ref("person.id")
    remark: Mapped[str] = mapped_column(default="")  # what he wants said along with it
    signed_at: Mapped[datetime | None]
    event_id: Mapped[int | None] = ref("audit_event.id", index=False)

    piece: Mapped[DossierPiece] = relationship(back_populates="signatures")
    person: Mapped[Person] = relationship()


class InspectionFinding(Base):
    """A fact that an inspection found, tied to an event of the log or to a revision of a document.

    The inspected unit may answer; its answer stands before the finding wherever that is shown.
    """

    __tablename__ = "inspection_finding"
    __table_args__ = (
        sa.UniqueConstraint("inspection_id", "n"),
        sa.CheckConstraint("event_id is not null or document_id is not null", name="evidence"),
        sa.CheckConstraint("(document_id is null) = (revision is null)", name="revision"),
        sa.CheckConstraint("question between 1 and 15", name="question"),
    )

    id: Mapped[Id]
    inspection_id: Mapped[int] = ref("inspection.id", index=False)
    n: Mapped[int]  # 1, 2 … in its inspection
    unit_id: Mapped[int] = ref("unit.id")
    question: Mapped[int | None]  # which of the fifteen brought it up
    text: Mapped[str]
    event_id: Mapped[int | None] = ref("audit_event.id", index=False)
    document_id: Mapped[int | None] = ref("document.id")
    revision: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = ref("person.id", index=False)
    withdrawn_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = ref("person.id", index=False)

    inspection: Mapped[Inspection] = relationship()
    unit: Mapped[Unit] = relationship()
    event: Mapped[AuditEvent | None] = relationship()
    created_by: Mapped[Person] = relationship(foreign_keys=[created_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])


class ConclusionRequirement(Base):
    """What a conclusion requires of an inspected unit, and by when. Once concluded it is an
    obligation like any other, on the same ladder."""

    __tablename__ = "conclusion_requirement"
    __table_args__ = (sa.UniqueConstraint("inspection_id", "n"),)

    id: Mapped[Id]
    inspection_id: Mapped[int] = ref("inspection.id", index=False)
    n: Mapped[int]  # 1, 2 … in its inspection
    unit_id: Mapped[int] = ref("unit.id")
    text: Mapped[str]
    due_on: Mapped[date]  # the last good day to report back
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = ref("person.id", index=False)
    obligation_id: Mapped[int | None] = ref("obligation.id", unique=True, index=False)

    inspection: Mapped[Inspection] = relationship()
    unit: Mapped[Unit] = relationship()
    created_by: Mapped[Person] = relationship()
    obligation: Mapped[Obligation | None] = relationship()
    reports: Mapped[list[ReportBack]] = relationship(
        back_populates="requirement", order_by="ReportBack.id", cascade="all, delete-orphan"
    )

    @property
    def waiting(self) -> ReportBack | None:
        """The report back that the commission has not answered yet."""
        last = self.reports[-1] if self.reports else None
        return last if last is not None and last.verdict is None else None


class ReportBack(Base):
    """The inspected unit says how it carried a requirement out; the commission confirms, or asks for
    more. Each round stays."""

    __tablename__ = "report_back"
    __table_args__ = (
        sa.CheckConstraint("verdict in ('confirmed', 'returned')", name="verdict"),
        sa.CheckConstraint("(verdict is null) = (judged_at is null)", name="judged"),
    )

    id: Mapped[Id]
    requirement_id: Mapped[int] = ref("conclusion_requirement.id")
    text: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int] = ref("person.id", index=False)
    verdict: Mapped[str | None]
    said: Mapped[str] = mapped_column(default="")  # why more is asked for
    judged_at: Mapped[datetime | None]
    judged_by_id: Mapped[int | None] = ref("person.id", index=False)

    requirement: Mapped[ConclusionRequirement] = relationship(back_populates="reports")
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    judged_by: Mapped[Person | None] = relationship(foreign_keys=[judged_by_id])
