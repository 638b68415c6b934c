"""A table as CSV, as a download."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

from views.prints.base import download
from workflows.prints.as_csv import csv_bytes


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[Any]], name: str) -> Response:
    """A download that a spreadsheet opens as text, without a live formula."""
    return download(csv_bytes(heads, rows), "csv", name)
