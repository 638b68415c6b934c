"""Telling people, in the transaction of the act: a row each, and a delivery where there is an
address and the person wants mail of this topic."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from models.document import Document
from models.event import AuditEvent
from models.notification import SEND_AT_ONCE, Delivery, Notification
from models.person import Person
from models.queries.adding import add_all, adding
from workflows.preferences import APP, DIGEST, how_for


def notify(
    event: AuditEvent,
    persons: Iterable[Person],
    *,
    topic: str,
    action: str,
    document: Document | None,
    now: datetime,
) -> None:
    """Tell each person once of this event. Carries what waits or happened, never any text.

    Mail follows as the person has chosen for the topic: at once, held for the morning
    (`workflows.digest`), or not.
    """
    known = {p.id: p for p in persons}
    reachable = [p.id for p in known.values() if p.email]
    how = how_for(reachable, topic) if reachable else {}
    mailed = [ident for ident in known if how.get(ident, APP) != APP]
    told = {
        "event_id": event.id,
        "document_id": document.id if document else None,
        "topic": topic,
        "action": action,
        "created_at": now,
    }
    add_all(
        Notification,
        [{**told, "person_id": ident} for ident in known if ident not in mailed],
    )
    notes = adding(Notification, [{**told, "person_id": ident} for ident in mailed])
    add_all(
        Delivery,
        [
            {
                "notification_id": note,
                "channel": "digest" if how[ident] == DIGEST else "mail",
                "state": "held" if how[ident] == DIGEST else "pending",
                "message_id": f"<{uuid.uuid4()}@duyet.invalid>",
                "next_at": SEND_AT_ONCE,
            }
            for note, ident in zip(notes, mailed, strict=True)
        ],
    )
