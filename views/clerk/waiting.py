"""What waits for the clerk of a unit: to be numbered, printed, filed, sent, received."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload

from models.base import db
from models.document import Document
from models.recorded import RecordedPaper
from models.register import NumberEntry
from models.stored_file import Attachment
from models.task import Task
from models.unit import Unit
from views import present, tasks
from views.acts import Button, buttons
from views.loaders import viewer
from workflows import available_actions
from workflows.rules.numbers import suggest_number

FEW = 5  # rows of a section until one asks for the whole
MOST = 100
OVER = ("superseded", "revoked", "archived", "withdrawn")


@dataclass
class Waiting:
    """One paper that waits: its page, where its link leads (the page itself, a print, the scans).
    `act` is what the viewer may do at once, if anything; `marks` say that it is printed, filed."""

    what: str
    about: list[str]
    url: str
    link: str
    due: present.Due | None = None
    link_url: str = ""
    icon: str = ""
    act: Button | None = None
    seen: tuple[int, int] = (0, 0)
    marks: list[tuple[str, str, bool]] = field(default_factory=list)  # address, words, main


@dataclass
class Section:
    name: str
    title: str
    words: str  # what to do with what stands here
    count: int
    rows: list[Waiting]
    more: bool


def sections(unit: Unit, now: datetime, *, whole: str) -> list[Section]:
    """The five piles of the desk; the one named `whole` with all its rows."""
    return [
        _pile(name, title, words, rows, make, whole)
        for name, title, words, rows, make in (
            (
                "number",
                gettext("Chờ cấp số"),
                gettext("Số được ghi khi ký. Số dự kiến là số tiếp theo trong sổ."),
                _tasks(unit, "approve"),
                lambda task: _numbering(task, now),
            ),
            (
                "print",
                gettext("Chờ in"),
                gettext("In, trình ký, đóng dấu. In xong thì đánh dấu."),
                _unprinted(unit),
                _printing,
            ),
            (
                "file",
                gettext("Chờ vào sổ bản giấy"),
                gettext("Đính bản quét có chữ ký, hoặc lưu bản giấy tại văn phòng."),
                [*_unconfirmed(unit), *_unfiled(unit)],
                _filing,
            ),
            (
                "send",
                gettext("Chờ gửi đi"),
                gettext("Đã ký, chưa báo cáo cấp trên."),
                _tasks(unit, "report"),
                lambda task: _acting(task, now),
            ),
            (
                "receive",
                gettext("Chờ tiếp nhận"),
                gettext("Cấp dưới đã gửi đến."),
                _tasks(unit, "receive"),
                lambda task: _acting(task, now),
            ),
        )
    ]


def _pile(
    name: str, title: str, words: str, found: Sequence[Any], make: Any, whole: str
) -> Section:
    shown = found if name == whole else found[:FEW]
    return Section(
        name, title, words, len(found), [make(item) for item in shown], len(shown) < len(found)
    )


# -- tasks: numbers, reports, receipts


def _tasks(unit: Unit, action: str) -> list[Task]:
    """Open acts of this unit on papers that bear a number; a signature only at the issuer."""
    query = (
        sa.select(Task)
        .join(Document, Task.document_id == Document.id)
        .options(joinedload(Task.document), joinedload(Task.unit))
        .where(
            Task.unit_id == unit.id,
            Task.closed_at.is_(None),
            Task.action == action,
            Document.kind != "commitment",
        )
        .order_by(Task.due_at, Task.id)
        .limit(MOST)
    )
    if action == "approve":
        query = query.where(Document.stage == 0, Document.unit_id == unit.id)
    return list(db.session.scalars(query))


def _numbering(task: Task, now: datetime) -> Waiting:
    made = _acting(task, now)
    document = task.document
    assert document is not None
    day = document.current.dated_on or present.local_day(now)
    number = document.number or suggest_number(document, day)
    made.about.append(gettext("Số dự kiến %(number)s.", number=number))
    return made


def _acting(task: Task, now: datetime) -> Waiting:
    """The row of a task, with its act where the viewer may do it now."""
    document = task.document
    assert document is not None
    row = tasks.row(task, present.local_day(now))
    offered = available_actions(document, person=viewer(), now=now)
    allowed, _ = buttons(document, [item for item in offered if item.name == task.action])
    return Waiting(
        row.what,
        row.about,
        row.url,
        gettext("Xem"),
        row.due,
        act=allowed[0] if allowed else None,
        seen=(document.revision, document.version),
    )


# -- the paper itself


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
                sa.and_(Document.recorded.is_(False), Document.state.not_in(OVER)),
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


def _unprinted(unit: Unit) -> list[NumberEntry]:
    return list(
        db.session.scalars(_numbered(unit).where(NumberEntry.printed_at.is_(None), ~_scanned()))
    )


def _unfiled(unit: Unit) -> list[NumberEntry]:
    return list(
        db.session.scalars(_numbered(unit).where(NumberEntry.printed_at.is_not(None), ~_scanned()))
    )


def _unconfirmed(unit: Unit) -> list[RecordedPaper]:
    """Signed papers that were entered here and wait for the second person."""
    return list(
        db.session.scalars(
            sa.select(RecordedPaper)
            .join(Document, RecordedPaper.document_id == Document.id)
            .options(joinedload(RecordedPaper.document))
            .where(
                Document.unit_id == unit.id,
                Document.kind != "commitment",
                RecordedPaper.confirmed_at.is_(None),
                Document.state.not_in(OVER),
            )
            .order_by(RecordedPaper.entered_at, RecordedPaper.document_id)
            .limit(MOST)
        )
    )


def _printing(entry: NumberEntry) -> Waiting:
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


def _filing(item: NumberEntry | RecordedPaper) -> Waiting:
    if isinstance(item, RecordedPaper):
        document = item.document
        return Waiting(
            f"{item.number or present.kind_words(document.kind)}: {document.title}",
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
