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


def moved_on(document: Document, viewer: Person | int, now: datetime) -> Reason:
    """Why a page of an older version does not count: "already decided by … at …". A decision is told
    with its name to everybody; any other act to who takes part and may read the text, else only
    when it was."""
    name = _decided(document)
    if name is None and _may_know(document, viewer, now):
        name = _acted(document)
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


def _decided(document: Document) -> str | None:
    """Who decided in the last act; None when it was no decision."""
    last = db.session.scalar(
        sa.select(Decision)
        .where(Decision.document_id == document.id)
        .order_by(Decision.id.desc())
        .limit(1)
    )
    if last is None or last.at != document.updated_at:
        return None
    return last.person.full_name


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
