"""Holding a meeting: attended, each paper marked, each month reviewed. Every tap is kept at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.kinds import PERSONAL
from models.person import Person
from models.sitting import AgendaItem, MonthlyReview, Sitting
from workflows.refusal import N_, Reason, Refused, Stale
from workflows.rules.reasons import REASON_CODES
from workflows.sittings.notes import checked_items
from workflows.sittings.presiding import preside
from workflows.sittings.roll import call_roll, cannot_sit
from workflows.sittings.voting import voters
from workflows.sittings.who import CHANGED, by_id, capacity, held

DECISIONS = ("", "agree", "revise", "later")
UNSET: Any = object()  # an input that was not given, where None means "none"


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
    given stays. `reasons` are those of absences. Another day calls the roll anew.

    Raises Stale once the sitting is closed, Forbidden, Refused for somebody who is not listed or a
    day on which the body cannot have met.
    """
    capacity(sitting.unit, actor, now)
    sitting = held(sitting, ("open",))
    if held_on is not None and held_on != sitting.held_on:
        if refused := cannot_sit(sitting.unit, held_on, now):
            raise Refused(*refused)
        sitting.held_on = held_on
        call_roll(sitting)
    for attendance in sitting.attendances:
        if present is not None and attendance.person_id in present:
            attendance.present = present[attendance.person_id]
        if reasons is not None and attendance.person_id in reasons:
            attendance.reason = reasons[attendance.person_id].strip()[:200] or None
        if attendance.present:
            attendance.reason = None
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
