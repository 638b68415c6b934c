"""Sổ đăng ký văn bản: one book of the register as bound sheets, A4 lying."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.register import NumberEntry
from models.unit import Unit
from workflows.prints import words
from workflows.register.lines import Line
from workflows.register.remarks import remarks
from workflows.symbols import TYPES

COLUMNS = [
    {"title": "Số, ký hiệu", "width": 34},
    {"title": "Ngày văn bản", "width": 26, "align": "center"},
    {"title": "Trích yếu", "width": -4},
    {"title": "Nơi nhận", "width": -2},
    {"title": "Ghi chú", "width": -2},
]


def register_data(
    unit: Unit, type: str, period: str, lines: list[Line], day: date
) -> dict[str, Any]:
    """One book (`workflows.register.entries`) for `pdf("register", …)` and `docx`; `day`: when it
    was printed."""
    voided = sum(line.entry.voided_at is not None for line in lines)
    counted = f"Sổ có {len(lines)} số"
    return {
        "sector": unit.sector,
        "superior": words.superior_name(unit, day).upper(),
        "issuer": words.issuer_name(unit).upper(),
        "place_date": words.place_date(unit.place, day, year=day.year),
        "title": "SỔ ĐĂNG KÝ VĂN BẢN ĐI",
        "subject": f"{TYPES[type][0].capitalize()} ({type}), {_period(period)}",
        "columns": COLUMNS,
        "rows": [_row(line) for line in lines],
        "foot": [f"{counted}, trong đó {voided} số đã hủy." if voided else f"{counted}."],
        "day": day,
        "landscape": True,
    }


def _period(period: str) -> str:
    return f"năm {period}" if period.isdigit() else f"nhiệm kỳ {period}"


def _row(line: Line) -> list[str]:
    entry = line.entry
    return [entry.symbol, words.day(entry.dated_on), entry.subject, _to(entry), _remark(line)]


def _to(entry: NumberEntry) -> str:
    stages = entry.document.stages if entry.document is not None else []
    return words.body_of(stages[1].unit) if len(stages) > 1 else ""


def _remark(line: Line) -> str:
    entry = line.entry
    said = [f"Số đã hủy: {entry.void_reason or ''}".rstrip(" :")] if entry.voided_at else []
    for remark in remarks(line):
        shown = {
            name: words.day(value) if isinstance(value, date) else value
            for name, value in remark.params.items()
        }
        said.append(remark.text % shown)
    return " ".join(said)
