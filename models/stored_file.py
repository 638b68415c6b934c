"""Files people bring: scans of signed papers and attachments. The bytes lie outside the database,
named by their hash; these rows say whose they are and what they are for."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.document import Document
from models.dossier import DossierPiece, ReportBack
from models.person import Person
from models.sitting import Sitting


class StoredFile(Base):
    """Content kept once, under DATA_DIR, by its SHA-256 as stored (after cleaning)."""

    __tablename__ = "stored_file"

    id: Mapped[Id]
    sha256: Mapped[str] = mapped_column(unique=True)
    media_type: Mapped[str]  # found by content, never taken from the name
    size: Mapped[int]
    pages: Mapped[int | None]
    created_at: Mapped[datetime]


class Attachment(Base):
    """One file beside one revision of a document, a sitting's minutes, a piece of a dossier, or a
    report back on a conclusion.

    `purpose`: scan (the signed paper itself) | attachment (a table, a list, a picture). A scan of an
    inspection's minutes is `confirmed` by another of those who signed. Removed ones stay with the
    instant of their removal; the bytes go when nothing points to them.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        sa.CheckConstraint(
            "document_id is not null or sitting_id is not null or piece_id is not null"
            " or report_id is not null",
            name="subject",
        ),
        sa.CheckConstraint("purpose in ('scan', 'attachment')", name="purpose"),
        sa.CheckConstraint(
            "(confirmed_at is null) = (confirmed_by_id is null) and confirmed_by_id <> added_by_id",
            name="confirmed",
        ),
    )

    id: Mapped[Id]
    file_id: Mapped[int] = ref("stored_file.id")
    document_id: Mapped[int | None] = ref("document.id")
    revision: Mapped[int | None]
    sitting_id: Mapped[int | None] = ref("sitting.id")
    piece_id: Mapped[int | None] = ref("dossier_piece.id")
    report_id: Mapped[int | None] = ref("report_back.id")
    purpose: Mapped[str]
    name: Mapped[str]  # as shown and downloaded; never a path
    added_by_id: Mapped[int] = ref("person.id", index=False)
    added_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = ref("person.id", index=False)
    confirmed_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    file: Mapped[StoredFile] = relationship()
    document: Mapped[Document | None] = relationship()
    sitting: Mapped[Sitting | None] = relationship()
    piece: Mapped[DossierPiece | None] = relationship()
    report: Mapped[ReportBack | None] = relationship()
    added_by: Mapped[Person] = relationship(foreign_keys=[added_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
