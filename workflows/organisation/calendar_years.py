"""The list of a whole year, as an authority announces it: read from a table, compared with what the
office has, and put in its place only when that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.day_off import CalendarDay
from models.person import Person
from workflows import obligations, sheets
from workflows.obligations import Foreseen
from workflows.organisation.calendar_days import Day, Edit, change, wrong_day
from workflows.organisation.record import cleaned, record_at_top
from workflows.refusal import N_, Reason, Refused
from workflows.text import parse_date

COLUMNS = {
    "day": ("Ngày", "Day", "day"),
    "working": ("Nghỉ hay làm", "Nghỉ/làm", "Working", "working"),
    "note": ("Căn cứ", "Ghi chú", "Note", "note"),
}
OFF, WORKED = ("nghi", "off", "0", "khong"), ("lam", "lamviec", "lambu", "work", "1", "co")
MOST = 120  # days that differ from the law in one year


@dataclass(frozen=True)
class Difference:
    """What a new list of a year does to the one there is."""

    year: int
    edit: Edit
    added: tuple[date, ...]
    removed: tuple[date, ...]
    turned: tuple[date, ...]  # off in one, worked in the other
    there: int  # days of this year that the office had

    @property
    def contradicts(self) -> bool:
        """There is another list for this year."""
        return bool(self.there and (self.added or self.removed or self.turned))


def read_year(data: bytes | BinaryIO, name: str) -> dict[date, Day]:
    """The days of a list. Raises Refused with every line that is wrong, and for days of two
    years."""
    rows = sheets.read(data, name).columns(COLUMNS, required=COLUMNS)
    found: dict[date, Day] = {}
    wrong: list[Reason] = []
    for number, cells in rows:
        try:
            day, one = _line(cells)
        except Refused as refusal:
            wrong += [sheets.Fault(number, "", reason).as_reason() for reason in refusal.reasons]
            continue
        if found.setdefault(day, one) != one:
            twice = Reason("FORM", N_("Ngày %(day)s ghi hai lần, khác nhau."), {"day": day})
            wrong.append(sheets.Fault(number, "", twice).as_reason())
    years = sorted({day.year for day in found})
    if wrong:
        raise Refused(*wrong[: sheets.SHOWN])
    if len(years) != 1:
        raise Refused(_form(N_("Mỗi tệp ghi ngày của một năm. Tách thành từng năm rồi nhập lại.")))
    if len(found) > MOST:
        raise Refused(
            _form(N_("Danh sách có hơn %(most)s ngày. Chỉ ghi ngày khác với lịch chung."))
        )
    return found


def compare(session: Session, days: dict[date, Day]) -> Difference:
    """This list beside the one that the office has for the same year."""
    year = next(iter(days)).year
    rows = session.scalars(
        sa.select(CalendarDay).where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    )
    there = {row.day: Day(row.working, row.note) for row in rows}
    removed = tuple(sorted(there.keys() - days.keys()))
    edit: dict[date, Day | None] = {d: one for d, one in days.items() if there.get(d) != one}
    return Difference(
        year=year,
        edit=edit | dict.fromkeys(removed),
        added=tuple(sorted(days.keys() - there.keys())),
        removed=removed,
        turned=tuple(
            sorted(d for d, one in days.items() if d in there and there[d].working != one.working)
        ),
        there=len(there),
    )


def set_calendar_year(
    session: Session,
    *,
    days: dict[date, Day],
    replace: bool,
    actor: Person | None,
    now: datetime,
) -> Foreseen:
    """This list is the year's. Without `replace` a list that is there already is not touched: two
    tables for one year are refused, saying where they differ. Returns what was counted again."""
    found = compare(session, days)
    if found.contradicts and not replace:
        raise Refused(contradiction(found))
    counted = change(session, found.edit, now)
    for day, one in sorted(found.edit.items()):
        record_at_top(
            session,
            "calendar_day_cleared" if one is None else "calendar_day_set",
            now=now,
            actor=actor,
            facts={"day": day, "working": one.working if one else None},
            private={"note": one.note if one else None},
        )
    record_at_top(
        session,
        "calendar_year_set",
        now=now,
        actor=actor,
        facts={"year": found.year, "days": len(found.edit), "changed": counted.obligations},
    )
    obligations.apply(counted)
    return counted


def contradiction(found: Difference) -> Reason:
    """Two tables for one year, in a sentence that says where they differ."""
    return Reason(
        "FORM",
        N_(
            "Năm %(year)s đã có bảng %(there)s ngày, khác bảng này: thêm %(added)s, bỏ %(removed)s, "
            "đổi %(turned)s. Chọn thay bảng cũ, hoặc giữ bảng đang dùng."
        ),
        {
            "year": found.year,
            "there": found.there,
            "added": list(found.added) or "0",
            "removed": list(found.removed) or "0",
            "turned": list(found.turned) or "0",
        },
        place="file",
    )


def _line(cells: dict[str, str]) -> tuple[date, Day]:
    day = parse_date(cells["day"])
    note = cleaned(cells["note"], "note")
    said = sheets.key(cells["working"])
    if reasons := [reason for reason in wrong_day(day, note) if reason is not None]:
        raise Refused(*reasons)
    if said not in OFF and said not in WORKED:
        raise Refused(_form(N_("Cột “Nghỉ hay làm” ghi “nghỉ” hoặc “làm”.")))
    return day, Day(said in WORKED, note)


def _form(sentence: str) -> Reason:
    return Reason("FORM", sentence, {"most": MOST}, place="file")
