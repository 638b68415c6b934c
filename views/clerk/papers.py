"""Issued papers and minutes on their way into the cupboard: to be printed, then signed and filed."""

from __future__ import annotations

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload

from models.base import db
from models.document import CLOSED, Document
from models.kinds import PERSONAL
from models.recorded import RecordedPaper
from models.register import NumberEntry
from models.stored_file import Attachment
from models.unit import Unit
from views import present
from views.clerk.piles import MOST, Waiting


def _numbered(unit: Unit) -> sa.Select[NumberEntry]:
    """Lines of documents and minutes made here, still of use and not on file, oldest first."""
    return (
        sa.select(NumberEntry)
        .outerjoin(Document, NumberEntry.document_id == Document.id)
        .options(joinedload(NumberEntry.document), joinedload(NumberEntry.unit))
        .where(
            NumberEntry.unit_id == unit.id,
            NumberEntry.filed_at.is_(None),
            sa.or_(
                NumberEntry.sitting_id.is_not(None),
                sa.and_(Document.recorded.is_(False), Document.state.not_in(CLOSED)),
            ),
        )
        .order_by(NumberEntry.id)
        .limit(MOST)
    )


def _scanned() -> sa.ColumnElement[bool]:
    """The signed paper is in the system: that counts as filed."""
    return sa.exists().where(
        sa.or_(
            Attachment.document_id == NumberEntry.document_id,
            Attachment.sitting_id == NumberEntry.sitting_id,
        ),
        Attachment.purpose == "scan",
        Attachment.removed_at.is_(None),
    )


def unprinted(unit: Unit) -> list[NumberEntry]:
    return list(
        db.session.scalars(_numbered(unit).where(NumberEntry.printed_at.is_(None), ~_scanned()))
    )


def unfiled(unit: Unit) -> list[NumberEntry]:
    return list(
        db.session.scalars(_numbered(unit).where(NumberEntry.printed_at.is_not(None), ~_scanned()))
    )


def unconfirmed(unit: Unit) -> list[RecordedPaper]:
    """Signed papers that were entered here and wait for the second person."""
    return list(
        db.session.scalars(
            sa.select(RecordedPaper)
            .join(Document, RecordedPaper.document_id == Document.id)
            .options(joinedload(RecordedPaper.document))
            .where(
                Document.unit_id == unit.id,
                Document.kind.not_in(PERSONAL),
                RecordedPaper.confirmed_at.is_(None),
                Document.state.not_in(CLOSED),
            )
            .order_by(RecordedPaper.entered_at, RecordedPaper.document_id)
            .limit(MOST)
        )
    )


def printing(entry: NumberEntry) -> Waiting:
    made = _paper(entry)
    made.link, made.icon = gettext("Tải bản in (PDF)"), "print"
    made.link_url = (
        url_for("prints.minutes", sitting_id=entry.sitting_id, form="pdf")
        if entry.document is None
        else url_for(
            "prints.document",
            document_id=entry.document_id,
            n=entry.document.in_force_revision or entry.document.revision,
            form="pdf",
        )
    )
    made.marks = [(_mark(entry, "clerk.printed"), gettext("Đã in"), True)]
    return made


def filing(item: NumberEntry | RecordedPaper) -> Waiting:
    if isinstance(item, RecordedPaper):
        document = item.document
        return Waiting(
            f"{item.number or present.kind_words(document.kind, document.type)}: {document.title}",
            [gettext("Bản giấy đã nhập, chờ người thứ hai xác nhận.")],
            url_for("document.page", document_id=document.id),
            gettext("Mở, xác nhận"),
        )
    made = _paper(item)
    made.link = gettext("Đính bản quét")
    if item.document_id is not None:
        made.link_url = url_for("files.page", document_id=item.document_id)
    made.marks = [(_mark(item, "clerk.filed"), gettext("Lưu bản giấy"), False)]
    return made


def _paper(entry: NumberEntry) -> Waiting:
    return Waiting(
        f"{entry.symbol}: {entry.subject}",
        [gettext("Ngày %(day)s", day=present.day(entry.dated_on))] if entry.dated_on else [],
        url_for("document.page", document_id=entry.document_id)
        if entry.document_id is not None
        else url_for("sitting.page", sitting_id=entry.sitting_id),
        gettext("Mở văn bản"),
    )


def _mark(entry: NumberEntry, endpoint: str) -> str:
    return url_for(endpoint, code=entry.unit.code, entry_id=entry.id)
