"""The office's own days on top of the law's: bridge days off and Saturdays worked.

A change counts again what is still open, in the same act; `foresee` says beforehand what that is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from models.day_off import CalendarDay
from models.person import Person
from models.queries.locking import hold_units
from workflows import obligations
from workflows.calendar import WorkingCalendar
from workflows.obligations import Foreseen
from workflows.organisation.record import (
    bad_window,
    cleaned,
    record_at_top,
    refuse_if,
    required,
    top_unit_id,
)
from workflows.refusal import N_, Reason
from workflows.trail.append import lock_logs


class Day(NamedTuple):
    """A day as the office's table has it."""

    working: bool
    note: str


Edit = Mapping[date, Day | None]  # None: the law's calendar holds again


def set_calendar_day(
    session: Session,
    *,
    day: date,
    working: bool,
    note: str,
    actor: Person | None,
    now: datetime,
) -> Foreseen:
    """Makes `day` a working day or a day off, whatever the law's calendar says. Returns what was
    counted again."""
    note = cleaned(note, "note")
    refuse_if(*wrong_day(day, note))
    counted = change(session, {day: Day(working, note)}, now)
    record_at_top(
        session,
        "calendar_day_set",
        now=now,
        actor=actor,
        facts={"day": day, "working": working, "changed": counted.obligations},
        private={"note": note},
    )
    obligations.apply(counted)
    return counted


def clear_calendar_day(
    session: Session, *, day: date, actor: Person | None, now: datetime
) -> Foreseen:
    """The law's calendar holds for `day` again. Returns what was counted again."""
    refuse_if(not_listed(session, day))
    counted = change(session, {day: None}, now)
    record_at_top(
        session,
        "calendar_day_cleared",
        now=now,
        actor=actor,
        facts={"day": day, "changed": counted.obligations},
    )
    obligations.apply(counted)
    return counted


def foresee(session: Session, edit: Edit, now: datetime) -> Foreseen:
    """What this edit would count again. Writes nothing."""
    old = WorkingCalendar.of(session)
    return obligations.foresee(old, _edited(old, edit), _differing(old, edit), now)


def change(session: Session, edit: Edit, now: datetime) -> Foreseen:
    """Writes the rows of an edit. Returns what has to be counted again, held until the transaction
    ends; the caller writes his event, then applies it.

    Its log is held before what is counted again, as by everybody who acts and is told of there.
    """
    top = top_unit_id(session)
    if top is not None:
        hold_units([top])
        lock_logs(session, [top])
    old = WorkingCalendar.of(session)
    counted = obligations.foresee(
        old, _edited(old, edit), _differing(old, edit), now, lock=top is not None
    )
    for day, wanted in edit.items():
        row = session.get(CalendarDay, day)
        if wanted is None:
            if row is not None:
                session.delete(row)
            continue
        row = row or CalendarDay(day=day)
        row.working, row.note = wanted
        session.add(row)
    session.flush()
    return counted


def wrong_day(day: date, note: str) -> tuple[Reason | None, ...]:
    """Why a line of the table will not do."""
    return (
        bad_window(day, None),
        required(note, "note", N_("Chưa ghi căn cứ, ví dụ “hoán đổi theo thông báo số …”.")),
    )


def not_listed(session: Session, day: date) -> Reason | None:
    """Why a day cannot be taken off the table: it is not in it."""
    if session.get(CalendarDay, day) is not None:
        return None
    return Reason("FORM", N_("Ngày %(day)s không có trong danh sách."), {"day": day})


def _edited(old: WorkingCalendar, edit: Edit) -> WorkingCalendar:
    kept = {day: works for day, works in old.exceptions.items() if day not in edit}
    return WorkingCalendar(
        kept | {day: one.working for day, one in edit.items() if one is not None}
    )


def _differing(old: WorkingCalendar, edit: Edit) -> list[date]:
    new = _edited(old, edit)
    return [day for day in edit if old.is_working_day(day) != new.is_working_day(day)]
