"""An XLSX as text. Opened only after its expanded size is known; formulas are not computed."""

from __future__ import annotations

import io
import warnings
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import WorkSheetParser

from workflows.refusal import N_, Reason, Refused
from workflows.sheets.shape import (
    MAX_COLUMNS,
    MAX_ROWS,
    Fault,
    Sheet,
    build,
    formula,
    letter,
    tidy,
    too_long,
    wrong_text,
)

MAX_EXPANDED = 60_000_000  # bytes of all parts together
MAX_PARTS = 1_000
MAX_SHEETS = 20

# What openpyxl and the parsers below it raise for a broken or hostile file.
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    InvalidFileException,
    DefusedXmlException,
    ParseError,
    SyntaxError,  # lxml's is one
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    NotImplementedError,
    OverflowError,
    EOFError,
    OSError,
    RuntimeError,
)


def read(raw: bytes) -> list[Sheet]:
    """The visible sheets of a workbook. Raises Refused for a bomb, a broken file, or a sheet that
    is too large."""
    try:
        _weigh(raw)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about decorations that are not read anyway
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, keep_links=False)
            try:
                visible = [ws for ws in book.worksheets if ws.sheet_state == "visible"]
                return [_sheet(book, ws) for ws in visible[:MAX_SHEETS]]
            finally:
                book.close()
    except Refused:
        raise
    except (*BROKEN, MemoryError, RecursionError) as error:
        raise Refused(
            Reason(
                "FORM",
                N_("Tệp XLSX bị hỏng hoặc không đúng dạng. Mở bằng Excel, lưu lại rồi nhập lại."),
                place="file",
            )
        ) from error


def _weigh(raw: bytes) -> None:
    """Refuses what would expand beyond reason; a part never expands beyond what it declares."""
    parts = zipfile.ZipFile(io.BytesIO(raw)).infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_EXPANDED:
        raise Refused(
            Reason(
                "FORM",
                N_("Tệp XLSX nở ra quá lớn khi mở. Chép dữ liệu sang một tệp mới rồi nhập lại."),
                place="file",
            )
        )


def _sheet(book: Any, ws: Any) -> Sheet:
    faults: list[Fault] = []
    lines: list[tuple[int, list[str]]] = []
    hidden_columns: set[int] = set()
    with ws._get_source() as source:
        parser = WorkSheetParser(
            source,
            ws._shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            if not lines:
                hidden_columns = _hidden_columns(parser)
            values: list[str] = []
            for cell in cells:
                value = _value(cell, faults)
                at = cell["column"] - 1
                if not value or at < 0:
                    continue
                if at >= MAX_COLUMNS * 2:
                    faults.append(Fault(number, letter(at + 1), _far()))
                    continue
                values += [""] * (at + 1 - len(values))
                values[at] = value
            hidden = parser.row_dimensions.pop(str(number), {}).get("hidden") in ("1", "true")
            if not any(values):
                continue
            if hidden:
                faults.append(Fault(number, "", _hidden_row()))
            for at in hidden_columns:
                if at < len(values) and values[at]:
                    faults.append(Fault(number, letter(at + 1), _hidden_column()))
            lines.append((number, values))
            if len(lines) > MAX_ROWS + 20:
                raise too_long(ws.title)
        _fill_merged(parser.merged_cells, lines)
    return build(ws.title, lines, faults)


def _value(cell: dict[str, Any], faults: list[Fault]) -> str:
    value, place = cell["value"], (cell["row"], letter(cell["column"]))
    if value is None:
        return ""
    if cell["data_type"] == "f":
        faults.append(Fault(*place, formula()))
        return "?"
    if cell["data_type"] == "e":
        faults.append(Fault(*place, _error(str(value))))
        return "?"
    text = tidy(_plain(value))
    if (wrong := wrong_text(text)) is not None:
        faults.append(Fault(*place, wrong))
        return "?"
    return text


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date().isoformat()
        return value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _hidden_columns(parser: WorkSheetParser) -> set[int]:
    """Places (from 0) of hidden columns, as far as a table may reach."""
    hidden: set[int] = set()
    for columns in parser.column_dimensions.values():
        if columns.get("hidden") in ("1", "true"):
            first, last = int(columns["min"]), int(columns["max"])
            hidden |= set(range(first - 1, min(last, MAX_COLUMNS)))
    return hidden


def _fill_merged(merged: Any, lines: list[tuple[int, list[str]]]) -> None:
    """A cell merged over several rows holds its value in each of them, in its first column; over
    several columns it stays in the first."""
    if merged is None:
        return
    at_row = dict(lines)
    for area in merged.mergeCell:
        column = area.min_col - 1
        first = at_row.get(area.min_row, [])
        if area.max_row == area.min_row or column >= min(len(first), MAX_COLUMNS):
            continue
        for row in range(area.min_row + 1, min(area.max_row, area.min_row + MAX_ROWS) + 1):
            cells = at_row.get(row)
            if cells is not None:
                cells += [""] * (column + 1 - len(cells))
                cells[column] = first[column]


def _error(shown: str) -> Reason:
    return Reason(
        "FORM", N_("Ô này báo “%(shown)s”. Sửa hoặc xóa trong Excel."), {"shown": shown[:20]}
    )


def _hidden_row() -> Reason:
    return Reason("FORM", N_("Dòng này đang ẩn. Cho hiện lại, hoặc xóa, rồi nhập lại."))


def _hidden_column() -> Reason:
    return Reason("FORM", N_("Cột này đang ẩn. Cho hiện lại, hoặc xóa, rồi nhập lại."))


def _far() -> Reason:
    return Reason("FORM", N_("Ô này nằm quá xa bên phải bảng. Xóa ô rồi nhập lại."))
