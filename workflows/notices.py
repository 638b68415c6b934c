"""Telling people, in the transaction of the act: a row each, and a delivery where there is an
address and the person wants mail of this topic."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from models.base import db
from models.document import Document
from models.event import AuditEvent
from models.notification import SEND_AT_ONCE, Delivery, Notification
from models.person import Person
from workflows.preferences import APP, DIGEST, how_for


def notify(
    event: AuditEvent,
    persons: Iterable[Person],
    *,
    topic: str,
    action: str,
    document: Document | None,
    now: datetime,
) -> list[Notification]:
    """Tell each person once of this event. Carries what waits or happened, never any text.

    Mail follows as the person has chosen for the topic: at once, held for the morning
    (`workflows.digest`), or not.
    """
    told = []
    known = {p.id: p for p in persons}
    reachable = [p.id for p in known.values() if p.email]
    how = how_for(reachable, topic) if reachable else {}
    for person in known.values():
        note = Notification(
            event_id=event.id,
            person_id=person.id,
            document_id=document.id if document else None,
            topic=topic,
            action=action,
            created_at=now,
        )
        db.session.add(note)
        wanted = how.get(person.id, APP)
        if wanted != APP:
            db.session.add(
                Delivery(
                    notification=note,
                    channel="digest" if wanted == DIGEST else "mail",
                    state="held" if wanted == DIGEST else "pending",
                    message_id=f"<{uuid.uuid4()}@duyet.invalid>",
                    next_at=SEND_AT_ONCE,
                )
            )
        told.append(note)
    return told
