"""What a print is made of: one plain dict, the same for PDF and DOCX.

Papers (plan, report, commitment, minutes, letter, list, register):

    sector          "party" | "state": which column of the table of sizes, which head
    superior        left, first line: the body above ("" for none)
    issuer          left, second line: who issues ("" prints no head at all)
    number          "Số 05-KH/ĐU" or ""
    letter_subject  of a công văn, under the number: "về việc …"
    marks           ["DỰ THẢO"], ["BẢN GIẤY"]
    place_date      "Minh Họa, ngày 05 tháng 02 năm 2026"
    title, subject  "KẾ HOẠCH" and its trích yếu
    to              ["Chi bộ Dự phòng"]: Kính gửi
    body            blocks, in order:
                      {"type": "text" | "fact" | "basis" | "heading", "text": …}
                      {"type": "table", "columns": [column, …], "rows": [[text, …], …]}
    signatures      [{"body": "T/M CHI BỘ", "post": "BÍ THƯ", "name": "…"}], left to right; also
                    "above" (a place and date over it) and "note"
    recipients      ["Ban Thường vụ Tỉnh ủy (để b/c),", "Lưu Đảng ủy."]
    foot            lines in small letters at the very end
    stamp           {"code": text of a QR code, "words": what it is, "key": the key that signed it},
                    under the signatures
    landscape       A4 lying
    day             ISO day or date: the creation date kept in the file, so that the same paper is
                    the same bytes

A column is {"title": …, "width": millimetres, or a share of the rest as a negative number (-2 is
two shares), or None for what the words need; "align": "left" | "center" | "right"}; a plain string
is a column of one share. Lists and registers may give `columns` and `rows` instead of `body`.

Slips (first passwords): {"issuer", "address", "note", "day", "slips": [{"name", "unit", "login",
"password"}, …]}; ten on a sheet, in the given order.

Whatever is left out is empty. Lines in a text are kept; nothing in a text is ever markup.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

from models.kinds import PERSONAL
from workflows.prints.layout import sizes

PAPERS = ("plan", "report", "commitment", "self_report", "minutes", "list", "letter", "register")
SLIPS = "slips"
KINDS = (*PAPERS, SLIPS)

_TEXTS = (
    "superior", "issuer", "number", "letter_subject", "place_date", "title", "subject", "address",
    "note",
)  # fmt: skip
_LISTS = ("marks", "to", "body", "signatures", "recipients", "foot", "slips")
_SIGNATURE = ("above", "body", "post", "note", "name")
# Kinds whose last sentence carries the end mark: a table of names or a form does not.
_ENDED = ("plan", "report", "letter")
_LAST_STOP = re.compile(r"[\s.;,]*(\./\.)?[\s.;,]*$")


def complete(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """The dict with every key there, the sizes of its sector, and the end mark set.

    Raises ValueError for a kind there is none of, Refused for a wrong table of sizes.
    """
    if kind not in KINDS:
        raise ValueError(f"no print of kind {kind!r}")
    sector = "state" if data.get("sector") == "state" else "party"
    made: dict[str, Any] = {key: str(data.get(key) or "") for key in _TEXTS}
    made |= {key: list(data.get(key) or []) for key in _LISTS}
    made |= {"kind": kind, "sector": sector, "sizes": sizes(sector)}
    if not made["body"] and data.get("columns"):
        made["body"] = [{"type": "table", "columns": data["columns"], "rows": data.get("rows", [])}]
    made["body"] = [_block(block) for block in made["body"]]
    made["signatures"] = [
        {key: str(it.get(key) or "") for key in _SIGNATURE} for it in made["signatures"]
    ]
    made["slips"] = [
        {key: str(it.get(key) or "") for key in ("name", "unit", "login", "password")}
        for it in made["slips"]
    ]
    stamp = data.get("stamp") or {}
    made["stamp"] = {key: str(stamp.get(key) or "") for key in ("code", "words", "key")}
    made["landscape"] = bool(data.get("landscape", kind == "register"))
    made["star"] = sector == "party" and kind not in PERSONAL
    made["ruled_title"] = sector == "party" and kind in ("plan", "report", "minutes", "list")
    if kind in _ENDED:
        _end(made["body"], str(made["sizes"]["end_mark"]))
    made["day"] = day_of(data.get("day")).isoformat()
    made["meta"] = {
        "title": " ".join(f"{made['title']} {made['subject']}".split()) or made["letter_subject"],
        "author": made["issuer"].replace("\n", " "),
    }
    return made


def created_at(made: dict[str, Any]) -> datetime:
    """Noon UTC of the paper's own day: what stands in the file as its creation."""
    return datetime.combine(date.fromisoformat(made["day"]), time(12), tzinfo=UTC)


def day_of(value: object) -> date:
    """A date, or an ISO day, as a date; 01/01/2026 where the paper bears none yet."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return date(2026, 1, 1)


def _block(block: dict[str, Any]) -> dict[str, Any]:
    if block["type"] != "table":
        return {"type": block["type"], "text": str(block.get("text") or "")}
    columns = [_column(column) for column in block["columns"]]
    rows = [
        ["" if cell is None else str(cell) for cell in row][: len(columns)]
        for row in block.get("rows", [])
    ]
    return {
        "type": "table",
        "columns": columns,
        "rows": [row + [""] * (len(columns) - len(row)) for row in rows],
    }


def _column(column: object) -> dict[str, Any]:
    if not isinstance(column, dict):
        return {"title": str(column), "width": -1, "align": "left"}
    align = column.get("align", "left")
    return {
        "title": str(column.get("title") or ""),
        "width": column.get("width", -1),
        "align": align if align in ("left", "center", "right") else "left",
    }


def _end(body: list[dict[str, Any]], mark: str) -> None:
    if not body or not mark:
        return
    last = body[-1]
    if last["type"] in ("text", "basis"):
        last["text"] = _LAST_STOP.sub("", last["text"]) + mark
    elif last["type"] == "table" and mark.strip("."):
        body.append({"type": "end", "text": mark})
