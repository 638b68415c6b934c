"""Absences: while somebody is away, what waits for him waits for those who stand in."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.person import Absence, Person
from models.queries.locking import hold_person
from workflows.calendar import local_day
from workflows.organisation.people import record_for
from workflows.organisation.record import (
    bad_window,
    cleaned,
    overlapping,
    refuse_if,
    rehome,
)
from workflows.organisation.tree import units_waiting_for
from workflows.refusal import N_, Reason


def add_absence(
    session: Session,
    *,
    person: Person,
    valid_from: date,
    valid_to: date,
    reason: str | None = None,
    actor: Person | None,
    now: datetime,
) -> Absence:
    """The person is away between two days, both inclusive."""
    reason = cleaned(reason, "reason")
    hold_person(person.id)
    same = session.scalar(
        sa.select(Absence)
        .where(Absence.person_id == person.id, overlapping(Absence, valid_from, valid_to))
        .limit(1)
    )
    refuse_if(
        bad_window(valid_from, valid_to),
        Reason(
            "FORM",
            N_("%(person)s đã được ghi vắng từ %(start)s đến %(end)s. Sửa ngày cho khỏi trùng."),
            {"person": person.full_name, "start": same.valid_from, "end": same.valid_to},
            place="valid_from",
        )
        if same is not None
        else None,
    )
    absence = Absence(
        person=person, valid_from=valid_from, valid_to=valid_to, reason=reason or None
    )
    session.add(absence)
    session.flush()
    record_for(
        session,
        person,
        "absence_added",
        now=now,
        actor=actor,
        facts={"person": person.id, "valid_from": valid_from, "valid_to": valid_to},
        private={"name": person.full_name, "reason": reason or None},
        about=person,
    )
    _rehome(session, person, now)
    return absence


def end_absence(
    session: Session, *, absence: Absence, last_day: date, actor: Person | None, now: datetime
) -> None:
    """The person is back after `last_day`; an absence that had not begun yet goes away."""
    person = absence.person
    hold_person(person.id)
    session.refresh(absence)
    refuse_if(
        Reason(
            "FORM",
            N_("%(person)s đã trở lại từ ngày %(day)s."),
            {"person": person.full_name, "day": absence.valid_to},
        )
        if absence.valid_to <= last_day
        else None
    )
    begun = absence.valid_from <= last_day
    record_for(
        session,
        person,
        "absence_ended",
        now=now,
        actor=actor,
        facts={
            "person": person.id,
            "valid_from": absence.valid_from,
            "valid_to": last_day if begun else None,
        },
        private={"name": person.full_name},
        about=person,
    )
    if begun:
        absence.valid_to = last_day
    else:
        session.delete(absence)
    session.flush()
    _rehome(session, person, now)


def _rehome(session: Session, person: Person, now: datetime) -> None:
    rehome(session, [unit.id for unit in units_waiting_for(person, local_day(now))], now)
