"""What a freeze refuses: withdrawals and deletions of what lies in its scope, each with a sentence."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db, locks_rows
from models.document import Document
from models.inspection import Inspection
from models.queries.locking import hold_units
from workflows.inspections.lookups import freezing, freezing_document, freezing_person
from workflows.inspections.scope import covered
from workflows.refusal import N_, Reason, Refused, Stale

BLOCKED = ("withdraw", "revoke")  # acts that take a paper away
BEGINS = "freeze"  # the act from which on they are refused
HELD = N_(
    "Chưa làm được: hồ sơ này đang được niêm giữ theo Quyết định kiểm tra số %(number)s, "
    "đến hết %(day)s. Khi cuộc kiểm tra có kết luận hoặc thôi niêm giữ thì làm tiếp."
)


def hold_scope(document_id: int, action: str) -> None:
    """Before an act of an inspection that begins a freeze: holds the issuers of what lies in its
    scope with its own, as every act that takes a paper away holds its issuer. So that one comes first
    and counts for the other. Raises Stale when a paper found another issuer while we waited."""
    if action != BEGINS or not locks_rows():
        return
    rows = sa.select(Inspection).where(Inspection.document_id == document_id)
    if (inspection := db.session.scalar(rows)) is None:
        return
    held = _issuers(inspection)
    hold_units(held)
    if not _issuers(inspection) <= held:
        sentence = N_("Có văn bản trong phạm vi vừa chuyển đơn vị. Tải lại trang rồi làm lại.")
        raise Stale(Reason("STALE", sentence))


def reasons(document: Document, action: str, now: datetime) -> list[Reason]:
    """Why an act that takes a paper away may not be done now; nothing for any other act."""
    if action not in BLOCKED:
        return []
    return _said(freezing_document(document, now))


def refuse_removal(document: Document, now: datetime) -> None:
    """Raises Refused where a draft or a file beside a document would be taken away under a freeze."""
    _refuse(freezing_document(document, now))


def refuse_at(unit_id: int, kind: str, now: datetime) -> None:
    """Raises Refused where something of this kind would be taken away at a unit under a freeze."""
    _refuse(freezing(unit_id, kind, now))


def refuse_erasing(person_id: int, now: datetime) -> None:
    """A legal hold: raises Refused while a freeze holds what is kept of a person."""
    _refuse(freezing_person(person_id, now))


def _issuers(inspection: Inspection) -> set[int]:
    papers = sa.select(Document.unit_id).where(covered(inspection)).distinct()
    at = {inspection.document.unit_id} | inspection.unit_ids
    return at | set(db.session.scalars(papers))


def _refuse(found: Inspection | None) -> None:
    if said := _said(found):
        raise Refused(*said)


def _said(found: Inspection | None) -> list[Reason]:
    if found is None:
        return []
    params = {"number": found.decision_number, "day": found.ends_on}
    return [Reason("FREEZE", HELD, params)]
