"""The trail. `audit_event` is append-only (database triggers refuse UPDATE and DELETE).

What can name a person or holds free text stands apart in `event_payload` and can be erased without
breaking a proof: the leaf holds only salted commitments to it.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.unit import Unit


class AuditEvent(Base):
    __tablename__ = "audit_event"
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "seq"),
        sa.UniqueConstraint("document_id", "document_version"),
        sa.Index("ix_audit_event_at", "at"),
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id", index=False)  # whose log
    seq: Mapped[int]  # 0-based place in that log, gapless
    at: Mapped[datetime]
    action: Mapped[str]
    document_id: Mapped[int | None] = ref("document.id", index=False)
    document_version: Mapped[int | None]  # only acts that change the document carry one
    leaf: Mapped[bytes]  # canonical JSON, exactly the bytes that were hashed
    leaf_hash: Mapped[bytes]  # RFC 6962 leaf hash: SHA-256(0x00 || leaf)

    unit: Mapped[Unit] = relationship()
    payload: Mapped[EventPayload | None] = relationship(back_populates="event")


class EventPayload(Base):
    """Names and free text of one event, each field with its own salt; emptied on erasure."""

    __tablename__ = "event_payload"

    event_id: Mapped[int] = ref("audit_event.id", index=False, primary_key=True)
    actor_id: Mapped[int | None] = ref("person.id")  # None: the system acted, or erased
    fields: Mapped[dict]  # {"actor": {"value": …, "salt": hex}, …}; {} once erased
    erased_at: Mapped[datetime | None]

    event: Mapped[AuditEvent] = relationship(back_populates="payload")


class LogHead(Base):
    """The growing end of one unit's Merkle log: its size and the roots of its perfect subtrees."""

    __tablename__ = "log_head"

    unit_id: Mapped[int] = ref("unit.id", index=False, primary_key=True)
    size: Mapped[int] = mapped_column(default=0)
    # 32-byte hashes of the perfect subtrees, largest first, concatenated.
    frontier: Mapped[bytes] = mapped_column(default=b"")
