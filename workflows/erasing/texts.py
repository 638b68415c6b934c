"""What is erased of one person's own papers: their texts, what was said about them, the files beside
them, and what the log's payloads hold. That each was, when and by which acts, stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.deadline import Deadline, Escalation, EscalationAnswer, LatenessReason
from models.document import Comment, Document, Revision
from models.event import AuditEvent, EventPayload
from models.kinds import PERSONAL
from models.recorded import Finding
from models.sitting import AgendaItem, MonthlyReview, SelfNote
from models.stored_file import Attachment
from models.task import Task
from workflows import trail

# Whatever somebody wrote about a paper, beside its own text: emptied.
WORDS: tuple[tuple[Any, str, Any], ...] = (
    (Attachment, "name", ""),
    (Comment, "text", ""),
    (Finding, "explanation", None),
    (AgendaItem, "reason", None),
    (SelfNote, "text", ""),
    (SelfNote, "items", []),
    (MonthlyReview, "remark", ""),
    (MonthlyReview, "items", []),
)


@dataclass
class Erased:
    """How much was erased, or would be: papers, texts of them, payloads of events, files. `held`:
    papers that a freeze keeps."""

    documents: int = 0
    texts: int = 0
    payloads: int = 0
    files: int = 0
    held: int = 0

    def add(self, other: Erased) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


def with_texts() -> sa.ColumnElement[bool]:
    """Papers that are one person's own and have a text that is not erased."""
    kept = sa.exists().where(Revision.document_id == Document.id, Revision.erased_at.is_(None))
    return sa.and_(Document.kind.in_(PERSONAL), kept)


def count(session: Session, documents: Sequence[Document]) -> Erased:
    """What erasing these papers would come to."""
    ids = [document.id for document in documents]

    def rows(*wanted: sa.ColumnElement[bool]) -> int:
        return session.scalar(sa.select(sa.func.count()).where(*wanted)) or 0

    return Erased(
        documents=len(ids),
        texts=rows(Revision.document_id.in_(ids), Revision.erased_at.is_(None)),
        payloads=rows(EventPayload.event_id.in_(_events_of(ids))),
        files=rows(Attachment.document_id.in_(ids), Attachment.removed_at.is_(None)),
    )


def erase(session: Session, documents: Sequence[Document], *, at: datetime) -> Erased:
    """Erases these papers of one unit in the caller's transaction, the log of the unit locked. Who
    calls appends the event `erased` with the counts at the same instant `at`."""
    ids = [document.id for document in documents]
    texts = session.execute(
        sa.update(Revision)
        .where(Revision.document_id.in_(ids), Revision.erased_at.is_(None))
        .values(content={}, basis=[], salt=None, erased_at=at)
    )
    for model, column, empty in WORDS:
        session.execute(sa.update(model).where(model.document_id.in_(ids)).values({column: empty}))
    _forget_why_late(session, ids)
    files = _take_files_away(session, documents, at)
    payloads = session.execute(
        sa.update(EventPayload)
        .where(EventPayload.event_id.in_(_events_of(ids)))
        .values(fields={}, actor_id=None, about_id=None, erased_at=at)
    )
    session.expire_all()
    return Erased(len(ids), _rows(texts), _rows(payloads), files)


def facts_of(done: Erased) -> dict[str, int]:
    """What the event `erased` states: verification holds it against what is empty."""
    return {"documents": done.documents, "texts": done.texts, "payloads": done.payloads}


def _forget_why_late(session: Session, ids: Sequence[int]) -> None:
    """What was said of why these papers were late, by who owed them and by who heard of it."""
    owed = sa.select(Document.obligation_id).where(
        Document.id.in_(ids), Document.obligation_id.is_not(None)
    )
    tasks = sa.select(Task.id).where(
        Task.person_id.is_not(None),
        sa.or_(Task.document_id.in_(ids), Task.obligation_id.in_(owed)),
    )
    late = sa.select(Deadline.id).where(Deadline.task_id.in_(tasks))
    heard = sa.select(Escalation.id).where(Escalation.task_id.in_(tasks))
    session.execute(
        sa.update(LatenessReason).where(LatenessReason.deadline_id.in_(late)).values(text="")
    )
    session.execute(
        sa.update(EscalationAnswer).where(EscalationAnswer.escalation_id.in_(heard)).values(note="")
    )


def _events_of(ids: Sequence[int]) -> sa.Select[Any]:
    return sa.select(AuditEvent.id).where(AuditEvent.document_id.in_(ids))


def _rows(result: Any) -> int:
    return int(result.rowcount)


def _take_files_away(session: Session, documents: Sequence[Document], at: datetime) -> int:
    """How many. The bytes go with the next sweep of files, unless something else points to them."""
    of = {document.id: document for document in documents}
    beside = session.scalars(
        sa.select(Attachment)
        .where(Attachment.document_id.in_(of), Attachment.removed_at.is_(None))
        .order_by(Attachment.id)
    ).all()
    for attachment in beside:
        assert attachment.document_id is not None
        document = of[attachment.document_id]
        attachment.removed_at = at
        trail.append(
            session,
            unit_id=document.unit_id,
            action="detach",
            at=at,
            facts={
                "attachment": attachment.id,
                "sha256": attachment.file.sha256,
                "purpose": attachment.purpose,
                "revision": attachment.revision,
                "kind": document.kind,
            },
            private={},
            actor_id=None,
            document_id=document.id,
        )
    session.flush()
    return len(beside)
