"""The roll of a meeting: who sits in it, and whose month is looked at. Both are those of its day."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from models.base import db
from models.document import OVER, Document
from models.person import Person
from models.sitting import Attendance, MonthlyReview, Sitting
from models.unit import Unit
from workflows.calendar import local_day
from workflows.refusal import N_, Reason
from workflows.rules.sitting import day_reasons
from workflows.sittings.notes import note_for
from workflows.sittings.who import members


def cannot_sit(unit: Unit, held_on: date, now: datetime) -> list[Reason]:
    """Why a body cannot have met on this day: it is still to come, long past, or nobody was a member
    then. Empty when it may have."""
    reasons = day_reasons(held_on, local_day(now))
    if not reasons and not members(unit, held_on):
        reasons.append(
            Reason(
                "SITTING",
                N_(
                    "Ngày %(day)s %(unit)s chưa có ai sinh hoạt. Chọn ngày khác, hoặc ghi đảng viên "
                    "trước."
                ),
                {"unit": unit.name, "day": held_on},
                place="held_on",
            )
        )
    return reasons


def call_roll(sitting: Sitting) -> None:
    """The list is that of the meeting's day: who was a member then, in his standing of then, is on
    it, nobody else; and the month spoken of is the month of that day (R11, R12).

    What was said of a member stays; what only his own note put there becomes his note on the month.
    """
    listed = {attendance.person_id: attendance for attendance in sitting.attendances}
    sitting_then = {member.person_id: member for member in members(sitting.unit, sitting.held_on)}
    for person_id, attendance in listed.items():
        if person_id not in sitting_then:
            _strike(sitting, attendance)
    for person_id, member in sitting_then.items():
        if person_id in listed:
            listed[person_id].standing = member.standing
        else:
            sitting.attendances.append(
                Attendance(person=member.person, standing=member.standing, present=True)
            )
            sitting.reviews.append(_line(sitting, member.person))
    month = sitting.held_on.replace(day=1)
    for review in sitting.reviews:
        if review.month != month:
            prefilled = review.items == _noted(review.person, review.document, review.month)
            if prefilled:
                review.items = _noted(review.person, review.document, month)
            review.month = month
    db.session.flush()


def _strike(sitting: Sitting, attendance: Attendance) -> None:
    sitting.attendances.remove(attendance)
    db.session.delete(attendance)
    for review in [r for r in sitting.reviews if r.person_id == attendance.person_id]:
        sitting.reviews.remove(review)
        db.session.delete(review)


def _line(sitting: Sitting, person: Person) -> MonthlyReview:
    """The member's line of the monthly review, as his own note has it."""
    document = commitment_of(person, sitting.unit)
    month = sitting.held_on.replace(day=1)
    return MonthlyReview(
        person=person, document=document, month=month, items=_noted(person, document, month)
    )


def _noted(person: Person, document: Document | None, month: date) -> list[dict[str, object]]:
    note = note_for(person, document, month) if document is not None else None
    return note.items if note is not None else []


def commitment_of(person: Person, unit: Unit | None = None) -> Document | None:
    """The commitment of a member that is in force, the newest: in this body, or in any."""
    return db.session.scalar(
        sa.select(Document)
        .where(
            Document.kind == "commitment",
            Document.author_id == person.id,
            Document.unit_id == unit.id if unit is not None else sa.true(),
            Document.in_force_revision.is_not(None),
            Document.state.not_in(OVER),
        )
        .order_by(Document.id.desc())
        .limit(1)
    )
