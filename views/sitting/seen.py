"""What a page saw of each part of a meeting, as a mark beside the part: what somebody else wrote there
since is not written over unseen. Saying again what stands there already is no change."""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app
from flask_babel import gettext

from models.sitting import AgendaItem, MonthlyReview, Sitting
from workflows.refusal import Reason

FIELDS = ("decision", "reason_code", "reason", "votes_for", "votes_against", "number", "dated_on")


def item_seen(item: AgendaItem) -> str:
    """Of one paper: what is marked, and which of its texts."""
    return _mark("item", item.id, item.revision, *(getattr(item, name) for name in FIELDS))


def review_seen(row: MonthlyReview) -> str:
    """Of one member's month."""
    return _mark("review", row.id, row.month, row.reviewed, row.items, row.remark)


def roll_seen(sitting: Sitting) -> str:
    """Of who was there, who presided and wrote, where and when."""
    people = sorted((a.person_id, a.present, a.reason) for a in sitting.attendances)
    kept = (sitting.held_on, sitting.place, sitting.chair_id, sitting.minute_taker_id)
    return _mark("roll", sitting.id, people, *kept)


def closing_seen(sitting: Sitting) -> str:
    """Of what the minutes say besides, and their number."""
    return _mark("closing", sitting.id, sitting.notes, sitting.number)


def _mark(*values: object) -> str:
    """A short word that tells nothing of the values to who does not know the key."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, repr(values).encode(), hashlib.sha256).hexdigest()[:20]


# -- what stands there instead


def standing_item(item: AgendaItem, name: str) -> Reason:
    """Somebody marked this paper since the page was opened: what stands there now."""
    sentence = gettext(
        "%(name)s: đang ghi “%(decision)s”, ghi sau khi trang này mở. Xem lại rồi mới ghi khác đi.",
        name=name,
        decision=decision_words(item.decision),
    )
    return _stale(sentence, f"items.{item.id}")


def standing_review(row: MonthlyReview) -> Reason:
    """Somebody wrote of this member's month since the page was opened."""
    sentence = gettext(
        "%(name)s: kiểm điểm tháng đã được ghi khác sau khi trang này mở, đang là “%(said)s”. Xem "
        "lại rồi mới ghi khác đi.",
        name=row.person.full_name,
        said=gettext("Đã kiểm điểm") if row.reviewed else gettext("Chưa kiểm điểm"),
    )
    return _stale(sentence, f"members.{row.person_id}")


def standing_part(place: str) -> Reason:
    """Somebody wrote in the first or the last part since the page was opened."""
    sentence = gettext("Phần này đã được ghi khác sau khi trang này mở. Xem lại rồi mới sửa.")
    return _stale(sentence, place)


def _stale(sentence: str, place: str) -> Reason:
    return Reason("STALE", sentence.replace("%", "%%"), place=place)


def decision_words(decision: str) -> str:
    """What may be said of a paper, in one word."""
    return {
        "agree": gettext("Thống nhất"),
        "revise": gettext("Cần sửa"),
        "later": gettext("Để lại kỳ sau"),
    }.get(decision, gettext("Chưa quyết"))


def stands(sitting: Sitting, part: str) -> dict[str, str]:
    """The fields of one part as they are kept, for the page that is open: its mark, and what is ticked
    or chosen; no text. `part` is "items.3", "members.7", "roll" or "closing"."""
    kind, _, number = part.partition(".")
    if kind == "closing":
        return {f"{part}.seen": closing_seen(sitting)}
    if kind == "roll":
        return {f"{part}.seen": roll_seen(sitting), **_roll(sitting)}
    if kind == "items":
        item = next((i for i in sitting.items if str(i.id) == number), None)
        if item is not None:
            return {f"{part}.seen": item_seen(item), f"{part}.decision": item.decision}
    row = next((r for r in sitting.reviews if str(r.person_id) == number), None)
    if kind == "members" and row is not None:
        reviewed = "1" if row.reviewed else ""
        return {f"{part}.seen": review_seen(row), f"{part}.reviewed": reviewed}
    return {}


def _roll(sitting: Sitting) -> dict[str, str]:
    there = {f"present.{a.person_id}": "1" if a.present else "" for a in sitting.attendances}
    return {
        **there,
        "held_on": sitting.held_on.isoformat(),
        "chair": str(sitting.chair_id),
        "minute_taker": str(sitting.minute_taker_id or ""),
    }
