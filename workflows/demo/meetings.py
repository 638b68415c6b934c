"""Meetings of the story: held one evening, everything agreed, the minutes confirmed later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from models.base import db
from models.person import Person
from models.sitting import MonthlyReview, Sitting
from models.unit import unit_by_code
from workflows import calendar, sittings
from workflows.tables import Table

MINUTE_TAKERS = {"C7": "dv1.c7"}  # a cell of three; elsewhere the committee's member writes


@dataclass
class Meeting:
    """One meeting: who kept its papers, who wrote the minutes and confirmed them, and when."""

    unit: str
    by: str
    minute_taker: str
    held_at: datetime
    confirmed_at: datetime
    notes: str
    decides: bool = True  # or leaves every paper to the next time: a month's review alone
    unseen: tuple[str, ...] = ()  # logins of members whose month was not looked at
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


def read_months(table: Table) -> list[Meeting]:
    """The monthly meetings of several cells from one table: on these days, at this hour, but for
    those not held ("C4 2026-07"), of each cell the members not looked at ("s04 2026-05")."""
    units, days = table.take("units", list), table.take("days", list)
    hour = table.take("hour", int)
    unheld, unseen = set(table.take("unheld", list, [])), table.take("unseen", list, [])
    table.done()
    found = []
    for unit in units:
        for day in days:
            month = f"{day:%Y-%m}"
            if f"{unit} {month}" in unheld:
                continue
            cell = unit.lower()
            held_at = datetime.combine(day, time(hour), calendar.ZONE)
            found.append(
                Meeting(
                    unit=unit,
                    by=f"bithu.{cell}",
                    minute_taker=MINUTE_TAKERS.get(unit, f"chiuy.{cell}"),
                    held_at=held_at,
                    confirmed_at=held_at + timedelta(hours=15),
                    notes="",
                    decides=False,
                    unseen=tuple(one.split()[0] for one in unseen if one.endswith(f" {month}")),
                )
            )
    return found


def hold(meeting: Meeting, person: Callable[[str], Person], *, now: datetime) -> None:
    """The evening: everybody there, everything that waits agreed or left to the next time, each
    member's month reviewed."""
    actor, taker = person(meeting.by), person(meeting.minute_taker)
    unit = unit_by_code(meeting.unit)
    if unit is None:
        raise LookupError(meeting.unit)
    sitting = sittings.open_sitting(unit, held_on=calendar.local_day(now), actor=actor, now=now)
    meeting.sitting_id = sitting.id
    sittings.attend(sitting, minute_taker_id=taker.id, notes=meeting.notes, actor=actor, now=now)
    for item in list(sitting.items):
        sittings.mark(item, decision="agree" if meeting.decides else "later", actor=actor, now=now)
    unseen = {person(login).id for login in meeting.unseen}
    for row in _looked_at(meeting, sitting):
        if row.person_id not in unseen:
            sittings.review(sitting, row.person_id, reviewed=True, actor=actor, now=now)
    sittings.close(sitting, version=sitting.version, actor=actor, now=now)


def _looked_at(meeting: Meeting, sitting: Sitting) -> list[MonthlyReview]:
    """Whose month is spoken of: who has a commitment; where nobody has one yet, a month's review
    hears everybody."""
    rows = [row for row in sitting.reviews if row.document is not None]
    return rows or ([] if meeting.decides else list(sitting.reviews))


def confirm(meeting: Meeting, person: Callable[[str], Person], *, now: datetime) -> None:
    """The minute-taker says that the minutes are true, and what was agreed is done."""
    sitting = db.session.get_one(Sitting, meeting.sitting_id)
    taker = person(meeting.minute_taker)
    sittings.confirm(sitting, how="minute_taker", version=sitting.version, actor=taker, now=now)
    sittings.carry_out(sitting.id, now=now)
