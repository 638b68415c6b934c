"""Notices for people, and their delivery by mail. The database is the truth; queues only ring."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.document import Document
from models.event import AuditEvent
from models.morning import MorningMail
from models.person import Person

# Deliveries live in real time, which the acts do not know: for them "at once" is the beginning of
# time.
SEND_AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
# States of a mail that did not arrive: given up, refused by the other server, come back.
UNDELIVERED = ("failed", "refused", "bounced")


def new_message_id() -> str:
    """A Message-ID for one mail, kept through all its attempts."""
    return f"<{secrets.token_hex(16)}@duyet.invalid>"


class Notification(Base):
    """One person is told of one event, once. It carries no personal text, only what waits."""

    __tablename__ = "notification"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "person_id"),
        sa.Index("ix_notification_person", "person_id", "read_at"),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = ref("audit_event.id", index=False)
    person_id: Mapped[int] = ref("person.id", index=False)
    document_id: Mapped[int | None] = ref("document.id")
    # waits | due_soon | decided | returned | received | escalated | read
    topic: Mapped[str]
    action: Mapped[str]  # what waits ("review"), or what happened ("approve")
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    event: Mapped[AuditEvent] = relationship()
    person: Mapped[Person] = relationship()
    document: Mapped[Document | None] = relationship()


class Delivery(Base):
    """One attempt-until-done to bring something outside. Real time throughout.

    Channel "mail": a mail of its own for one notification. Channel "digest": held for the morning,
    then carried by the morning's mail, whose Message-ID it takes. Channel "morning": that mail.
    Channel "person": told in person.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        sa.UniqueConstraint("notification_id", "channel"),
        sa.CheckConstraint("(notification_id is null) <> (morning_id is null)", name="subject"),
        sa.Index(
            "ix_delivery_due",
            "next_at",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        ),
        sa.Index(
            "ix_delivery_held",
            "id",
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        ),
        sa.Index(
            "ix_delivery_trouble",
            "id",
            sqlite_where=sa.text("state IN ('failed', 'refused', 'bounced')"),
            postgresql_where=sa.text("state IN ('failed', 'refused', 'bounced')"),
        ),
    )

    id: Mapped[Id]
    notification_id: Mapped[int | None] = ref("notification.id", index=False)
    morning_id: Mapped[int | None] = ref("morning_mail.id", unique=True, index=False)
    channel: Mapped[str] = mapped_column(default="mail")
    # held → carried, pending, or "unwanted": no mail, only the app tells. pending → done, failed
    # (given up) or refused (by the other server, for good); done → bounced (came back).
    state: Mapped[str] = mapped_column(default="pending")
    message_id: Mapped[str]  # the same at every attempt
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]  # do not ring before
    address: Mapped[str | None]  # as it was tried last
    tried_at: Mapped[datetime | None]
    error: Mapped[str | None]  # what the other server last answered, or why none was asked
    done_at: Mapped[datetime | None]

    notification: Mapped[Notification | None] = relationship()
    morning: Mapped[MorningMail | None] = relationship()

    @property
    def person(self) -> Person:
        """Whom it is for."""
        about = self.notification or self.morning
        assert about is not None
        return about.person
