"""The end of a meeting: closed by whoever kept its papers, confirmed by another person or by the
scanned minutes (R30). Only then do its decisions count."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.person import Person
from models.sitting import Sitting
from models.stored_file import Attachment
from workflows import notices, obligations, trail
from workflows.refusal import N_, Forbidden, Reason, Refused, Stale
from workflows.sittings.minutes import drop_number, number_minutes
from workflows.sittings.obstacles import obstacles
from workflows.sittings.voting import reference
from workflows.sittings.who import CHANGED, VOTING, by_id, capacity, held

HOW = ("minute_taker", "scan")


def close(sitting: Sitting, *, version: int, actor: Person, now: datetime) -> Sitting:
    """The meeting is over: nothing more is marked, and its minutes wait to be confirmed.

    In the caller's transaction; tells the minute-taker (or the chair, if the minute-taker closed
    it). Raises Refused with every obstacle, Stale, Forbidden.
    """
    right = capacity(sitting.unit, actor, now)
    sitting = held(sitting, ("open",))
    _same(sitting, version)
    if reasons := obstacles(sitting, now):
        raise Refused(*reasons)
    number_minutes(sitting, actor=actor, now=now)
    sitting.state, sitting.closed_at, sitting.closed_by = "awaiting", now, actor
    _touch(sitting, now)
    event = _event(sitting, "sitting_closed", right.role, actor, now)
    taker = sitting.minute_taker
    confirmer = taker if taker is not None and taker.id != actor.id else sitting.chair
    notices.notify(
        event, [confirmer], topic="waits", action="confirm_minutes", document=None, now=now
    )
    return sitting


def reopen(sitting: Sitting, *, version: int, actor: Person, now: datetime) -> Sitting:
    """Take a closed meeting up again, before its minutes are confirmed. Raises Stale, Forbidden."""
    right = capacity(sitting.unit, actor, now)
    sitting = held(sitting, ("awaiting",))
    _same(sitting, version)
    sitting.state, sitting.closed_at, sitting.closed_by = "open", None, None
    _touch(sitting, now)
    _event(sitting, "sitting_reopened", right.role, actor, now)
    return sitting


def cancel(sitting: Sitting, *, version: int, actor: Person, now: datetime) -> Sitting:
    """The meeting did not take place; what was on its agenda waits on. Raises Stale, Forbidden."""
    right = capacity(sitting.unit, actor, now)
    sitting = held(sitting, ("open", "awaiting"))
    _same(sitting, version)
    sitting.state = "cancelled"
    drop_number(sitting, actor=actor, now=now)
    _touch(sitting, now)
    _event(sitting, "sitting_cancelled", right.role, actor, now)
    return sitting


def confirm(sitting: Sitting, *, how: str, version: int, actor: Person, now: datetime) -> Sitting:
    """The minutes are true: from now on the decisions count, and `carry_out` does them.

    `how` is "minute_taker": the minute-taker (or the chair, when the minute-taker closed the
    meeting) confirms what another person closed; or "scan": the scanned minutes lie with the
    sitting. Raises Refused, Stale, Forbidden.
    """
    sitting = held(sitting, ("awaiting",))
    _same(sitting, version)
    role = _right_to_confirm(sitting, how, actor, now)
    sitting.state, sitting.confirmed_at = "confirmed", now
    sitting.confirmed_by, sitting.confirmed_how = actor, how
    for item in sitting.items:
        if item.decision == "later":
            item.outcome, item.carried_out_at = "later", now
    _touch(sitting, now)
    _event(sitting, "sitting_confirmed", role, actor, now, how=how)
    obligations.fulfil_by_minutes(sitting, now)
    return sitting


def may_confirm(sitting: Sitting, person: Person, now: datetime) -> list[Reason]:
    """Why the minutes of a closed meeting are not confirmed by this person's word; empty when they
    are."""
    try:
        _right_to_confirm(sitting, "minute_taker", person, now)
    except (Forbidden, Refused) as refused:
        return list(refused.reasons)
    return []


def _right_to_confirm(sitting: Sitting, how: str, actor: Person, now: datetime) -> str:
    if how == "scan":
        right = capacity(sitting.unit, actor, now)
        scanned = sa.select(Attachment.id).where(
            Attachment.sitting_id == sitting.id,
            Attachment.purpose == "scan",
            Attachment.removed_at.is_(None),
        )
        if db.session.scalar(scanned.limit(1)) is None:
            raise Refused(
                Reason(
                    "R30",
                    N_("Chưa có bản quét biên bản đã ký. Gửi bản quét lên rồi xác nhận."),
                    place="scan",
                )
            )
        return right.role
    if how not in HOW:
        raise Refused(Reason("FORM", N_("Chưa chọn cách xác nhận biên bản.")))
    self_closed = actor.id == sitting.closed_by_id
    words = {sitting.minute_taker_id}
    if self_closed or sitting.closed_by_id == sitting.minute_taker_id:
        words.add(sitting.chair_id)  # his word is asked when the minute-taker closed it himself
    if actor.id not in words:
        raise Forbidden(
            Reason(
                "R30",
                N_("Chưa xác nhận được: biên bản do người ghi biên bản (%(name)s) xác nhận."),
                {"name": sitting.minute_taker.full_name if sitting.minute_taker else ""},
            )
        )
    if self_closed:
        raise Refused(
            Reason(
                "R30",
                N_(
                    "Chưa tự xác nhận được: người kết thúc cuộc họp và người xác nhận biên bản "
                    "phải là hai người. Người kia xác nhận, hoặc gửi bản quét biên bản đã ký."
                ),
            )
        )
    by_id(sitting, actor.id, "minute_taker")
    return "meeting"


def _same(sitting: Sitting, version: int) -> None:
    if sitting.version != version:
        raise Stale(CHANGED)


def _touch(sitting: Sitting, now: datetime) -> None:
    sitting.saved_at = now
    sitting.version += 1


def _event(
    sitting: Sitting, action: str, role: str, actor: Person, now: datetime, **facts: object
) -> trail.Appended:
    """One event in the body's log: figures as facts, names apart."""
    full = [a for a in sitting.attendances if a.standing == VOTING]
    db.session.flush()
    return trail.append(
        db.session(),
        unit_id=sitting.unit_id,
        action=action,
        at=now,
        facts={
            "sitting": sitting.id,
            "day": sitting.held_on,
            "role": role,
            "present": sum(a.present for a in full),
            "full": len(full),
            "agreed": sum(item.decision == "agree" for item in sitting.items),
            "sent_back": sum(item.decision == "revise" for item in sitting.items),
            "later": sum(item.decision == "later" for item in sitting.items),
            **facts,
        },
        private={
            "actor": actor.full_name,
            "chair": sitting.chair.full_name,
            "minute_taker": sitting.minute_taker.full_name if sitting.minute_taker else None,
            "minutes": reference(sitting),
        },
        actor_id=actor.id,
    )
