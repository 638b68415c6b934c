"""Answers of the API that are not success: application/problem+json (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from flask import Response
from flask_babel import gettext
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from views import present
from workflows.refusal import Reason

Problem = tuple[Response, int]
Entry = dict[str, str]


def problem(
    status: int, title: str, detail: str, reasons: Iterable[Entry] | None = None
) -> Problem:
    """A problem document. `reasons` is [{"rule", "detail"}] for a refusal."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
    }
    if reasons is not None:
        body["reasons"] = list(reasons)
    # What was sent in may be repeated in a sentence; broken letters must not break the answer.
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(text, status=status, mimetype="application/problem+json"), status


def refusal(status: int, reasons: Iterable[Reason]) -> Problem:
    """What the engine said no to (422), who has no part in it (403), or who came late (409)."""
    entries = reason_entries(reasons, places=True)
    title = {
        403: gettext("Chưa có quyền"),
        409: gettext("Văn bản đã thay đổi"),
    }.get(status, gettext("Chưa làm được"))
    return problem(status, title, " ".join(entry["detail"] for entry in entries), entries)


def http_problem(error: HTTPException) -> Problem:
    """An error of the protocol: no such address, not this method, too large, not JSON."""
    status = error.code or 500
    answer, _ = problem(status, *_words(status))
    if allowed := error.get_response().headers.get("Allow"):
        answer.headers["Allow"] = allowed
    if isinstance(error, RequestEntityTooLarge):
        # The rest of a body that nobody will read must not be taken for the next request.
        answer.headers["Connection"] = "close"
    return answer, status


def no_token(*, given: bool) -> Problem:
    """401: no token, or one that lets nobody in (unknown, ended, account suspended)."""
    answer, status = problem(401, *_words(401))
    answer.headers["WWW-Authenticate"] = 'Bearer realm="duyet"' + (
        ', error="invalid_token"' if given else ""
    )
    return answer, status


def reason_entries(reasons: Iterable[Reason], *, places: bool = False) -> list[Entry]:
    """Reasons as the API shows them, each once; with `places` also the field it is about."""
    entries: list[Entry] = []
    for reason in reasons:
        entry = {"rule": reason.rule, "detail": present.sentence(reason)}
        if places and reason.place:
            entry["place"] = reason.place
        if entry not in entries:
            entries.append(entry)
    return entries


def _words(status: int) -> tuple[str, str]:
    return {
        400: (
            gettext("Yêu cầu chưa đọc được"),
            gettext("Máy chủ chưa hiểu yêu cầu này. Xem mô tả tại /api/v1/openapi.json."),
        ),
        401: (
            gettext("Chưa có mã truy cập"),
            gettext(
                "Cần gửi kèm mã truy cập còn hiệu lực: Authorization: Bearer <mã>. Quản trị cấp mã."
            ),
        ),
        404: (
            gettext("Không tìm thấy"),
            gettext("Địa chỉ không đúng, hoặc nội dung không thuộc phạm vi được xem."),
        ),
        405: (
            gettext("Không mở theo cách này"),
            gettext(
                "Địa chỉ này không nhận phương thức đã gửi. Các phương thức nhận ở đầu mục Allow."
            ),
        ),
        413: (
            gettext("Nội dung quá lớn"),
            gettext("Phần gửi lên vượt giới hạn cho phép. Rút ngắn rồi gửi lại."),
        ),
        415: (
            gettext("Chưa đúng dạng"),
            gettext("Phần gửi lên cần là JSON, kèm Content-Type: application/json."),
        ),
    }.get(
        status,
        (
            gettext("Chưa làm được"),
            gettext("Máy chủ chưa xử lý được yêu cầu này. Chưa có gì bị thay đổi."),
        ),
    )
