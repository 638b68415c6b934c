"""What a finding is tied to: an event of a log below the commission, or a revision of a document in
scope; and whether its words will do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True)
class Noted:
    """What a finding says of which unit, and what it is tied to."""

    unit: Unit | None
    text: str
    question: int | None = None
    event: tuple[str, int] | None = None  # the unit of the log, the place in it
    document: int | None = None
    revision: int | None = None


def checked(
    inspection: Inspection, noted: Noted, now: datetime
) -> tuple[Unit, str, AuditEvent | None, Document | None]:
    """What a finding is made of. Raises Refused with everything that is wrong with it."""
    cleaned, wrong = sound(noted.text)
    wrong += verdict(cleaned)
    if noted.unit is None or noted.unit.id not in inspection.unit_ids:
        wrong.append(_form(N_("Chọn một đơn vị thuộc phạm vi kiểm tra."), "unit"))
    if noted.question is not None and not 1 <= noted.question <= 15:
        wrong.append(_form(N_("Câu hỏi có số từ 1 đến 15."), "question"))
    # Logs below it are open to a commission always, papers within the scope.
    event = _event(noted, below({inspection.commission.id}, now), wrong)
    document = _document(inspection, noted, below(inspection.unit_ids, now), wrong)
    if noted.event is None and noted.document is None:
        sentence = N_("Chưa có căn cứ: ghi một sự kiện trong sổ, hoặc một văn bản và lần bản thảo.")
        wrong.append(_form(sentence, "event"))
    if wrong:
        raise Refused(*wrong)
    assert noted.unit is not None
    return noted.unit, cleaned, event, document


def _event(noted: Noted, reach: set[int], wrong: list[Reason]) -> AuditEvent | None:
    if noted.event is None:
        return None
    code, seq = noted.event
    found = db.session.scalar(
        sa.select(AuditEvent)
        .join(Unit, AuditEvent.unit_id == Unit.id)
        .where(Unit.code == code, AuditEvent.seq == seq, Unit.id.in_(reach))
    )
    if found is None:
        sentence = N_("Trong phạm vi kiểm tra không có sự kiện %(code)s số %(seq)s. Xem lại.")
        wrong.append(Reason("FORM", sentence, {"code": code, "seq": seq}, place="event"))
    return found


def _document(
    inspection: Inspection, noted: Noted, reach: set[int], wrong: list[Reason]
) -> Document | None:
    if noted.document is None:
        return None
    found = db.session.scalar(
        sa.select(Document).where(
            Document.id == noted.document,
            Document.unit_id.in_(reach),
            Document.kind != "inspection",
        )
    )
    known = found is not None and noted.revision in _revisions(inspection, found)
    if not known:
        sentence = N_("Trong phạm vi kiểm tra không có văn bản và lần bản thảo này. Xem lại.")
        wrong.append(_form(sentence, "document"))
        return None
    return found


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
