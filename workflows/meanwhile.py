"""What somebody hears whose page is older than the document: who was faster, and when."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.document import Decision, Document
from models.event import AuditEvent, EventPayload
from models.person import Person
from workflows.refusal import N_, Reason
from workflows.scope import can_read_text, takes_part


def moved_on(
    document: Document, viewer: Person | int, now: datetime, seen: int | None = None
) -> Reason:
    """Why a page of the version `seen` (without it: the one before the present) does not count:
    "already decided by … at …". The first decision since is told with its name to everybody, whatever
    followed; where there was none, the last act to who takes part and may read the text, else only
    when it was."""
    before = document.version - 1 if seen is None else seen
    decided = _decided(document, max(0, min(before, document.version)))  # whatever a form claims
    if decided is not None:
        return Reason(
            "STALE",
            N_(
                "Chưa ghi được: %(name)s đã quyết định bước này lúc %(at)s. "
                "Xem lại bản mới nhất rồi làm tiếp."
            ),
            {"name": decided[0], "at": decided[1]},
        )
    name = _acted(document) if _may_know(document, viewer, now) else None
    if name is None:
        return Reason(
            "STALE",
            N_(
                "Chưa ghi được: văn bản đã thay đổi lúc %(at)s, sau khi trang này mở. "
                "Xem lại bản mới nhất rồi làm tiếp."
            ),
            {"at": document.updated_at},
        )
    return Reason(
        "STALE",
        N_(
            "Chưa ghi được: văn bản đã được %(name)s xử lý lúc %(at)s. "
            "Xem lại bản mới nhất rồi làm tiếp."
        ),
        {"name": name, "at": document.updated_at},
    )


def _decided(document: Document, seen: int) -> tuple[str, datetime] | None:
    """Who was the first to decide after the version that was seen, and when; None when nobody did."""
    row = db.session.execute(
        sa.select(Person.full_name, Decision.at)
        .join(Decision, Decision.person_id == Person.id)
        .join(
            AuditEvent,
            sa.and_(
                AuditEvent.document_id == Decision.document_id,
                AuditEvent.action == Decision.action,
                AuditEvent.at == Decision.at,
            ),
        )
        .where(Decision.document_id == document.id, AuditEvent.document_version > seen)
        .order_by(AuditEvent.document_version)
        .limit(1)
    ).first()
    return (row[0], row[1]) if row is not None else None


def _may_know(document: Document, viewer: Person | int, now: datetime) -> bool:
    if isinstance(viewer, int):
        viewer = db.session.get_one(Person, viewer)
    return takes_part(document, viewer, now) and can_read_text(document, viewer, now)


def _acted(document: Document) -> str | None:
    """Who did the last act; None when it was the system, or his name is erased."""
    return db.session.scalar(
        sa.select(Person.full_name)
        .join(EventPayload, EventPayload.actor_id == Person.id)
        .join(AuditEvent, AuditEvent.id == EventPayload.event_id)
        .where(
            AuditEvent.document_id == document.id,
            AuditEvent.document_version == document.version,
        )
    )
