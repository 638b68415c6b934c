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
        sa.Index("ix_audit_event_action", "action", "at", "id"),
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
    about_id: Mapped[int | None] = ref("person.id")  # another person whom the fields name, if any
    fields: Mapped[dict]  # {"actor": {"value": …, "salt": hex}, …}; {} once erased
    erased_at: Mapped[datetime | None]

    event: Mapped[AuditEvent] = relationship(back_populates="payload")


def concerning(person_id: int) -> sa.ColumnElement[bool]:
    """SQL condition on EventPayload: the person acted, or the fields name him."""
    return sa.or_(EventPayload.actor_id == person_id, EventPayload.about_id == person_id)


class LogHead(Base):
    """The growing end of one unit's Merkle log: its size and the roots of its perfect subtrees."""

    __tablename__ = "log_head"

    unit_id: Mapped[int] = ref("unit.id", index=False, primary_key=True)
    size: Mapped[int] = mapped_column(default=0)
    # 32-byte hashes of the perfect subtrees, largest first, concatenated.
    frontier: Mapped[bytes] = mapped_column(default=b"")
    latest_at: Mapped[datetime | None]  # the latest instant in the log: a clock set back shows


# Written once for `create_all` and for the migration. On SQLite INSERT OR REPLACE deletes without
# firing a DELETE trigger, so an INSERT that would replace a row is refused too.
TRIGGERS = {
    "sqlite": [
        """CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
        BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END""",
        """CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
        BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END""",
        """CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON audit_event
        WHEN EXISTS (SELECT 1 FROM audit_event WHERE id = NEW.id)
          OR EXISTS (SELECT 1 FROM audit_event WHERE unit_id = NEW.unit_id AND seq = NEW.seq)
          OR EXISTS (SELECT 1 FROM audit_event WHERE document_id = NEW.document_id
                     AND document_version = NEW.document_version)
        BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END""",
    ],
    "postgresql": [
        """CREATE OR REPLACE FUNCTION audit_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'audit_event is append-only'; END $$""",
        """CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event
        FOR EACH ROW EXECUTE FUNCTION audit_event_append_only()""",
        """CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
        FOR EACH STATEMENT EXECUTE FUNCTION audit_event_append_only()""",
    ],
}
# Triggers go with their table; PostgreSQL's function stays behind.
AFTER_DROP = {"postgresql": ["DROP FUNCTION IF EXISTS audit_event_append_only()"]}

for _moment, _statements in (("after_create", TRIGGERS), ("after_drop", AFTER_DROP)):
    for _dialect, _texts in _statements.items():
        for _text in _texts:
            sa.event.listen(
                AuditEvent.__table__, _moment, sa.DDL(_text).execute_if(dialect=_dialect)
            )
