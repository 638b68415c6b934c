"""The register of numbers: one gap-free series per issuer, type and term (or year)."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.document import Document
from models.person import Person
from models.sitting import Sitting
from models.unit import Unit


class CommitteeTerm(Base):
    """A committee's term of office: a Party body numbers its papers anew in each (domain §7.2)."""

    __tablename__ = "committee_term"

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id")
    label: Mapped[str]  # "2025 - 2030"
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    unit: Mapped[Unit] = relationship()


class NumberEntry(Base):
    """One line of the register: a number given, or voided with its reason. Never deleted."""

    __tablename__ = "number_entry"
    __table_args__ = (sa.UniqueConstraint("unit_id", "type", "period", "n", "again"),)

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id", index=False)
    type: Mapped[str]  # KH, BC, BB, QĐ …
    period: Mapped[str]  # "2025-2030" of a term, "2026" of a year
    n: Mapped[int]  # 0: the number of a recorded paper that cannot be read
    # 0, but for a recorded paper whose number another paper bears already: 1, 2 …
    again: Mapped[int] = mapped_column(default=0)
    symbol: Mapped[str]  # as printed: 05-KH/ĐU
    dated_on: Mapped[date | None]
    subject: Mapped[str] = mapped_column(default="")  # trích yếu
    document_id: Mapped[int | None] = ref("document.id")
    sitting_id: Mapped[int | None] = ref("sitting.id")
    given_at: Mapped[datetime]
    given_by_id: Mapped[int | None] = ref("person.id", index=False)
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[int | None] = ref("person.id", index=False)
    void_reason: Mapped[str | None]
    # The paper itself: printed for signature, and the signed one kept (with its scan or without).
    printed_at: Mapped[datetime | None]
    filed_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
    document: Mapped[Document | None] = relationship()
    sitting: Mapped[Sitting | None] = relationship()
    given_by: Mapped[Person | None] = relationship(foreign_keys=[given_by_id])
    voided_by: Mapped[Person | None] = relationship(foreign_keys=[voided_by_id])
