"""The office's own days on top of the law's: bridge days off and Saturdays worked."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from models.day_off import CalendarDay
from models.person import Person
from workflows.organisation.record import (
    bad_window,
    cleaned,
    record_at_top,
    refuse_if,
    required,
)
from workflows.refusal import N_, Reason


def set_calendar_day(
    session: Session,
    *,
    day: date,
    working: bool,
    note: str,
    actor: Person | None,
    now: datetime,
) -> CalendarDay:
    """Makes `day` a working day or a day off, whatever the law's calendar says."""
    note = cleaned(note, "note")
    refuse_if(
        bad_window(day, None),
        required(note, "note", N_("Chưa ghi căn cứ, ví dụ “hoán đổi theo thông báo số …”.")),
    )
    row = session.get(CalendarDay, day) or CalendarDay(day=day)
    row.working, row.note = working, note
    session.add(row)
    record_at_top(
        session,
        "calendar_day_set",
        now=now,
        actor=actor,
        facts={"day": day, "working": working},
        private={"note": note},
    )
    return row


def clear_calendar_day(session: Session, *, day: date, actor: Person | None, now: datetime) -> None:
    """The law's calendar holds for `day` again."""
    row = session.get(CalendarDay, day)
    refuse_if(
        Reason("FORM", N_("Ngày %(day)s không có trong danh sách."), {"day": day})
        if row is None
        else None
    )
    session.delete(row)
    record_at_top(session, "calendar_day_cleared", now=now, actor=actor, facts={"day": day})
