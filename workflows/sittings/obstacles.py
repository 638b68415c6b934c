"""What keeps a meeting from being closed, and what is worth a second look before it is."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.register import NumberEntry
from models.sitting import AgendaItem, Attendance, Sitting
from workflows.calendar import local_day
from workflows.refusal import N_, Reason
from workflows.register.series import series_of
from workflows.rules.reasons import TO_ACT_ON, too_short
from workflows.rules.sitting import day_reasons
from workflows.sittings.minutes import TYPE
from workflows.sittings.presiding import officers_there
from workflows.sittings.voting import foresee
from workflows.sittings.who import VOTING
from workflows.symbols import read


def obstacles(sitting: Sitting, now: datetime) -> list[Reason]:
    """Everything that keeps the meeting from being closed, as sentences; empty when it may be."""
    reasons = missing(sitting, now)
    undecided = [item for item in sitting.items if not item.decision]
    if undecided:
        reasons.append(
            Reason(
                "SITTING",
                N_("Còn %(n)s bản chưa quyết. Quyết nốt, hoặc để lại kỳ sau."),
                {"n": len(undecided)},
                place="items",
            )
        )
    for item in sitting.items:
        reasons += [_about(item, reason) for reason in _of_the_item(item, sitting, now)]
    return reasons


def missing(sitting: Sitting, now: datetime) -> list[Reason]:
    """What is missing of the meeting itself, whatever lay before it: its day, enough members, who
    presided and who wrote."""
    reasons = day_reasons(sitting.held_on, local_day(now))
    full = [a for a in sitting.attendances if a.standing == VOTING]
    there = {a.person_id: a for a in sitting.attendances if a.present}
    present = [a for a in full if a.present]
    if len(present) * 2 <= len(full):
        reasons.append(
            Reason(
                "SITTING",
                N_(
                    "Mới có %(present)s trên %(full)s đảng viên chính thức dự họp, chưa quá nửa. "
                    "Cuộc họp chưa đủ để biểu quyết."
                ),
                {"present": len(present), "full": len(full)},
                place="attendance",
            )
        )
    reasons += _chaired(sitting, present, there)
    if sitting.minute_taker_id is None or sitting.minute_taker_id not in there:
        reasons.append(
            Reason(
                "SITTING",
                N_("Chưa có người ghi biên bản. Chọn một người trong số người dự họp."),
                place="minute_taker",
            )
        )
    elif sitting.minute_taker_id == sitting.chair_id:
        reasons.append(
            Reason(
                "R30",
                N_("Người ghi biên bản phải khác người chủ trì. Chọn người khác."),
                place="minute_taker",
            )
        )
    return reasons


def _chaired(
    sitting: Sitting, voting: list[Attendance], there: dict[int, Attendance]
) -> list[Reason]:
    """Who presides is there, and has a vote in the meeting where anybody has."""
    if sitting.chair_id not in there:
        text = N_("Người chủ trì chưa có mặt. Chọn người chủ trì trong số người dự họp.")
    elif voting and there[sitting.chair_id].standing != VOTING:
        text = N_(
            "%(name)s là đảng viên dự bị, không có quyền biểu quyết nên không chủ trì cuộc họp. "
            "Chọn bí thư, phó bí thư hoặc một đảng viên chính thức có mặt."
        )
    else:
        return []
    return [Reason("SITTING", text, {"name": sitting.chair.full_name}, place="chair")]


def _of_the_item(item: AgendaItem, sitting: Sitting, now: datetime) -> list[Reason]:
    if item.decision == "revise":
        reasons = []
        if not item.reason_code:
            reasons.append(Reason("REASON", N_("Chưa chọn lý do cần sửa."), place="reason_code"))
        reasons += too_short(item.reason, TO_ACT_ON)
        if reasons:
            return reasons
    return foresee(item, sitting.chair, now)


def _about(item: AgendaItem, reason: Reason) -> Reason:
    """The same reason, its place naming the item: `items.<id>.<field>`."""
    place = f"items.{item.id}" + (f".{reason.place}" if reason.place else "")
    return Reason(reason.rule, reason.text, reason.params, reason.level, place)


def cautions(sitting: Sitting) -> list[Reason]:
    """What is unusual about a meeting and stands in nobody's way: who presides, and minutes whose
    number and day are out of order (R27)."""
    return [*_beside_an_officer(sitting), *_out_of_order(sitting)]


def _beside_an_officer(sitting: Sitting) -> list[Reason]:
    officers = officers_there(sitting)
    votes = {a.person_id for a in sitting.attendances if a.standing == VOTING}
    if not officers or sitting.chair_id in officers or sitting.chair_id not in votes:
        return []  # who has no vote is refused
    names = {a.person_id: a.person.full_name for a in sitting.attendances}
    return [
        Reason(
            "SITTING",
            N_(
                "%(chair)s chủ trì trong khi %(officer)s giữ chức vụ của chi bộ và có mặt. Xem lại "
                "người chủ trì."
            ),
            {"chair": sitting.chair.full_name, "officer": names[officers[0]]},
            level="warn",
            place="chair",
        )
    ]


def _out_of_order(sitting: Sitting) -> list[Reason]:
    """The number ahead of that of the minutes stands beside a later day, or the one after it beside
    an earlier one."""
    series = series_of(sitting.unit, TYPE, sitting.held_on)
    symbol = read(sitting.number or "", sitting.unit.sector).symbol
    n = symbol.number if symbol is not None else series.next
    entry = NumberEntry
    wrong = db.session.scalar(
        sa.select(entry)
        .where(
            entry.unit_id == sitting.unit_id,
            entry.type == TYPE,
            entry.period == series.period,
            entry.voided_at.is_(None),
            sa.or_(
                sa.and_(entry.n.between(1, n - 1), entry.dated_on > sitting.held_on),
                sa.and_(entry.n > n, entry.dated_on < sitting.held_on),
            ),
        )
        .order_by(sa.func.abs(entry.n - n), entry.id)
        .limit(1)
    )
    if wrong is None or wrong.dated_on is None:
        return []
    return [
        Reason(
            "R27",
            N_(
                "Số và ngày biên bản không theo thứ tự: biên bản %(symbol)s ghi ngày %(dated_on)s, "
                "biên bản này mang số %(number)s mà họp ngày %(day)s. Xem lại ngày họp."
            ),
            {
                "symbol": wrong.symbol,
                "dated_on": wrong.dated_on,
                "number": series.written(n),
                "day": sitting.held_on,
            },
            level="warn",
            place="held_on",
        )
    ]
