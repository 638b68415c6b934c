"""Every failure as a page with a sentence; what was typed is never lost. The API answers in its own
form."""

from __future__ import annotations

import errno
import traceback
from pathlib import Path

import structlog
from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from psycopg.errors import InFailedSqlTransaction
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from models.base import db, forget_transaction
from views import auth, kept, uploads
from views.api.problem import http_problem, problem, refusal
from views.present import sentence as reason_words
from views.status import status_of
from workflows import WorkflowError

log = structlog.get_logger(__name__)

RETRY_AFTER = 60  # seconds; what a restarted or emptied database needs
FRAMES = 20  # of an unforeseen error, the innermost, that the log keeps

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)  # the place of files takes nothing


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(CSRFError, _no_token)
    app.register_error_handler(WorkflowError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(OSError, _files)
    app.register_error_handler(Exception, _unforeseen)


def _for_a_program() -> bool:
    return request.path.startswith("/api/")


def _page(status: int, title: str, sentence: str, **more: object) -> ResponseReturnValue:
    if _for_a_program():
        return problem(status, title, sentence)
    return render_template("errors/page.html", title=title, sentence=sentence, **more), status


def _http(error: HTTPException) -> ResponseReturnValue:
    if _for_a_program():
        return http_problem(error)
    status = error.code or 500
    title, sentence = _words(status)
    if isinstance(error, RequestEntityTooLarge) and (room := uploads.room(request.endpoint)):
        sentence = uploads.too_large(room)
    answer = _page(status, title, sentence)
    if error.code == 405 and error.get_response().headers.get("Allow"):
        body, code = answer  # type: ignore[misc]
        return body, code, {"Allow": error.get_response().headers["Allow"]}  # type: ignore[return-value]
    if isinstance(error, RequestEntityTooLarge):
        # The rest of a body that nobody will read must not be taken for the next request.
        body, code = answer  # type: ignore[misc]
        return body, code, {"Connection": "close"}  # type: ignore[return-value]
    return answer


def _words(status: int) -> tuple[str, str]:
    return {
        400: (
            gettext("Yêu cầu chưa đọc được"),
            gettext("Máy chủ chưa hiểu yêu cầu này. Quay lại trang trước và làm lại."),
        ),
        401: (gettext("Chưa đăng nhập"), gettext("Đăng nhập rồi mở lại trang này.")),
        403: (
            gettext("Chưa có quyền"),
            gettext("Việc này thuộc người giữ chức vụ khác. Xem “Việc cần làm” của mình."),
        ),
        404: (
            gettext("Không có trang này"),
            gettext("Địa chỉ không đúng, hoặc nội dung không thuộc phạm vi được xem."),
        ),
        405: (
            gettext("Không mở theo cách này"),
            gettext("Địa chỉ này chỉ nhận việc gửi từ nút bấm trên trang. Quay lại trang văn bản."),
        ),
        413: (
            gettext("Nội dung quá lớn"),
            gettext("Phần gửi lên vượt giới hạn cho phép. Rút ngắn rồi gửi lại."),
        ),
        429: (
            gettext("Thử quá nhiều lần"),
            gettext("Chờ một lát rồi thử lại."),
        ),
    }.get(
        status,
        (
            gettext("Chưa làm được"),
            gettext("Máy chủ chưa xử lý được yêu cầu này. Chưa có gì bị thay đổi."),
        ),
    )


def _no_token(error: CSRFError) -> ResponseReturnValue:
    """A form without its token: kept for who wrote it, to be sent once more."""
    return auth.not_taken()


def _refused(error: WorkflowError) -> ResponseReturnValue:
    db.session.rollback()
    if _for_a_program():
        return refusal(status_of(error), error.reasons)
    title = gettext("Chưa làm được")
    sentences = [(reason.rule, reason_words(reason)) for reason in error.reasons]
    return _page(status_of(error), title, "", reasons=sentences)


def _database(error: SQLAlchemyError) -> ResponseReturnValue:
    """The database is full, read-only, restarted, or away, or two acts got into each other's way:
    nothing was written, and that is what the page says, with what was typed."""
    forget_transaction()
    g.database_failed = True  # the page that says so asks it nothing more about who looks
    if not _passes(error):
        return _unforeseen(error)
    kind = type(getattr(error, "orig", None) or error).__name__
    log.error("database", kind=kind, path=request.path)
    if request.method in ("GET", "HEAD"):
        title = gettext("Chưa mở được lúc này")
        sentence = gettext("Kho dữ liệu chưa trả lời. Chờ ít phút rồi mở lại trang này.")
        return _later(title, sentence)
    typed = kept.of_request()  # its token was found good: it comes from this very login
    return _unwritten(kept=typed.rows, again=typed.path, with_files=typed.with_files)


def _files(error: OSError) -> ResponseReturnValue:
    """The place of files is full or read-only: nothing was written. The form cannot be shown again:
    it may be what did not fit."""
    if error.errno not in NO_ROOM:
        return _unforeseen(error)
    forget_transaction()
    log.error("files", kind=errno.errorcode[error.errno], path=request.path)
    return _unwritten()


def _unwritten(**typed: object) -> ResponseReturnValue:
    title = gettext("Chưa ghi được lúc này")
    sentence = gettext(
        "Kho dữ liệu đang không nhận ghi. Chưa có gì bị thay đổi; chờ ít phút rồi làm lại."
    )
    return _later(title, sentence, **typed)


def _later(title: str, sentence: str, **typed: object) -> ResponseReturnValue:
    answer = _page(503, title, sentence, **typed)
    body, status = answer  # type: ignore[misc]
    return body, status, {"Retry-After": str(RETRY_AFTER)}  # type: ignore[return-value]


def _passes(error: SQLAlchemyError) -> bool:
    """Whether it is the database's condition and not ours: the same request may do later. What
    PostgreSQL calls internal is a transaction that may not write, or a server in trouble; a statement
    after one that failed is neither, but somebody of ours who went on as if nothing were."""
    if isinstance(error, DBAPIError) and isinstance(error.orig, InFailedSqlTransaction):
        return False
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, (OperationalError, InternalError, NoConnectionFree))


def _unforeseen(error: Exception) -> ResponseReturnValue:
    forget_transaction()
    log.error("unforeseen", kind=type(error).__name__, path=request.path, at=_way(error))
    title, sentence = _words(500)
    return _page(500, title, sentence)


def _way(error: BaseException) -> list[str]:
    """The error's way through the code, without its words: what a database or a parser complains
    of repeats the very text that nobody else may read."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    way = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    cause = error.__cause__ or error.__context__
    return way if cause is None else [*way, f"from {type(cause).__name__}"]
