"""Question 9: in which month did a cell not meet, and which member's month was not reviewed?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from models.base import db
from models.event import AuditEvent
from models.sitting import MonthlyReview, Sitting
from models.unit import Unit
from workflows.calendar import end_of_day, start_of_day
from workflows.questions.answer import Answer, Row, Value, Window
from workflows.questions.evidence import as_evidence
from workflows.questions.months import Month, grid, meetings, month_of, months, reviewed
from workflows.questions.question import Column, Question, keyed
from workflows.questions.scope import Scope
from workflows.refusal import N_, Reason

STEP = 100_000  # a key is the unit's id times this, plus the month counted from the year 0
MINUTES = ("sitting_closed", "sitting_confirmed")
LATER = 62  # days within which minutes of a month are confirmed at the latest, to look for events


def asked(scope: Scope) -> sa.Select[Any]:
    """Every cell that meets, with every month that is asked about, in which it was there."""
    listed = [
        sa.select(
            sa.literal(month.number, sa.Integer).label("number"),
            sa.literal(month.first, sa.Date).label("first"),
            sa.literal(month.last, sa.Date).label("last"),
        )
        for month in months(scope)
    ]
    nothing = sa.select(
        sa.literal(0, sa.Integer).label("number"),
        sa.literal(scope.today, sa.Date).label("first"),
        sa.literal(scope.today, sa.Date).label("last"),
    ).where(sa.false())
    month = sa.union_all(nothing, *listed).subquery("month")
    return (
        sa.select(
            (Unit.id * STEP + month.c.number).label("key"),
            Unit.id.label("unit_id"),
            month.c.first,
            month.c.last,
        )
        .select_from(Unit)
        .join(month, sa.true())
        .where(
            Unit.meets,
            scope.units(Unit.id),
            sa.or_(Unit.valid_from.is_(None), Unit.valid_from <= month.c.first),
            sa.or_(Unit.valid_to.is_(None), Unit.valid_to >= month.c.last),
        )
    )


def looked_at(scope: Scope) -> sa.Select[Any]:
    every = asked(scope).subquery()
    return sa.select(every.c.key, every.c.unit_id, sa.false().label("personal"))


def found(scope: Scope) -> sa.Select[Any]:
    """Months without a confirmed meeting; and months in which a meeting looked at some members with
    a commitment in force, and at others not."""
    every = asked(scope).subquery()
    met = sa.exists().where(
        Sitting.unit_id == every.c.unit_id,
        Sitting.confirmed_at.is_not(None),
        Sitting.held_on.between(every.c.first, every.c.last),
    )
    left_out = _left_out().where(
        Sitting.unit_id == every.c.unit_id, MonthlyReview.month == every.c.first
    )
    return sa.select(every.c.key, every.c.unit_id, met.label("personal")).where(
        sa.or_(sa.not_(met), left_out.exists())
    )


def _left_out() -> sa.Select[Any]:
    """Members with a commitment in force whom no confirmed meeting of that month looked at."""
    other, again = aliased(MonthlyReview), aliased(Sitting)
    elsewhere = (
        sa.exists()
        .where(
            other.sitting_id == again.id,
            again.unit_id == Sitting.unit_id,
            again.confirmed_at.is_not(None),
            other.person_id == MonthlyReview.person_id,
            other.month == MonthlyReview.month,
            other.reviewed,
        )
        .correlate(Sitting, MonthlyReview)
    )
    return (
        sa.select(MonthlyReview.id)
        .join(Sitting, MonthlyReview.sitting_id == Sitting.id)
        .where(
            Sitting.confirmed_at.is_not(None),
            MonthlyReview.document_id.is_not(None),
            sa.not_(elsewhere),
        )
    )


def shown(scope: Scope, keys: Sequence[int]) -> list[Row]:
    wanted = {key: (key // STEP, month_of(key % STEP)) for key in keys}
    ids = {unit_id for unit_id, _ in wanted.values()}
    units = {u.id: u for u in db.session.scalars(sa.select(Unit).where(Unit.id.in_(ids)))}
    first = min(month.first for _, month in wanted.values())
    last = max(month.last for _, month in wanted.values())
    sittings = meetings(ids, first, last)
    told = _told(ids, first, last)
    rows = []
    for key, (unit_id, month) in wanted.items():
        held = [
            s for s in sittings if s.unit_id == unit_id and month.first <= s.held_on <= month.last
        ]
        due, missed = reviewed(held, month)
        rows.append(
            Row(
                key,
                units[unit_id],
                _outcome(held, missed),
                {
                    "month": f"{month.first:%m/%Y}",
                    "meetings": _written(held),
                    "due": len(due) if held else None,
                    "reviewed": len(due) - len(missed) if held else None,
                    "missed": ", ".join(missed) if scope.persons else None,
                },
                evidence=as_evidence(
                    [event for event in told.get(unit_id, ()) if _is_of(event, month)],
                    rule="R11" if held else "R12",
                ),
                fine=bool(held) and not missed,
            )
        )
    return rows


def _outcome(held: list[Sitting], missed: list[str]) -> Reason:
    if not held:
        return Reason("R12", N_("không họp"))
    if not missed:
        return Reason("R11", N_("có họp, kiểm điểm đủ"))
    return Reason("R11", N_("%(n)s đảng viên chưa được kiểm điểm"), {"n": len(missed)})


def _written(held: list[Sitting]) -> Value:
    return "; ".join(f"{s.held_on:%d/%m/%Y}" + (f", {s.number}" if s.number else "") for s in held)


def _told(ids: set[int], first: date, last: date) -> dict[int, list[AuditEvent]]:
    """What the logs of these units say of meetings of these months."""
    query = (
        sa.select(AuditEvent)
        .where(
            AuditEvent.unit_id.in_(ids),
            AuditEvent.action.in_(MINUTES),
            AuditEvent.at >= start_of_day(first),
            AuditEvent.at < end_of_day(date.fromordinal(last.toordinal() + LATER)),
        )
        .options(joinedload(AuditEvent.unit), joinedload(AuditEvent.payload))
        .order_by(AuditEvent.id)
    )
    found: dict[int, list[AuditEvent]] = {}
    for event in db.session.scalars(query):
        found.setdefault(event.unit_id, []).append(event)
    return found


def _is_of(event: AuditEvent, month: Month) -> bool:
    day = json.loads(event.leaf).get("day")
    return bool(day) and month.first <= date.fromisoformat(day) <= month.last


_KEYED = keyed(found, shown, looked_at=looked_at, whole=True)


def answer(scope: Scope, window: Window) -> Answer:
    """The months that are wanting, and on the first page the grid of all."""
    given: Answer = _KEYED["answer"](scope, window)
    return given if window.after else replace(given, grid=grid(scope))


QUESTION = Question(
    9,
    N_("Tháng nào chi bộ không họp, đảng viên nào không được kiểm điểm?"),
    N_("Tháng không họp, không kiểm điểm"),
    N_(
        "Từng chi bộ, từng tháng đã hết, kể từ tháng sau hạn kế hoạch của đợt: không có cuộc họp nào "
        "đã xác nhận biên bản; hoặc có họp mà một đảng viên đang có bản cam kết không được kiểm điểm "
        "tháng ấy. Không xếp thứ tự người. Thời kỳ: theo ngày cuối tháng."
    ),
    ("R11", "R12"),
    (
        Column("month", N_("Tháng")),
        Column("meetings", N_("Cuộc họp, biên bản")),
        Column("due", N_("Đảng viên phải kiểm điểm")),
        Column("reviewed", N_("Đã kiểm điểm")),
        Column("missed", N_("Chưa được kiểm điểm")),
    ),
    **(_KEYED | {"answer": answer}),
)
