"""Telling people, in the transaction of the act: a row each, and a delivery where there is an
address and the person wants mail of this topic."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from models.document import Document
from models.notification import SEND_AT_ONCE, Delivery, Notification, new_message_id
from models.person import Person
from models.queries.adding import add_all, adding
from workflows.preferences import SENT, how_for
from workflows.trail import Appended


class Told(NamedTuple):
    """One person hears what waits ("review") or happened ("approve")."""

    person: Person
    topic: str
    action: str


def notify(
    event: Appended,
    persons: Iterable[Person],
    *,
    topic: str,
    action: str,
    document: Document | None,
    now: datetime,
) -> None:
    """Tell all these persons the same of this event; see `tell`."""
    tell(event, [Told(person, topic, action) for person in persons], document=document, now=now)


def tell(
    event: Appended, told: Iterable[Told], *, document: Document | None, now: datetime
) -> None:
    """Tell each person once of this event, the first thing that there is to tell him. Carries what
    waits or happened, never any text.

    Mail follows as the person has chosen for the topic: at once, held for the morning
    (`workflows.digest`), or not.
    """
    once: dict[int, Told] = {}
    for one in told:
        once.setdefault(one.person.id, one)
    ways = _ways(once)
    silent: list[dict[str, Any]] = []
    mailed: list[dict[str, Any]] = []
    for ident, one in once.items():
        note = {
            "event_id": event.id,
            "person_id": ident,
            "document_id": document.id if document else None,
            "topic": one.topic,
            "action": one.action,
            "created_at": now,
        }
        (mailed if ident in ways else silent).append(note)
    add_all(Notification, silent)
    add_all(
        Delivery,
        [
            {
                "notification_id": note_id,
                "channel": channel,
                "state": state,
                "message_id": new_message_id(),
                "next_at": SEND_AT_ONCE,
            }
            for note_id, note in zip(adding(Notification, mailed), mailed, strict=True)
            for channel, state in [ways[note["person_id"]]]
        ],
    )


def _ways(once: dict[int, Told]) -> dict[int, tuple[str, str]]:
    """By which channel, in which state, a mail goes to whom of these it goes at all."""
    ways = {}
    for topic in {one.topic for one in once.values()}:
        reachable = [i for i, one in once.items() if one.topic == topic and one.person.email]
        for ident, how in (how_for(reachable, topic) if reachable else {}).items():
            if how in SENT:
                ways[ident] = SENT[how]
    return ways
