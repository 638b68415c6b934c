"""Commitments of a whole cell typed in one table: a row per member, all or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.campaign import Campaign
from models.document import Document
from models.person import Person
from models.unit import Unit
from workflows import sheets
from workflows.content import SECTIONS, clean_content
from workflows.proxies.enter import enter
from workflows.proxies.members import Line, lines
from workflows.refusal import N_, Reason, Refused
from workflows.text import parse_date

CODE, NAME, DAY = "Mã", "Họ và tên", "Ngày ghi"
SECTION = {key: f"Mục {key}" for key in SECTIONS}
HEADER = (CODE, NAME, DAY, *SECTION.values())
COLUMNS = {
    "code": (CODE, "Tên đăng nhập", "Code"),
    "name": (NAME, "Họ tên", "Name"),
    "day": (DAY, "Ngày", "Date"),
    **{key: (SECTION[key], f"Section {key}") for key in SECTIONS},
}
# What people put before each of several lines: "1.", "2)", "-", "+", "•".
_BULLET = re.compile(r"^\s*(?:[0-9]{1,2}[.)]|[-–+•*])\s+")


@dataclass(frozen=True)
class Row:
    """One commitment of the table. `change`: new | other (replaces what was typed) | same."""

    number: int
    person: Person
    content: dict[str, Any]
    dated_on: date | None
    change: str


@dataclass(frozen=True)
class Table:
    """What a table would do, and the rows that are wrong: (number in the file, why)."""

    rows: list[Row]
    wrong: list[tuple[int, Reason]]


def code_of(line: Line) -> str:
    """By which a member is known in the table: his number, which never changes."""
    return f"NV{line.person.id}"


def template(unit: Unit, campaign: Campaign, now: datetime) -> list[list[str]]:
    """The lines of a table to be filled in: every member for whom it may be typed, without any
    text."""
    return [
        [code_of(line), line.person.full_name, *[""] * (len(HEADER) - 2)]
        for line in lines(unit, campaign, now)
        if line.may_type
    ]


def read(data: bytes, name: str, unit: Unit, campaign: Campaign, now: datetime) -> Table:
    """What a filled table says. Rows without any text are left out. Raises Refused for a file that
    is no such table; a wrong row is told by its number, so that all are told at once."""
    members = lines(unit, campaign, now)
    found: list[Row] = []
    wrong: list[tuple[int, Reason]] = []
    table = sheets.read(data, name).columns(COLUMNS, required=("name", "3"))
    for number, cells in table:
        if not any(cells[key] for key in SECTIONS):
            continue
        try:
            row = _row(number, cells, members)
        except Refused as refusal:
            wrong += [(number, reason) for reason in refusal.reasons]
            continue
        if any(row.person == other.person for other in found):
            wrong.append((number, _twice(row.person)))
            continue
        found.append(row)
    if not found and not wrong:
        raise Refused(
            Reason(
                "FORM",
                N_("Bảng chưa có dòng nào được điền. Điền các mục rồi nhập lại."),
                place="file",
            )
        )
    return Table(found, wrong)


def keep(
    unit: Unit, campaign: Campaign, rows: list[Row], *, actor: Person, now: datetime
) -> list[Document]:
    """Keep every row as its member's draft; returns the drafts. In the caller's transaction, so
    that one refused row keeps none. Raises as `enter`."""
    return [
        enter(
            row.person,
            unit,
            campaign,
            row.content,
            dated_on=row.dated_on,
            actor=actor,
            now=now,
        )
        for row in sorted(rows, key=lambda row: row.person.id)
    ]


def _row(number: int, cells: dict[str, str], members: list[Line]) -> Row:
    line = _member(cells, members)
    if not line.may_type:
        raise Refused(_closed(line))
    content = clean_content("commitment", {"sections": _sections(cells)})
    day = parse_date(cells["day"]) if cells["day"] else None
    change = "new"
    if line.document is not None:
        before = line.document.current
        change = "same" if (before.content, before.dated_on) == (content, day) else "other"
    return Row(number, line.person, content, day, change)


def _sections(cells: dict[str, str]) -> dict[str, Any]:
    sections: dict[str, Any] = {key: cells[key] for key in SECTIONS}
    items = (_BULLET.sub("", item).strip() for item in cells["3"].split("\n"))
    sections["3"] = [item for item in items if item]
    return sections


def _member(cells: dict[str, str], members: list[Line]) -> Line:
    """Whose row it is: by code, else by name where only one member bears it."""
    code, name = cells["code"].strip(), sheets.key(cells["name"])
    if code:
        found = [line for line in members if code_of(line) == code.upper()]
        if found and name and sheets.key(found[0].person.full_name) != name:
            raise Refused(
                Reason(
                    "FORM",
                    N_("Mã %(code)s là của %(name)s, chưa khớp với họ tên ghi trong dòng."),
                    {"code": code, "name": found[0].person.full_name},
                )
            )
        unknown = N_("Mã “%(given)s” không có trong chi bộ. Dùng mã trong tệp mẫu, hoặc để trống.")
    else:
        found = [line for line in members if sheets.key(line.person.full_name) == name]
        unknown = N_("Không có đảng viên nào tên “%(given)s” trong chi bộ.")
    if len(found) > 1:
        raise Refused(
            Reason(
                "FORM",
                N_("Chi bộ có %(count)s người tên %(name)s. Ghi mã trong tệp mẫu để phân biệt."),
                {"count": len(found), "name": found[0].person.full_name},
            )
        )
    if not found:
        raise Refused(Reason("FORM", unknown, {"given": (code or cells["name"])[:60]}))
    return found[0]


def _closed(line: Line) -> Reason:
    text = {
        "own": N_("%(name)s đang tự viết bản cam kết. Bỏ dòng này."),
        "sent": N_("Bản cam kết của %(name)s đã gửi chi bộ. Bỏ dòng này."),
        "exempt": N_("%(name)s được miễn công tác, sinh hoạt. Bỏ dòng này."),
    }[line.state]
    return Reason("STATE", text, {"name": line.person.full_name})


def _twice(person: Person) -> Reason:
    return Reason(
        "FORM", N_("%(name)s có hai dòng trong bảng. Giữ một dòng."), {"name": person.full_name}
    )
