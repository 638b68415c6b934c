"""Holding a meeting: opened, attended, each paper marked. Every tap is kept at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.kinds import PERSONAL
from models.person import Person
from models.queries.locking import hold_units
from models.sitting import AgendaItem, Attendance, MonthlyReview, Sitting
from models.unit import Unit
from workflows.calendar import local_day
from workflows.convening import conveners
from workflows.refusal import N_, Reason, Refused, Stale
from workflows.rules.reasons import REASON_CODES
from workflows.sittings.agenda import fill
from workflows.sittings.notes import checked_items, note_for
from workflows.sittings.presiding import preside
from workflows.sittings.voting import voters
from workflows.sittings.who import CHANGED, VOTING, by_id, capacity, held, members

DECISIONS = ("", "agree", "revise", "later")
UNSET: Any = object()  # an input that was not given, where None means "none"


def open_sitting(unit: Unit, *, held_on: date, actor: Person, now: datetime) -> Sitting:
    """Begin a meeting of `unit` on the local day `held_on`, with everybody there and everything
    that waits on its agenda. One that is not closed yet is resumed instead.

    In the caller's transaction. Raises Forbidden, Refused when the body does not meet, the day is
    still to come, or nobody is there to sit.
    """
    capacity(unit, actor, now)
    hold_units([unit.id])
    running = unfinished(unit)
    if running is not None:
        return running
    sitting = Sitting(
        unit=unit,
        held_on=held_on,
        place=unit.place,
        opened_by=actor,
        opened_at=now,
        saved_at=now,
    )
    present = members(unit, held_on)
    reasons = _cannot_meet(unit, held_on, len(present), now)
    chair = next((c.person for c in conveners(unit, kind="plan", now=now).capacities), None)
    chair = chair or next((m.person for m in present if m.standing == VOTING), None)
    if reasons or chair is None:
        raise Refused(*reasons)
    sitting.chair = chair
    sitting.minute_taker = _last_minute_taker(unit, {m.person_id for m in present}, chair)
    sitting.attendances = [
        Attendance(person=m.person, standing=m.standing, present=True) for m in present
    ]
    db.session.add(sitting)
    db.session.flush()
    for member in present:
        _prefill(sitting, member.person)
    fill(sitting, now)
    return sitting


def unfinished(unit: Unit) -> Sitting | None:
    """The meeting of a body that is being held or waits for its minutes to be confirmed."""
    return db.session.scalar(
        sa.select(Sitting)
        .where(Sitting.unit_id == unit.id, Sitting.state.in_(("open", "awaiting")))
        .order_by(Sitting.id)
        .limit(1)
    )


def _cannot_meet(unit: Unit, held_on: date, present: int, now: datetime) -> list[Reason]:
    reasons = []
    if not unit.meets:
        reasons.append(
            Reason(
                "SITTING",
                N_("Chưa mở được: %(unit)s không quyết định tại cuộc họp của đảng viên."),
                {"unit": unit.name},
            )
        )
    if held_on > local_day(now):
        reasons.append(FUTURE)
    if not present:
        reasons.append(
            Reason(
                "SITTING",
                N_(
                    "Chưa mở được: ngày %(day)s %(unit)s chưa có ai sinh hoạt. Ghi đảng viên trước."
                ),
                {"unit": unit.name, "day": held_on},
                place="held_on",
            )
        )
    return reasons


FUTURE = Reason(
    "SITTING",
    N_("Ngày họp chưa tới. Chọn hôm nay hoặc một ngày đã qua."),
    place="held_on",
)


def _last_minute_taker(unit: Unit, present: set[int], chair: Person) -> Person | None:
    """Whoever took the minutes last time; the first time nobody is proposed."""
    last = db.session.scalar(
        sa.select(Sitting)
        .where(Sitting.unit_id == unit.id, Sitting.confirmed_at.is_not(None))
        .order_by(Sitting.held_on.desc(), Sitting.id.desc())
        .limit(1)
    )
    taker = last.minute_taker if last is not None else None
    return taker if taker and taker.id in present and taker != chair else None


def attend(
    sitting: Sitting,
    *,
    present: Mapping[int, bool] | None = None,
    reasons: Mapping[int, str] | None = None,
    chair_id: int | None = None,
    minute_taker_id: int | None = UNSET,
    held_on: date | None = None,
    place: str | None = None,
    notes: str | None = None,
    number: str | None = UNSET,
    actor: Person,
    now: datetime,
) -> Sitting:
    """Record who was there (by person id), who presided and wrote, where and when; what is not
    given stays. `reasons` are those of absences.

    Raises Stale once the sitting is closed, Forbidden, Refused for somebody who is not listed or a
    day that is still to come.
    """
    capacity(sitting.unit, actor, now)
    sitting = held(sitting, ("open",))
    for attendance in sitting.attendances:
        if present is not None and attendance.person_id in present:
            attendance.present = present[attendance.person_id]
        if reasons is not None and attendance.person_id in reasons:
            attendance.reason = reasons[attendance.person_id].strip()[:200] or None
        if attendance.present:
            attendance.reason = None
    if held_on is not None:
        if held_on > local_day(now):
            raise Refused(FUTURE)
        sitting.held_on = held_on
    if chair_id is not None:
        sitting.chair = by_id(sitting, chair_id, "chair")
    if minute_taker_id is not UNSET:
        sitting.minute_taker = (
            by_id(sitting, minute_taker_id, "minute_taker") if minute_taker_id else None
        )
    if place is not None:
        sitting.place = place.strip()[:200] or None
    if notes is not None:
        sitting.notes = notes.strip()
    if number is not UNSET:
        sitting.number = (number or "").strip() or None
    for item in sitting.items:
        preside(item, sitting)
    sitting.saved_at = now
    sitting.version += 1
    db.session.flush()
    return sitting


def mark(
    item: AgendaItem,
    *,
    decision: str,
    reason_code: str | None = None,
    reason: str | None = None,
    votes_for: int | None = None,
    votes_against: int | None = None,
    number: str | None = None,
    dated_on: date | None = None,
    actor: Person,
    now: datetime,
) -> AgendaItem:
    """What the meeting says of one paper: agree, revise (with a code and a reason of ten letters,
    asked when the meeting is closed), later, or "" to take it back.

    `votes_for`/`votes_against` are given only when not everybody was for it. Raises Stale once the
    sitting is closed, Forbidden, Refused.
    """
    capacity(item.sitting.unit, actor, now)
    sitting = held(item.sitting, ("open",))
    try:
        db.session.refresh(item)
    except sa.exc.InvalidRequestError as gone:  # taken off the agenda meanwhile
        raise Stale(CHANGED) from gone
    codes = REASON_CODES[item.document.kind]
    present = len(voters(item))
    refused = []
    if decision not in DECISIONS:
        refused.append(Reason("FORM", N_("Chưa chọn quyết định. Chọn Thống nhất hoặc Cần sửa.")))
    if reason_code and reason_code not in codes:
        refused.append(Reason("FORM", N_("Chưa chọn lý do theo danh mục."), place="reason_code"))
    if min(votes_for or 0, votes_against or 0) < 0 or (
        (votes_for if votes_for is not None else 0) + (votes_against or 0) > present
    ):
        refused.append(
            Reason(
                "MINUTES",
                N_("Số phiếu chưa khớp: có %(present)s người có quyền biểu quyết nội dung này."),
                {"present": present},
                place="votes",
            )
        )
    if refused:
        raise Refused(*refused)
    item.decision = decision
    item.reason_code = reason_code if decision == "revise" else None
    item.reason = (reason or "").strip() or None if decision == "revise" else None
    item.votes_for, item.votes_against = votes_for, votes_against
    if item.document.kind not in PERSONAL:
        item.number, item.dated_on = (number or "").strip() or None, dated_on
    sitting.saved_at = now
    db.session.flush()
    return item


def review(
    sitting: Sitting,
    person_id: int,
    *,
    reviewed: bool,
    items: list[dict[str, Any]] | None = None,
    remark: str | None = None,
    actor: Person,
    now: datetime,
) -> MonthlyReview:
    """R11, R12: what the meeting said of one member's month against his numbered items; what is not
    given stays as his own note prefilled it. Raises Stale, Forbidden, Refused."""
    capacity(sitting.unit, actor, now)
    sitting = held(sitting, ("open",))
    by_id(sitting, person_id, "person")
    row = next(r for r in sitting.reviews if r.person_id == person_id)
    row.reviewed = reviewed
    if items is not None:
        row.items = checked_items(items, row.document)
    if remark is not None:
        row.remark = remark.strip()
    sitting.saved_at = now
    db.session.flush()
    return row


def _prefill(sitting: Sitting, person: Person) -> None:
    """The member's line of the monthly review, as his own note has it."""
    month = sitting.held_on.replace(day=1)
    document = commitment_of(person, sitting.unit)
    note = note_for(person, document, month) if document is not None else None
    sitting.reviews.append(
        MonthlyReview(
            person=person,
            document=document,
            month=month,
            items=note.items if note else [],
        )
    )


def commitment_of(person: Person, unit: Unit) -> Document | None:
    """The commitment of a member that is in force in this body, the newest."""
    return db.session.scalar(
        sa.select(Document)
        .where(
            Document.kind == "commitment",
            Document.author_id == person.id,
            Document.unit_id == unit.id,
            Document.in_force_revision.is_not(None),
            Document.state.not_in(("superseded", "revoked", "withdrawn")),
        )
        .order_by(Document.id.desc())
        .limit(1)
    )
