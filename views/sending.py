"""How a kept file leaves the house."""

from __future__ import annotations

from flask import send_file
from werkzeug.wrappers import Response

from models.stored_file import Attachment
from workflows import files
from workflows.refusal import N_, Reason, Refused

# Whatever a file holds, a browser that opens it anyway runs nothing of it and tells nobody.
STILL = "default-src 'none'; sandbox; frame-ancestors 'none'"


def sent(attachment: Attachment) -> Response:
    """The file as a download that no browser takes for a page. Raises Refused when its bytes are
    not there."""
    stored = attachment.file
    path = files.open_stored(stored)
    if not path.is_file():
        raise Refused(
            Reason(
                "FORM",
                N_(
                    "Chưa tải được: nội dung tệp này không còn trong kho tệp của máy chủ. "
                    "Báo người quản trị hệ thống khôi phục từ bản sao lưu."
                ),
            )
        )
    answer = send_file(
        path,
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=attachment.name,
        conditional=True,
        etag=False,
        last_modified=None,
    )
    answer.headers["Content-Security-Policy"] = STILL
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["X-Download-Options"] = "noopen"
    return answer
