"""What every act of the organisation shares: its event, its names, its windows of dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.person import Person
from models.unit import ReportingLine, Unit
from workflows import sorting, text
from workflows.refusal import N_, Reason, Refused
from workflows.trail.append import append

FIRST_DAY, LAST_DAY = date(text.FIRST_YEAR, 1, 1), date(text.LAST_YEAR, 12, 31)

LATER = "units to rehome"  # where a session keeps them within `rehoming_once`

Window = tuple[date | None, date | None]  # both inclusive, None: open


def record(
    session: Session,
    unit_id: int,
    action: str,
    *,
    now: datetime,
    actor: Person | None,
    facts: dict,
    private: dict | None = None,
    about: Person | None = None,
) -> None:
    """One event in the log of `unit_id`. Names and free text go to `private`, never to `facts`.

    `about` is the person, other than the actor, whom the event concerns.
    """
    session.flush()
    append(
        session,
        unit_id=unit_id,
        action=action,
        at=now,
        facts={key: value for key, value in facts.items() if value is not None},
        private={key: value for key, value in (private or {}).items() if value is not None},
        actor_id=actor.id if actor else None,
        about_id=about.id if about else None,
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
    """Lets open tasks find their holders anew, unit by unit in the order of log heads; within
    `rehoming_once`, at its end."""
    from workflows import tasks  # the engine's side imports ours

    session.flush()
    later = session.info.get(LATER)
    if later is not None:
        later |= set(unit_ids)
        return
    for unit_id in sorted(set(unit_ids)):
        tasks.rehome(session.get_one(Unit, unit_id), now)


@contextmanager
def rehoming_once(session: Session, now: datetime) -> Iterator[None]:
    """Many acts of the organisation in one transaction: their units' open tasks find their holders
    once, when all is written."""
    outer = session.info.get(LATER)
    later: set[int] = session.info.setdefault(LATER, set())
    try:
        yield
    finally:
        if outer is None:
            del session.info[LATER]
    if outer is None:
        rehome(session, later, now)


def refuse_if(*reasons: Reason | None) -> None:
    """Raises `Refused` with every reason that is there."""
    real = [reason for reason in reasons if reason is not None]
    if real:
        raise Refused(*real)


# --- names and codes -------------------------------------------------------------------------


def cleaned(value: str | None, place: str, *, longest: int = text.LINE) -> str:
    """One line as it is kept. Raises `Refused` for what is too long or cannot be kept."""
    return text.clean_line(value, limit=longest, place=place)


def required(value: str, place: str, sentence: str) -> Reason | None:
    """`sentence` as a reason when the cleaned text is empty."""
    return None if value else Reason("FORM", sentence, place=place)


def malformed_code(code: str, pattern: re.Pattern[str], example: str) -> Reason | None:
    """Why a code does not follow its pattern."""
    if pattern.fullmatch(code):
        return None
    if not code:
        return Reason(
            "FORM",
            N_("Chưa ghi mã. Ghi một mã ngắn, ví dụ %(example)s."),
            {"example": example},
            place="code",
        )
    return Reason(
        "FORM",
        N_(
            "Mã “%(code)s” chưa đúng: chỉ dùng chữ không dấu, số, dấu chấm và gạch nối, "
            "ví dụ %(example)s."
        ),
        {"code": code, "example": example},
        place="code",
    )


def make_findable(row: Unit | Person, *names: str | None) -> None:
    """Fills the columns by which a row is searched and sorted; the first name decides the order."""
    said = [name for name in names if name]
    order = sorting.name_sort_key if isinstance(row, Person) else sorting.sort_key
    row.search_fold = sorting.search_fold(" ".join(said))
    row.sort_key = order(said[0])


# --- windows of dates ------------------------------------------------------------------------


def bad_window(start: date | None, end: date | None) -> Reason | None:
    """Why two days are no window: the end before the start, or a day in no office's calendar."""
    for day, place in ((start, "valid_from"), (end, "valid_to")):
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            return Reason(
                "FORM",
                N_("Năm %(year)s nằm ngoài khoảng %(first)s–%(last)s. Cần kiểm tra lại năm."),
                {"year": day.year, "first": text.FIRST_YEAR, "last": text.LAST_YEAR},
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
