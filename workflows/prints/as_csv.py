"""A table as CSV that a spreadsheet opens as text: UTF-8 with its mark, and no live formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

# What a spreadsheet takes for a formula: at the beginning, and behind what may part cells where its
# owner's list separator is another than ours.
LIVE = re.compile(r"^(?=[=+\-@\t\r])|(?<=[;\t\r\n|])(?=[=+\-@])")
MARK = b"\xef\xbb\xbf"


def csv_bytes(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The whole table. Days as 2026-03-31; where a text, or what
    may become a cell of it, begins like a formula, a ' stands before."""
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
    return LIVE.sub("'", "" if value is None else str(value))
