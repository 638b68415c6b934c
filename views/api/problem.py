"""Answers of the API that are not success: application/problem+json (RFC 9457)."""

from __future__ import annotations

import json

from flask import Response

from workflows.refusal import Reason


def problem(
    status: int, title: str, detail: str, reasons: list[dict[str, str]] | None = None
) -> Response:
    """A problem document. `reasons` is [{"rule", "detail"}] for a refusal."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
    }
    if reasons is not None:
        body["reasons"] = reasons
    return Response(
        json.dumps(body, ensure_ascii=False), status=status, mimetype="application/problem+json"
    )


def reason_entry(reason: Reason, words: str) -> dict[str, str]:
    """One reason as the API shows it."""
    entry = {"rule": reason.rule, "detail": words}
    if reason.place:
        entry["place"] = reason.place
    return entry
