"""The acts on one document as its events state them, oldest first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.event import AuditEvent, EventPayload
from models.unit import Unit


@dataclass(frozen=True)
class Fact:
    """One act: what its leaf says, and the payload as far as it is not erased."""

    action: str
    at: datetime
    unit: str  # the code of the unit whose log holds it
    seq: int  # its place there
    leaf: dict[str, Any]
    fields: dict[str, dict[str, Any]]

    @property
    def revision(self) -> int:
        """The text it was about."""
        return int(self.leaf.get("revision") or 1)

    @property
    def at_stage(self) -> int:
        """Where the paper lay when it was done, 0-based."""
        return int(self.leaf.get("from_stage") or 0)


def facts_of(document: Document) -> list[Fact]:
    """Every act that moved the document, in the order of its versions. One statement."""
    rows = db.session.execute(
        sa.select(
            AuditEvent.action,
            AuditEvent.at,
            Unit.code,
            AuditEvent.seq,
            AuditEvent.leaf,
            EventPayload.fields,
        )
        .join(Unit, Unit.id == AuditEvent.unit_id)
        .outerjoin(EventPayload, EventPayload.event_id == AuditEvent.id)
        .where(AuditEvent.document_id == document.id, AuditEvent.document_version.is_not(None))
        .order_by(AuditEvent.document_version)
    )
    return [
        Fact(action, at, code, seq, json.loads(leaf), fields or {})
        for action, at, code, seq, leaf, fields in rows
    ]
