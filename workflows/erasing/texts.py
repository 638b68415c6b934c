"""What is erased of one person's own papers and of what he owes: their texts, what was said about them,
the files beside them, and what the log's payloads hold. That each was, when and by which acts, stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.deadline import Deadline, Escalation, EscalationAnswer, LatenessReason
from models.document import Document, Revision
from models.event import EventPayload
from models.kinds import PERSONAL
from models.obligation import Obligation
from models.relief import Relief
from models.stored_file import Attachment
from models.task import Task
from workflows import trail
from workflows.erasing.payloads import empty, own_events, said_elsewhere
from workflows.erasing.prints import drop_dossiers
from workflows.erasing.words import forget_beside, forget_months, forget_owed


@dataclass
class Erased:
    """How much was erased, or would be: papers, texts of them, payloads of events, files, and
    obligations of which there was no text (any more) but words about them. `held`: papers and such
    obligations that a freeze keeps."""

    documents: int = 0
    texts: int = 0
    payloads: int = 0
    files: int = 0
    obligations: int = 0
    held: int = 0

    def add(self, other: Erased) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


class Ids(NamedTuple):
    """Papers, and everything that persons owed by them or without a paper."""

    documents: list[int]
    owed: list[int]


def with_texts() -> sa.ColumnElement[bool]:
    """Papers that are one person's own and have a text that is not erased."""
    kept = sa.exists().where(Revision.document_id == Document.id, Revision.erased_at.is_(None))
    return sa.and_(Document.kind.in_(PERSONAL), kept)


def only_words() -> sa.ColumnElement[bool]:
    """What a person owes, of which words are kept but no text: why he was excused or given longer,
    why he was late, what was answered to that."""
    task = Task.obligation_id == Obligation.id
    said = (
        sa.exists().where(Relief.obligation_id == Obligation.id, Relief.reason != ""),
        sa.exists().where(
            LatenessReason.deadline_id == Deadline.id,
            Deadline.task_id == Task.id,
            LatenessReason.text != "",
            task,
        ),
        sa.exists().where(
            EscalationAnswer.escalation_id == Escalation.id,
            Escalation.task_id == Task.id,
            EscalationAnswer.note != "",
            task,
        ),
    )
    text = sa.exists().where(Document.obligation_id == Obligation.id, with_texts())
    return sa.and_(Obligation.person_id.is_not(None), sa.or_(*said), ~text)


def count(session: Session, documents: Sequence[Document], owed: Sequence[Obligation]) -> Erased:
    """What erasing these papers and obligations would come to."""
    ids = _ids(session, documents, owed)

    def rows(*wanted: sa.ColumnElement[bool]) -> int:
        return session.scalar(sa.select(sa.func.count()).where(*wanted)) or 0

    own = rows(EventPayload.event_id.in_(own_events(ids.documents)))
    return Erased(
        documents=len(documents),
        texts=rows(Revision.document_id.in_(ids.documents), Revision.erased_at.is_(None)),
        payloads=own + len(said_elsewhere(session, *ids)),
        files=rows(Attachment.document_id.in_(ids.documents), Attachment.removed_at.is_(None)),
        obligations=len(owed),
    )


def erase(
    session: Session,
    unit_id: int,
    documents: Sequence[Document],
    owed: Sequence[Obligation],
    *,
    at: datetime,
    private: dict[str, str | None] | None = None,
    actor_id: int | None = None,
    **stated: Any,
) -> Erased:
    """Erases these papers and obligations of one unit in the caller's transaction, the log of the
    unit locked, and appends `erased` to it at the same instant: by `actor_id` (None: the system) with
    the fields `private`; besides the counts it states `stated`."""
    kinds = sorted({d.kind for d in documents} | {o.requirement.kind for o in owed})
    done = _erase(session, documents, owed, at)
    # Verification holds these against what is empty.
    facts = {
        name: getattr(done, name) for name in ("documents", "obligations", "texts", "payloads")
    }
    trail.append(
        session,
        unit_id=unit_id,
        action="erased",
        at=at,
        facts={"kinds": kinds, **facts, **stated},
        private=private or {},
        actor_id=actor_id,
    )
    return done


def _erase(
    session: Session, documents: Sequence[Document], owed: Sequence[Obligation], at: datetime
) -> Erased:
    ids = _ids(session, documents, owed)
    elsewhere = said_elsewhere(session, *ids)
    empty(elsewhere, at)
    session.flush()
    drop_dossiers(session, ids.documents)
    texts = session.execute(
        sa.update(Revision)
        .where(Revision.document_id.in_(ids.documents), Revision.erased_at.is_(None))
        .values(content={}, basis=[], salt=None, erased_at=at)
    )
    forget_beside(session, ids.documents)
    forget_owed(session, *ids)
    for year in {document.campaign.year for document in documents}:
        authors = {one.author_id for one in documents if one.campaign.year == year}
        forget_months(session, authors, year)
    files = _take_files_away(session, documents, at)
    payloads = session.execute(
        sa.update(EventPayload)
        .where(EventPayload.event_id.in_(own_events(ids.documents)))
        .values(fields={}, actor_id=None, about_id=None, erased_at=at)
    )
    session.expire_all()
    return Erased(
        documents=len(documents),
        texts=_rows(texts),
        payloads=_rows(payloads) + len(elsewhere),
        files=files,
        obligations=len(owed),
    )


def _ids(session: Session, documents: Sequence[Document], owed: Collection[Obligation]) -> Ids:
    ids = [document.id for document in documents]
    answered = sa.select(Document.obligation_id).where(Document.id.in_(ids))
    own = sa.select(Obligation.id).where(
        Obligation.id.in_(answered), Obligation.person_id.is_not(None)
    )
    return Ids(ids, sorted({*session.scalars(own), *(one.id for one in owed)}))


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
