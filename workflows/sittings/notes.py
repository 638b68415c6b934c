"""A member's own note on his month, against the numbered items of his commitment (R11)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.person import Person
from models.queries.locking import hold_units
from models.sitting import SelfNote
from workflows.calendar import local_day
from workflows.content import works
from workflows.refusal import N_, Forbidden, Reason, Refused

RESULTS = ("", "done", "partly", "not")
LONGEST = 2000


def note_for(person: Person, document: Document, month: date) -> SelfNote | None:
    """What a member wrote of `month` (its first day), or None."""
    return db.session.scalar(
        sa.select(SelfNote).where(
            SelfNote.person_id == person.id,
            SelfNote.document_id == document.id,
            SelfNote.month == month,
        )
    )


def write_note(
    document: Document,
    *,
    month: date,
    items: list[dict[str, Any]],
    text: str = "",
    actor: Person,
    now: datetime,
) -> SelfNote:
    """Keep the author's note on one month of his commitment in force; writing again replaces it.

    `items`: [{"n": 1, "result": "done|partly|not", "text": "…"}]. Raises Forbidden for anybody but
    the author, Refused for a month still to come or a commitment that is not in force.
    """
    if document.author_id != actor.id:
        raise Forbidden(
            Reason("POST", N_("Chưa ghi được: chỉ tác giả bản cam kết tự ghi kết quả của mình."))
        )
    month = month.replace(day=1)
    reasons = []
    if not document.is_in_force:
        reasons.append(Reason("R11", N_("Chưa ghi được: bản cam kết chưa được chi bộ thống nhất.")))
    if month > local_day(now):
        reasons.append(
            Reason("R11", N_("Tháng này chưa tới. Chọn tháng đã bắt đầu."), place="month")
        )
    if len(text) > LONGEST:
        reasons.append(too_long("text"))
    if reasons:
        raise Refused(*reasons)
    kept = checked_items(items, document)
    hold_units([document.unit_id])  # a form sent twice writes one note
    note = note_for(actor, document, month)
    if note is None:
        note = SelfNote(person=actor, document=document, month=month)
        db.session.add(note)
    note.items, note.text, note.written_at = kept, text.strip(), now
    db.session.flush()
    return note


def checked_items(items: list[dict[str, Any]], document: Document | None) -> list[dict[str, Any]]:
    """The lines that speak of an item of the commitment in force, cleaned. Raises Refused."""
    numbers = item_numbers(document)
    kept = []
    for item in items:
        n, result = item.get("n"), str(item.get("result") or "")
        said = str(item.get("text") or "").strip()
        if n not in numbers or result not in RESULTS:
            raise Refused(
                Reason(
                    "R11",
                    N_("Chưa ghi được: việc số %(n)s không có trong bản cam kết."),
                    {"n": n},
                    place="items",
                )
            )
        if len(said) > LONGEST:
            raise Refused(too_long(f"items.{n}"))
        if result or said:
            kept.append({"n": n, "result": result, "text": said})
    return kept


def item_numbers(document: Document | None) -> list[int]:
    """The numbers of section 3's items in the revision in force, from 1."""
    return list(range(1, len(works_in_force(document)) + 1))


def works_in_force(document: Document | None) -> list[str]:
    """The works of the revision of a commitment that is in force."""
    if document is None or document.in_force_revision is None:
        return []
    return works(document.revisions[document.in_force_revision - 1].content)


def too_long(place: str) -> Reason:
    return Reason(
        "FORM", N_("Phần ghi dài quá %(n)s chữ. Cần viết gọn lại."), {"n": LONGEST}, place=place
    )
