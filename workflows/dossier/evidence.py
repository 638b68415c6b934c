"""What a finding is tied to: an event of the inspected unit's log or about a document of its own, or a
revision of one, for that unit reads what it is answered by; and whether its words will do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.event import AuditEvent
from models.inspection import Inspection
from models.kinds import PERSONAL
from models.unit import Unit
from workflows.dossier.wording import sound, verdict
from workflows.inspections.lookups import UNREAD, covers
from workflows.inspections.readings import handed_in
from workflows.refusal import N_, Reason, Refused
from workflows.scope import below
from workflows.symbols import read


@dataclass(frozen=True)
class Noted:
    """What a finding says of which unit, and what it is tied to."""

    unit: Unit | None
    text: str
    question: int | None = None
    event: tuple[str, int] | None = None  # the unit of the log, the place in it
    document: int | str | None = None  # its id, or its number
    revision: int | None = None  # None: the newest that the team may know of


class Checked(NamedTuple):
    """A finding that will do: unit, words, and what it is tied to."""

    unit: Unit
    text: str
    event: AuditEvent | None
    document: Document | None
    revision: int | None


def checked(inspection: Inspection, noted: Noted, now: datetime) -> Checked:
    """What a finding is made of. Raises Refused with everything that is wrong with it."""
    cleaned, wrong = sound(noted.text)
    wrong += verdict(cleaned)
    if noted.unit is None or noted.unit.id not in inspection.unit_ids:
        wrong.append(_form(N_("Chọn một đơn vị thuộc phạm vi kiểm tra."), "unit"))
    if noted.question is not None and not 1 <= noted.question <= 15:
        wrong.append(_form(N_("Câu hỏi có số từ 1 đến 15."), "question"))
    reach = below({noted.unit.id} if noted.unit is not None else inspection.unit_ids, now)
    event = _event(noted, reach, wrong)
    document, revision = _document(inspection, noted, reach, wrong)
    if noted.event is None and noted.document is None:
        sentence = N_("Chưa có căn cứ: ghi một sự kiện trong sổ, hoặc một văn bản và lần bản thảo.")
        wrong.append(_form(sentence, "event"))
    if wrong:
        raise Refused(*wrong)
    assert noted.unit is not None
    return Checked(noted.unit, cleaned, event, document, revision)


def _event(noted: Noted, reach: set[int], wrong: list[Reason]) -> AuditEvent | None:
    if noted.event is None:
        return None
    code, seq = noted.event
    found = db.session.scalar(
        sa.select(AuditEvent)
        .join(Unit, AuditEvent.unit_id == Unit.id)
        .outerjoin(Document, AuditEvent.document_id == Document.id)
        .where(
            Unit.code == code,
            AuditEvent.seq == seq,
            sa.or_(Unit.id.in_(reach), Document.unit_id.in_(reach)),
        )
    )
    if found is None:
        sentence = N_("Trong phạm vi kiểm tra không có sự kiện %(code)s số %(seq)s. Xem lại.")
        wrong.append(Reason("FORM", sentence, {"code": code, "seq": seq}, place="event"))
    return found


def _document(
    inspection: Inspection, noted: Noted, reach: set[int], wrong: list[Reason]
) -> tuple[Document | None, int | None]:
    """The document and which of its texts."""
    if noted.document is None:
        return None, None
    if isinstance(noted.document, int):
        named: sa.ColumnElement[bool] = Document.id == noted.document
    else:
        named = sa.and_(
            Document.number == (read(noted.document).canonical or noted.document),
            Document.campaign_id == inspection.campaign_id,
        )
    rows = sa.select(Document).where(
        named, Document.unit_id.in_(reach), Document.kind != "inspection"
    )
    found = db.session.scalars(rows.limit(2)).all()
    if len(found) > 1:
        sentence = N_("Nhiều văn bản mang số này. Ghi địa chỉ trang của văn bản thay cho số.")
        wrong.append(_form(sentence, "document"))
        return None, None
    known = _revisions(inspection, found[0]) if found else ()
    revision = noted.revision if noted.revision is not None else max(known, default=None)
    if revision not in known:
        sentence = N_("Trong phạm vi kiểm tra không có văn bản và lần bản thảo này. Xem lại.")
        wrong.append(_form(sentence, "document"))
        return None, None
    return found[0], revision


def _revisions(inspection: Inspection, document: Document) -> Collection[int]:
    """The texts that the team may know of: of one person's own paper only what he handed in, and
    only where the inspection covers it."""
    if document.kind not in PERSONAL:
        return range(1, document.revision + 1)
    if document.state in UNREAD or not covers(inspection, document):
        return ()
    return handed_in(document)


def _form(sentence: str, place: str) -> Reason:
    return Reason("FORM", sentence, place=place)
