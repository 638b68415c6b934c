"""What every act of the organisation shares: its event, its day, its names, its windows of dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.person import Person
from models.unit import ReportingLine, Unit
from workflows import sorting, text, trail
from workflows.calendar import ZONE
from workflows.refusal import N_, Reason, Refused

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)

Window = tuple[date | None, date | None]  # both inclusive, None: open


def day_of(now: datetime) -> date:
    """The organisation's day at the instant `now`."""
    return now.astimezone(ZoneInfo(str(ZONE))).date()


def record(
    session: Session,
    unit_id: int,
    action: str,
    *,
    now: datetime,
    actor: Person | None,
    facts: dict,
    private: dict | None = None,
) -> None:
    """One event in the log of `unit_id`. Names and free text go to `private`, never to `facts`."""
    session.flush()
    trail.append(
        session,
        unit_id=unit_id,
        action=action,
        at=now,
        facts={key: value for key, value in facts.items() if value is not None},
        private={key: value for key, value in (private or {}).items() if value is not None},
        actor_id=actor.id if actor else None,
    )


def record_at_top(session: Session, action: str, **details: object) -> None:
    """One event in the log of the oldest top unit: for acts that concern no unit in particular.

    Before the first unit there is no log yet, and nothing is written.
    """
    unit_id = top_unit_id(session)
    if unit_id is not None:
        record(session, unit_id, action, **details)  # type: ignore[arg-type]


def top_unit_id(session: Session) -> int | None:
    """The oldest unit that reports to nobody and is attached to none; None in an empty house."""
    session.flush()
    return session.scalar(
        sa.select(Unit.id)
        .where(
            Unit.attached_to_id.is_(None),
            ~sa.exists().where(ReportingLine.unit_id == Unit.id),
        )
        .order_by(Unit.id)
        .limit(1)
    )


def rehome(session: Session, unit_ids: Iterable[int], now: datetime) -> None:
    """Lets open tasks find their holders anew, unit by unit in the order of log heads."""
    from workflows import tasks  # the engine's side imports ours

    for unit_id in sorted(set(unit_ids)):
        tasks.rehome(session, unit_id, now)


def refuse_if(*reasons: Reason | None) -> None:
    """Raises `Refused` with every reason that is there."""
    real = [reason for reason in reasons if reason is not None]
    if real:
        raise Refused(*real)


# --- names and codes -------------------------------------------------------------------------


def cleaned(value: str | None) -> str:
    """The text as it is kept: normalised, without control characters and outer blanks."""
    return text.clean(value or "").strip()


def required(value: str, place: str, empty: str, *, longest: int = 300) -> Reason | None:
    """Why a cleaned text cannot stand in the field `place`; `empty` is the sentence when it is missing."""
    if not value:
        return Reason("FORM", empty, place=place)
    if len(value) > longest:
        return Reason(
            "FORM",
            N_("Chưa ghi được: dài quá %(longest)s chữ. Viết ngắn lại."),
            {"longest": longest},
            place=place,
        )
    return None


def bounded(value: str | None, place: str, *, longest: int = 300) -> Reason | None:
    """Why an optional cleaned text is too long."""
    return required(value, place, "", longest=longest) if value else None


def malformed_code(code: str, pattern: re.Pattern[str], example: str) -> Reason | None:
    """Why a code does not follow its pattern."""
    if pattern.fullmatch(code):
        return None
    return Reason(
        "FORM",
        N_(
            "Mã “%(code)s” chưa đúng: chỉ dùng chữ không dấu, số, dấu chấm và gạch nối, ví dụ %(example)s."
        ),
        {"code": code, "example": example},
        place="code",
    )


def make_findable(row: Unit | Person, *names: str | None) -> None:
    """Fills the columns by which a row is searched and sorted; the first name decides the order."""
    said = [name for name in names if name]
    row.search_fold = sorting.search_fold(" ".join(said))
    row.sort_key = sorting.sort_key(said[0])


# --- windows of dates ------------------------------------------------------------------------


def bad_window(start: date | None, end: date | None) -> Reason | None:
    """Why two days are no window: the end before the start, or a day beyond any office's calendar."""
    for day, place in ((start, "valid_from"), (end, "valid_to")):
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            return Reason(
                "FORM",
                N_("Ngày %(day)s nằm ngoài khoảng từ năm 1900 đến năm 2199. Xem lại năm."),
                {"day": day},
                place=place,
            )
    if start is not None and end is not None and end < start:
        return Reason(
            "FORM",
            N_("Ngày kết thúc %(end)s trước ngày bắt đầu %(start)s. Xem lại hai ngày."),
            {"start": start, "end": end},
            place="valid_to",
        )
    return None


def common(first: Window, second: Window) -> Window | None:
    """The days that two windows share, or None."""
    starts = [day for day in (first[0], second[0]) if day is not None]
    ends = [day for day in (first[1], second[1]) if day is not None]
    start, end = max(starts, default=None), min(ends, default=None)
    return None if start is not None and end is not None and end < start else (start, end)


def overlapping(table: type, start: date | None, end: date | None) -> sa.ColumnElement[bool]:
    """SQL condition: the row's valid_from..valid_to shares a day with start..end."""
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if start is not None:
        conditions.append(sa.or_(table.valid_to.is_(None), table.valid_to >= start))  # type: ignore[attr-defined]
    if end is not None:
        conditions.append(sa.or_(table.valid_from.is_(None), table.valid_from <= end))  # type: ignore[attr-defined]
    return sa.and_(*conditions)


def reaches(
    start: int,
    goal: int,
    window: Window,
    following: Callable[[int], Iterable[tuple[int, Window]]],
) -> bool:
    """Whether `goal` can be reached from `start` along edges that all hold on one common day."""
    waiting, seen = [(start, window)], set()
    while waiting:
        place = waiting.pop()
        if place[0] == goal:
            return True
        if place in seen:
            continue
        seen.add(place)
        for node, valid in following(place[0]):
            shared = common(place[1], valid)
            if shared is not None:
                waiting.append((node, shared))
    return False
