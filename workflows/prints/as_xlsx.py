"""XLSX of a list: every cell is text or a number; nothing in it is ever a formula or a link."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from workflows.prints.envelope import created_at, day_of

SHEET = 31  # letters of a sheet's name
CELL = 32_000  # letters a cell takes
WIDEST, NARROWEST = 60, 8  # letters of a column's width
LARGEST = 10**15  # a longer whole number loses digits as a spreadsheet's number
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def xlsx(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str, *, day: object = None
) -> bytes:
    """A table as XLSX: title, heads, rows; heads stay in sight and can be filtered.

    Cells: str, int, float, date (shown as 17/03/2026) or None. A text that begins with = + - or @
    stays a text. `day`: the creation date kept in the file.
    """
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": title, "created": created_at({"day": day_of(day).isoformat()})})
    sheet = book.add_worksheet(title.translate(_NOT_IN_NAMES)[:SHEET].strip() or "Danh sách")
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    font = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
    big = book.add_format({**font, "bold": True, "font_size": 14})
    head = book.add_format({**font, "bold": True, "border": 1, "text_wrap": True})
    plain = book.add_format({**font, "border": 1, "text_wrap": True, "num_format": "@"})
    number = book.add_format({**font, "border": 1})
    dated = book.add_format({**font, "border": 1, "num_format": "dd/mm/yyyy"})
    sheet.write_string(0, 0, title, big)
    widths = [len(column) for column in columns]
    for at, column in enumerate(columns):
        sheet.write_string(2, at, column, head)
    last = 2
    for last, row in enumerate(rows, 3):
        for at, cell in enumerate(row):
            widths[at] = max(widths[at], min(len(str(cell or "")), WIDEST))
            if isinstance(cell, datetime):
                cell = cell.date()
            if isinstance(cell, date):
                sheet.write_datetime(last, at, datetime.combine(cell, datetime.min.time()), dated)
            elif _is_number(cell):
                sheet.write_number(last, at, cell, number)
            else:
                sheet.write_string(last, at, _text(cell), plain)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, max(NARROWEST, min(width + 2, WIDEST)))
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)
    if columns:
        sheet.autofilter(2, 0, max(last, 3), len(columns) - 1)
    book.close()
    return out.getvalue()


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) < LARGEST


def _text(cell: object) -> str:
    """The cell as text without what XML forbids."""
    words = "" if cell is None else str(cell)
    return "".join(c for c in words if c in "\n\t" or c.isprintable() or c == "\u00a0")[:CELL]
