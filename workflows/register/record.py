"""The event of a number given or voided outside an act on a document."""

from __future__ import annotations

from datetime import datetime

from models.base import db
from models.person import Person
from models.register import NumberEntry
from workflows.organisation import record as organisation


def record(entry: NumberEntry, action: str, *, actor: Person | None, now: datetime) -> None:
    """One event in the log of the issuer. The number as written, the subject and the reason are
    payload."""
    organisation.record(
        db.session(),
        entry.unit_id,
        action,
        now=now,
        actor=actor,
        facts={"entry": entry.id, "type": entry.type, "period": entry.period, "n": entry.n},
        private={
            "number": entry.symbol,
            "title": entry.subject or None,
            "reason": entry.void_reason,
        },
    )
