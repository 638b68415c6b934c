"""A table as CSV that a spreadsheet opens as text: UTF-8 with its mark, and no live formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask import Response

from views.prints.base import download

LIVE = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[Any]], name: str) -> Response:
    """A download. Days as 2026-03-31; a text that begins like a formula begins with ' instead."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_cell(head) for head in heads])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return download(out.getvalue().encode("utf-8-sig"), "csv", name)


def _cell(value: Any) -> str | int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(LIVE) else text
