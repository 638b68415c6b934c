"""Telling people, in the transaction of the act: a row each, and a delivery where there is an
address."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

from models.base import db
from models.document import Document
from models.event import AuditEvent
from models.notification import Delivery, Notification
from models.person import Person

# Deliveries live in real time, which is not known down here: "at once" is the beginning of time.
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)


def notify(
    event: AuditEvent,
    persons: Iterable[Person],
    *,
    topic: str,
    action: str,
    document: Document | None,
    now: datetime,
    mail: bool = True,
) -> list[Notification]:
    """Tell each person once of this event. Carries what waits or happened, never any text."""
    told = []
    for person in {p.id: p for p in persons}.values():
        note = Notification(
            event_id=event.id,
            person_id=person.id,
            document_id=document.id if document else None,
            topic=topic,
            action=action,
            created_at=now,
        )
        db.session.add(note)
        if mail and person.email:
            db.session.add(
                Delivery(
                    notification=note,
                    message_id=f"<{uuid.uuid4()}@duyet.invalid>",
                    next_at=AT_ONCE,
                )
            )
        told.append(note)
    return told
