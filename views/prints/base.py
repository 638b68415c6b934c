"""What every print shares: the blueprint, and how a file leaves the house."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, send_file

from workflows import prints
from workflows.prints.words import safe_name

blueprint = Blueprint("prints", __name__)

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "csv": "text/csv; charset=utf-8",
}
# Whatever a file holds, a browser that opens it anyway runs nothing of it and tells nobody.
STILL = "default-src 'none'; sandbox; frame-ancestors 'none'"


def printed(kind: str, data: dict[str, Any], form: str, name: str) -> Response:
    """A print as a download, in the form that was asked for (pdf | docx); 404 for another."""
    if form == "pdf":
        return download(prints.pdf(kind, data), form, name)
    if form == "docx" and kind != "slips":
        return download(prints.docx(kind, data), form, name)
    abort(404)


def sheet(columns: list[str], rows: list[list[Any]], title: str, name: str, day: date) -> Response:
    """A list as an XLSX download."""
    return download(prints.xlsx(columns, rows, title, day=day), "xlsx", name)


def download(content: bytes, form: str, name: str) -> Response:
    """Bytes as a download that no browser takes for a page."""
    answer = send_file(
        BytesIO(content),
        mimetype=MEDIA[form],
        as_attachment=True,
        download_name=f"{safe_name(name)}.{form}",
        etag=False,
    )
    answer.headers["Content-Security-Policy"] = STILL
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
