"""What a table is once read: a header, numbered rows of text, and the cells that are wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflows import sorting, text
from workflows.refusal import N_, Reason, Refused

MAX_BYTES = 5_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 60
HEADER_WITHIN = 15  # rows of titles that may stand above the header

_SLASHED = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}")
_SPACES = re.compile(r"[^\w]+")
# Letters of the TCVN3 fonts (.VnTime): shown as Vietnamese there, signs in any other font.
_TCVN3 = re.compile("[A-Za-z][¨©ª¬®µ¶¸¹¼½¾×÷]|[¨©ª¬®µ¶¸¹¼½¾×÷][A-Za-z]")


@dataclass(frozen=True)
class Fault:
    """One cell (or row) that is wrong: the row's number and the column's name as in the file."""

    row: int
    column: str
    reason: Reason

    def as_reason(self) -> Reason:
        """The sentence with its address in front of it, as one reason."""
        where = {"row": self.row, "column": self.column}
        lead = N_("Dòng %(row)s, cột %(column)s:") if self.column else N_("Dòng %(row)s:")
        return Reason(
            self.reason.rule,
            N_("%(where)s %(what)s"),
            {"where": Reason("FORM", lead, where), "what": self.reason},
            place="file",
        )


@dataclass(frozen=True)
class Sheet:
    """A table. `rows` are (number in the file, {key of the column: text}); blank rows are left out.

    Columns are named by `key(header)`; ask by `columns`.
    """

    name: str
    header: tuple[str, ...]
    rows: list[tuple[int, dict[str, str]]]
    faults: tuple[Fault, ...] = ()

    def columns(
        self, names: Mapping[str, Iterable[str]], required: Iterable[str] = ()
    ) -> list[tuple[int, dict[str, str]]]:
        """The rows under names of one's own: {"full_name": ("Họ và tên", "Họ tên")}; "" where the
        file has no such column. Raises Refused with every required column that is missing."""
        there = {key(said) for said in self.header}
        found = {
            ours: next((key(said) for said in said_as if key(said) in there), None)
            for ours, said_as in names.items()
        }
        missing = [ours for ours in required if found[ours] is None]
        if missing:
            raise Refused(
                *(
                    Reason(
                        "FORM",
                        N_("Bảng “%(sheet)s” thiếu cột “%(column)s”. Thêm cột rồi nhập lại."),
                        {"sheet": self.name, "column": next(iter(names[ours]))},
                        place="file",
                    )
                    for ours in missing
                )
            )
        return [
            (
                number,
                {ours: cells.get(theirs, "") if theirs else "" for ours, theirs in found.items()},
            )
            for number, cells in self.rows
        ]


def key(name: str) -> str:
    """A column's name without case, diacritics, blanks and signs: "Họ và tên *" → "hovaten"."""
    return _SPACES.sub("", sorting.search_fold(name)).replace("_", "")


def tidy(value: str) -> str:
    """A cell's text as it is kept: NFC, one kind of line end, 31/03/2026 as 2026-03-31."""
    value = unicodedata.normalize("NFC", text.LINE_ENDS.sub("\n", value)).strip()
    if _SLASHED.fullmatch(value):
        day, month, year = value.split("/")
        try:
            return text.parse_date(f"{year}-{month}-{day}").isoformat()
        except Refused:
            return value  # no such day: whoever reads the column says so
    return value


def wrong_text(value: str) -> Reason | None:
    """Why a cell's text is not taken as it stands."""
    if value.startswith("="):
        return formula()
    if len(value) > text.TEXT:
        return Reason(
            "FORM",
            N_("Nội dung dài %(length)s chữ, ô này nhận nhiều nhất %(limit)s. Cần viết gọn lại."),
            {"length": len(value), "limit": text.TEXT},
        )
    if _TCVN3.search(value):
        return Reason(
            "FORM",
            N_(
                "Chữ gõ theo mã TCVN3 (phông .Vn…), không đọc đúng được. "
                "Chuyển bảng sang Unicode rồi nhập lại."
            ),
        )
    return None


def formula() -> Reason:
    """A formula is never computed here."""
    return Reason(
        "FORM",
        N_("Ô này là công thức, không phải giá trị. Chép rồi dán giá trị vào ô, sau đó nhập lại."),
    )


def build(name: str, lines: Iterable[tuple[int, list[str]]], faults: list[Fault]) -> Sheet:
    """A table of lines of text: the first line with two cells filled is the header (titles may
    stand above it), else the first with any. Faults of lines above the header do not matter.

    Raises Refused for too many rows or columns and for two columns of one name.
    """
    filled = [(number, cells) for number, cells in lines if any(cells)]
    if not filled:
        return Sheet(name, (), [])
    top = [at for at, (_, cells) in enumerate(filled[:HEADER_WITHIN]) if sum(map(bool, cells)) > 1]
    start = top[0] if top else 0
    head_row, header = filled[start]
    while header and not header[-1]:
        header = header[:-1]
    if len(header) > MAX_COLUMNS:
        raise _too_wide(name)
    if len(filled) - start - 1 > MAX_ROWS:
        raise too_long(name)
    keys = [key(said) for said in header]
    twice = next((said for at, said in enumerate(header) if said and keys[at] in keys[:at]), None)
    if twice is not None:
        raise Refused(
            Reason(
                "FORM",
                N_("Bảng “%(sheet)s” có hai cột cùng tên “%(column)s”. Đổi tên hoặc bỏ một cột."),
                {"sheet": name, "column": twice[:60]},
                place="file",
            )
        )
    wrong = [fault for fault in faults if fault.row >= head_row]
    rows = []
    for number, cells in filled[start + 1 :]:
        row = {}
        for at, value in enumerate(cells):
            if at < len(keys) and keys[at]:
                row[keys[at]] = value
            elif value:
                wrong.append(Fault(number, letter(at + 1), _no_name()))
        rows.append((number, row))
    wrong.sort(key=lambda fault: fault.row)
    return Sheet(name, tuple(said for said in header if said), rows, tuple(wrong))


def letter(column: int) -> str:
    """The letters of a column counted from 1: 1 → A, 27 → AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def too_long(name: str) -> Refused:
    return Refused(
        Reason(
            "FORM",
            N_("Bảng “%(sheet)s” có hơn %(limit)s dòng. Chia thành nhiều tệp."),
            {"sheet": name, "limit": MAX_ROWS},
            place="file",
        )
    )


def _too_wide(name: str) -> Refused:
    return Refused(
        Reason(
            "FORM",
            N_("Bảng “%(sheet)s” có hơn %(limit)s cột. Bỏ bớt cột không dùng."),
            {"sheet": name, "limit": MAX_COLUMNS},
            place="file",
        )
    )


def _no_name() -> Reason:
    return Reason("FORM", N_("Ô này có dữ liệu nhưng cột chưa có tên. Ghi tên cột hoặc xóa ô."))
