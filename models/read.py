"""Which commitment texts somebody other than the author has read, and what a team has read in the
course of its inspection. Shown to the author, and afterwards to the inspected unit."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models.base import Base, Id, ref
from models.person import Person


class Reading(Base):
    __tablename__ = "reading"
    __table_args__ = (sa.Index("ix_reading_document", "document_id"),)

    id: Mapped[Id]
    document_id: Mapped[int] = ref("document.id", index=False)
    revision: Mapped[int]
    person_id: Mapped[int] = ref("person.id")
    event_id: Mapped[int] = ref("audit_event.id", index=False)
    inspection_id: Mapped[int | None] = ref("inspection.id")  # in whose course; else None
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()
