"""The minutes as a paper of the body: their number in its register (R27)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.person import Person
from models.register import NumberEntry
from models.sitting import Sitting
from workflows import register
from workflows.refusal import N_

TYPE = "BB"
CANCELLED = N_("Cuộc họp đã hủy, biên bản không dùng.")


def number_minutes(sitting: Sitting, *, actor: Person, now: datetime) -> None:
    """Give the minutes their number: the one written, else the next. Minutes that have one keep it,
    and the register follows their day.

    Raises Refused (R27) for a number that is not in form, taken, or leaves others out.
    """
    subject = f"Biên bản cuộc họp ngày {sitting.held_on:%d/%m/%Y}"
    kept = _entry(sitting)
    if kept is not None:
        kept.dated_on, kept.subject = sitting.held_on, subject
        return
    entry = register.enter(
        sitting.unit,
        TYPE,
        sitting.number,
        dated_on=sitting.held_on,
        subject=subject,
        sitting=sitting,
        actor=actor,
        now=now,
    )
    sitting.number = entry.symbol


def drop_number(sitting: Sitting, *, actor: Person, now: datetime) -> None:
    """The meeting is cancelled: the number its minutes had stays in the register, voided."""
    entry = _entry(sitting)
    if entry is not None:
        register.void(entry, CANCELLED, actor=actor, now=now)


def _entry(sitting: Sitting) -> NumberEntry | None:
    return db.session.scalar(
        sa.select(NumberEntry).where(
            NumberEntry.sitting_id == sitting.id, NumberEntry.voided_at.is_(None)
        )
    )
