"""Where words stand that somebody said of one person's own papers, or of what he owes: each place with
what it holds afterwards. Words that a body wrote of itself, its decisions and its minutes stay."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.deadline import Deadline, Escalation, EscalationAnswer, LatenessReason
from models.document import Basis, Comment, Revision
from models.dossier import InspectionFinding
from models.event import AuditEvent
from models.recorded import Finding, RecordedPaper
from models.relief import Relief
from models.sitting import AgendaItem, MonthlyReview, SelfNote
from models.stored_file import Attachment
from models.task import Task
from workflows.refusal import N_

GONE = N_("Nội dung đã xóa theo thời hạn lưu.")  # where a page shows a sentence that was there

# Beside a paper.
_BESIDE: tuple[tuple[Any, dict[str, Any]], ...] = (
    (Attachment, {"name": ""}),
    (Comment, {"text": ""}),
    (Finding, {"text": GONE, "params": {}, "place": None, "explanation": None}),
    (RecordedPaper, {"signed_by": "", "signed_as": None}),
    (AgendaItem, {"reason": None, "refusal": None}),
    (SelfNote, {"text": "", "items": []}),
    (MonthlyReview, {"remark": "", "items": []}),
)
_RELIEF = {"reason": "", "basis_number": None, "basis_dated_on": None, "basis_issuer": None}


def forget_beside(session: Session, document_ids: Collection[int]) -> None:
    """Whatever was said beside these papers, what they rest on, and what inspections found in them."""
    for model, empty in _BESIDE:
        session.execute(sa.update(model).where(model.document_id.in_(document_ids)).values(**empty))
    texts = sa.select(Revision.id).where(Revision.document_id.in_(document_ids))
    session.execute(
        sa.update(Basis)
        .where(Basis.revision_id.in_(texts))
        .values(number=None, dated_on=None, issuer=None)
    )
    answered = sa.case((InspectionFinding.answer == "", ""), else_=GONE)
    session.execute(
        sa.update(InspectionFinding)
        .where(InspectionFinding.id.in_(findings_on(document_ids)))
        .values(text=GONE, answer=answered)
    )


def forget_owed(
    session: Session, document_ids: Collection[int], obligation_ids: Collection[int]
) -> None:
    """Why somebody was excused or given longer, why these are late, and what was answered to that."""
    session.execute(
        sa.update(Relief).where(Relief.obligation_id.in_(obligation_ids)).values(**_RELIEF)
    )
    tasks = tasks_of(document_ids, obligation_ids)
    late = sa.select(Deadline.id).where(Deadline.task_id.in_(tasks))
    heard = sa.select(Escalation.id).where(Escalation.task_id.in_(tasks))
    session.execute(
        sa.update(LatenessReason).where(LatenessReason.deadline_id.in_(late)).values(text="")
    )
    session.execute(
        sa.update(EscalationAnswer).where(EscalationAnswer.escalation_id.in_(heard)).values(note="")
    )


def forget_months(session: Session, person_ids: Collection[int], year: int) -> None:
    """What meetings of this year said of months in which these persons had no paper in force."""
    session.execute(
        sa.update(MonthlyReview)
        .where(
            MonthlyReview.person_id.in_(person_ids),
            MonthlyReview.document_id.is_(None),
            MonthlyReview.month.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .values(remark="", items=[])
    )


def tasks_of(document_ids: Collection[int], obligation_ids: Collection[int]) -> sa.Select[Any]:
    """The tasks that these papers and obligations of persons were or are, whoever had to do them."""
    return sa.select(Task.id).where(
        sa.or_(Task.document_id.in_(document_ids), Task.obligation_id.in_(obligation_ids))
    )


def findings_on(document_ids: Collection[int]) -> sa.Select[Any]:
    """The findings of inspections that are tied to a text of these papers, or to an event of theirs."""
    events = sa.select(AuditEvent.id).where(AuditEvent.document_id.in_(document_ids))
    return sa.select(InspectionFinding.id).where(
        sa.or_(
            InspectionFinding.document_id.in_(document_ids), InspectionFinding.event_id.in_(events)
        )
    )
