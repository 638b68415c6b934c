"""Telling many people of many events at once: the rows that `notices.notify` writes one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from models.base import db, table_of
from models.notification import SEND_AT_ONCE, Delivery, Notification, new_message_id
from models.queries import bulk
from workflows.preferences import SENT, how_for

NOTE = ("id", "event_id", "person_id", "document_id", "topic", "action", "created_at")
DELIVERY = ("notification_id", "channel", "state", "message_id", "attempts", "next_at")


class Note(NamedTuple):
    """One person hears of one event; by mail too where there is an address."""

    event_id: int
    person_id: int
    document_id: int | None
    action: str
    email: str | None


def notify_many(notes: Sequence[Note], *, topic: str, now: datetime) -> None:
    """Tell each person once of each event. Mail follows as the person has chosen for the topic.

    Within `transaction()`.
    """
    session = db.session()
    once = {(note.event_id, note.person_id): note for note in notes}.values()
    how = how_for({note.person_id for note in once if note.email}, topic)
    rows, mails = [], []
    for ident, note in zip(
        bulk.reserve(session, table_of(Notification), len(once)), once, strict=True
    ):
        event_id, person_id, document_id, action, _ = note
        rows.append((ident, event_id, person_id, document_id, topic, action, now))
        if sent := SENT.get(how.get(person_id, "")):
            mails.append((ident, *sent, new_message_id(), 0, SEND_AT_ONCE))
    bulk.insert(session, table_of(Notification), NOTE, rows)
    bulk.insert(session, table_of(Delivery), DELIVERY, mails)
