"""A table as CSV that a spreadsheet opens as text: UTF-8 with its mark, and no live formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

LIVE = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula
MARK = b"\xef\xbb\xbf"


def csv_bytes(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The whole table. Days as 2026-03-31; a text that begins like a formula begins with ' instead."""
    return b"".join(csv_lines(heads, rows))


def csv_lines(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The same line by line, for a table that is not held in memory."""
    out = io.StringIO()
    writer = csv.writer(out)
    yield MARK
    writer.writerow([_cell(head) for head in heads])
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        if out.tell() > 1 << 16:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def _cell(value: Any) -> str | int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(LIVE) else text
