"""Meetings of the story: held one evening, everything agreed, the minutes confirmed later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from models.base import db
from models.person import Person
from models.sitting import Sitting
from models.unit import unit_by_code
from workflows import sittings
from workflows.calendar import local_day
from workflows.tables import Table


@dataclass
class Meeting:
    """One meeting: who kept its papers, who wrote the minutes and confirmed them, and when."""

    unit: str
    by: str
    minute_taker: str
    held_at: datetime
    confirmed_at: datetime
    notes: str
    sitting_id: int | None = None

    def __str__(self) -> str:
        return self.unit


def read_meeting(table: Table) -> Meeting:
    """A meeting from its table. Raises FileError for a key that is missing or wrong."""
    meeting = Meeting(
        unit=table.words("unit"),
        by=table.words("by"),
        minute_taker=table.words("minute_taker"),
        held_at=table.instant("held_at"),
        confirmed_at=table.instant("confirmed_at"),
        notes=table.take("notes", str, ""),
    )
    table.done()
    return meeting


def hold(meeting: Meeting, person: Callable[[str], Person], *, now: datetime) -> None:
    """The evening: everybody there, everything that waits agreed, each member's month reviewed."""
    actor, taker = person(meeting.by), person(meeting.minute_taker)
    unit = unit_by_code(meeting.unit)
    if unit is None:
        raise LookupError(meeting.unit)
    sitting = sittings.open_sitting(unit, held_on=local_day(now), actor=actor, now=now)
    meeting.sitting_id = sitting.id
    sittings.attend(sitting, minute_taker_id=taker.id, notes=meeting.notes, actor=actor, now=now)
    for item in list(sitting.items):
        sittings.mark(item, decision="agree", actor=actor, now=now)
    for row in list(sitting.reviews):
        if row.document is not None:
            sittings.review(sitting, row.person_id, reviewed=True, actor=actor, now=now)
    sittings.close(sitting, version=sitting.version, actor=actor, now=now)


def confirm(meeting: Meeting, person: Callable[[str], Person], *, now: datetime) -> None:
    """The minute-taker says that the minutes are true, and what was agreed is done."""
    sitting = db.session.get_one(Sitting, meeting.sitting_id)
    taker = person(meeting.minute_taker)
    sittings.confirm(sitting, how="minute_taker", version=sitting.version, actor=taker, now=now)
    sittings.carry_out(sitting.id, now=now)
