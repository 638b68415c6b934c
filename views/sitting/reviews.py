"""*Kiểm điểm tháng*: one line a member, prefilled from his own note, against his numbered items."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload

from models.base import db
from models.document import Document, Revision
from models.sitting import MonthlyReview, SelfNote, Sitting
from views.forms import Form
from views.loaders import viewer, visible_ids
from views.sitting.base import Eyes
from views.sitting.seen import review_seen
from workflows.content import works


@dataclass
class ItemResult:
    """What is said of one numbered item. `text` is kept from who only types."""

    n: int
    result: str = ""
    text: str = ""


@dataclass
class Line:
    """One member's month."""

    person_id: int
    name: str
    present: bool
    reviewed: bool
    remark: str
    seen: str  # what this page shows of it, as a mark
    items: list[ItemResult] = field(default_factory=list)
    url: str = ""
    noted: bool = False  # the member wrote of it himself
    note: str = ""  # what he wrote besides, for who reads his commitment


def results() -> list[tuple[str, str]]:
    """What may be said of an item, for a select."""
    return [
        ("", gettext("Chưa ghi")),
        ("done", gettext("Đạt")),
        ("partly", gettext("Đạt một phần")),
        ("not", gettext("Chưa đạt")),
    ]


def result_words(result: str) -> str:
    return dict(results()).get(result, "")


def review_rows(sitting: Sitting) -> list[MonthlyReview]:
    """The lines of the monthly review with their people and commitments."""
    return list(
        db.session.scalars(
            sa.select(MonthlyReview)
            .options(joinedload(MonthlyReview.person), joinedload(MonthlyReview.document))
            .where(MonthlyReview.sitting_id == sitting.id)
            .order_by(MonthlyReview.id)
        )
    )


def lines(
    sitting: Sitting, rows: list[MonthlyReview], seen: Eyes, form: Form | None = None
) -> list[Line]:
    """The review as lines. With `form` they show what was typed instead of what is kept."""
    there = {a.person_id for a in sitting.attendances if a.present}
    numbers = numbers_in_force([row.document_id for row in rows if row.document_id])
    openable = visible_ids(row.document_id for row in rows) if seen.reads else set()
    notes = _notes(rows)
    found = []
    for row in rows:
        note = notes.get(row.document_id or 0)
        kept = {item["n"]: item for item in row.items or (note.items if note else [])}
        person = row.person_id
        line = Line(
            person_id=person,
            name=row.person.full_name,
            present=person in there,
            reviewed=row.reviewed if form is None else bool(form.raw(f"members.{person}.reviewed")),
            remark=row.remark if form is None else form.raw(f"members.{person}.remark"),
            seen=review_seen(row),
            noted=note is not None,
            note=note.text if note is not None and seen.reads else "",
            url=url_for("document.page", document_id=row.document_id)
            if row.document_id in openable
            else "",
        )
        for n in range(1, numbers.get(row.document_id or 0, 0) + 1):
            line.items.append(_item(n, kept.get(n, {}), f"members.{person}.{n}", seen, form))
        found.append(line)
    return found


def _notes(rows: list[MonthlyReview]) -> dict[int, SelfNote]:
    """The members' own notes on their months, by commitment; also those written since the meeting
    was opened."""
    if not rows:
        return {}
    found = db.session.scalars(
        sa.select(SelfNote).where(
            SelfNote.document_id.in_([row.document_id for row in rows if row.document_id]),
            SelfNote.month == rows[0].month,
        )
    )
    return {note.document_id: note for note in found}


def _item(n: int, kept: dict[str, Any], place: str, seen: Eyes, form: Form | None) -> ItemResult:
    if form is not None:
        return ItemResult(n, form.raw(f"{place}.result"), form.raw(f"{place}.text"))
    return ItemResult(n, kept.get("result", ""), kept.get("text", "") if seen.reads else "")


def numbers_in_force(ids: list[int]) -> dict[int, int]:
    """How many items the revision in force of each commitment has."""
    rows = db.session.execute(
        sa.select(Revision.document_id, Revision.content)
        .join(
            Document,
            sa.and_(Document.id == Revision.document_id, Document.in_force_revision == Revision.n),
        )
        .where(Document.id.in_(ids))
    )
    return {document_id: len(works(content)) for document_id, content in rows if content}


def typed_items(form: Form, row: MonthlyReview, seen: Eyes, count: int) -> list[dict[str, Any]]:
    """What was typed of one member's items. Who only types does not see the member's words, so
    those stay."""
    note = _notes([row]).get(row.document_id or 0) if not seen.reads and not row.items else None
    kept = {item["n"]: item.get("text", "") for item in row.items or (note.items if note else [])}
    place = f"members.{row.person_id}"
    return [
        {
            "n": n,
            "result": form.line(f"{place}.{n}.result", limit=10),
            "text": form.text(f"{place}.{n}.text", limit=2000) if seen.reads else kept.get(n, ""),
        }
        for n in range(1, count + 1)
    ]


def own_line(rows: list[MonthlyReview]) -> MonthlyReview | None:
    """What the meeting said of the viewer himself."""
    return next((row for row in rows if row.person_id == viewer().id), None)
