"""What was typed of a meeting, as the meeting's own functions take it. What differs from what is kept
is written only by a page that had seen what is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext

from models.kinds import PERSONAL
from models.person import Person
from models.sitting import AgendaItem, MonthlyReview, Sitting
from views.forms import Form, is_digits
from views.sitting.base import Eyes, paper_name
from views.sitting.reviews import typed_items
from views.sitting.seen import (
    FIELDS,
    closing_seen,
    item_seen,
    review_seen,
    roll_seen,
    standing_item,
    standing_part,
    standing_review,
)
from workflows import sittings
from workflows.refusal import N_, Reason, Stale

MOVED_ON = Reason(
    "STALE", N_("Bản này đã có nội dung mới. Cập nhật chương trình họp, xem lại rồi quyết.")
)


def attendance_of(sitting: Sitting, form: Form) -> dict[str, Any]:
    """Fields of `sittings.attend` as far as the form has them."""
    given: dict[str, Any] = {}
    if "attendance" in form.source:
        listed = (a.person_id for a in sitting.attendances)
        people = [person_id for person_id in listed if f"absent.{person_id}" in form.source]
        given["present"] = {p: f"present.{p}" in form.source for p in people}
        given["reasons"] = {p: form.line(f"absent.{p}", limit=200) for p in people}
    for name in ("chair", "minute_taker"):
        typed = form.raw(name)
        if name in form.source and (typed == "" or is_digits(typed)):
            given[f"{name}_id"] = int(typed[:18]) if typed else None
    if "held_on" in form.source:
        given["held_on"] = form.day("held_on", required=gettext("Chưa ghi ngày họp."))
    if "place" in form.source:
        given["place"] = form.line("place", limit=200)
    if "notes" in form.source:
        given["notes"] = form.text("notes")
    if "number" in form.source:
        given["number"] = form.line("number", limit=60)
    return given


def check_seen(sitting: Sitting, form: Form, given: dict[str, Any]) -> None:
    """Raises Stale when the first or the last part would be written over what its page never
    showed."""
    if _roll_differs(sitting, given) and form.raw("roll.seen") != roll_seen(sitting):
        raise Stale(standing_part("who-was-there"))
    closing = {"notes": sitting.notes, "number": sitting.number or ""}
    if _differ(given, closing) and form.raw("closing.seen") != closing_seen(sitting):
        raise Stale(standing_part("closing"))


def _roll_differs(sitting: Sitting, given: dict[str, Any]) -> bool:
    for attendance in sitting.attendances:
        person, kept = attendance.person_id, attendance.reason or ""
        there = given.get("present", {}).get(person, attendance.present)
        why = given.get("reasons", {}).get(person, kept)
        if there != attendance.present or (not there and why != kept):
            return True
    roll = {
        "held_on": sitting.held_on,
        "place": sitting.place or "",
        "chair_id": sitting.chair_id,
        "minute_taker_id": sitting.minute_taker_id,
    }
    return _differ(given, roll)


def _differ(given: dict[str, Any], kept: dict[str, Any]) -> bool:
    return any(name in given and given[name] != value for name, value in kept.items())


def mark(item: AgendaItem, form: Form, place: str, actor: Person, now: datetime) -> None:
    """Marks one paper as the form says, if that differs from what is kept. Raises Stale when the
    page showed another text than the one before the meeting, or another mark than is kept."""
    given: dict[str, Any] = {
        "decision": form.line(f"{place}decision", limit=20),
        "reason_code": form.line(f"{place}reason_code", limit=40) or None,
        "reason": form.text(f"{place}reason", limit=4000) or None,
        "votes_for": form.count(f"{place}votes_for"),
        "votes_against": form.count(f"{place}votes_against"),
        "number": form.line(f"{place}number", limit=60) or None,
        "dated_on": form.day(f"{place}dated_on"),
    }
    if any(name.startswith(place) for name in form.errors):
        return
    if given["decision"] != "revise":
        given["reason_code"] = given["reason"] = None
    if given["decision"] != "agree":
        given["votes_for"] = given["votes_against"] = None
    if item.document.kind in PERSONAL:
        given["number"] = given["dated_on"] = None
    if all(getattr(item, name) == given[name] for name in FIELDS):
        return
    if form.raw(f"{place}revision") != str(item.revision):
        raise Stale(MOVED_ON)
    if form.raw(f"{place}seen") != item_seen(item):
        raise Stale(standing_item(item, paper_name(item.document)))
    sittings.mark(item, **given, actor=actor, now=now)


def review(
    sitting: Sitting,
    row: MonthlyReview,
    form: Form,
    seen: Eyes,
    count: int,
    actor: Person,
    now: datetime,
) -> None:
    """Keeps what the form says of one member's month, if that differs from what is kept. Raises
    Stale when the page showed something else than is kept."""
    place = f"members.{row.person_id}."
    reviewed = f"{place}reviewed" in form.source
    items = typed_items(form, row, seen, count)
    remark = form.text(f"{place}remark", limit=2000)
    if any(name.startswith(place) for name in form.errors):
        return
    said = [item for item in items if item["result"] or item["text"]]
    if (row.reviewed, list(row.items), row.remark) == (reviewed, said, remark):
        return
    if form.raw(f"{place}seen") != review_seen(row):
        raise Stale(standing_review(row))
    sittings.review(
        sitting, row.person_id, reviewed=reviewed, items=items, remark=remark, actor=actor, now=now
    )
