"""How bodies come in: bounded in size and in number of fields; files piece by piece to the place of
files, never whole into memory, and only where a view says that it takes some."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any, TypeVar, cast

from flask import Flask, Request, current_app, request
from flask_babel import gettext
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from workflows import files
from workflows.refusal import N_, Reason, Refused

PURPOSES = {"scan": N_("Bản quét của bản giấy đã ký"), "attachment": N_("Tệp kèm theo")}
MB = 1024 * 1024
MOST = 25 * MB  # of a whole request; one file of it is held to `files.LIMIT`
PARTS = 200
SMALL = 64 * 1024  # what fits stays in memory

View = TypeVar("View", bound=Callable[..., Any])


class BoundedForms(FormDataParser):
    """Holds every form to the number of fields that werkzeug asks of multipart forms alone: a
    million names of one letter fit into two megabytes, and take a hundred of memory."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        if mimetype == "application/x-www-form-urlencoded":
            body = stream.read()
            if self.max_form_parts is not None and body.count(b"&") >= self.max_form_parts:
                raise RequestEntityTooLarge
            if content_length is None:
                whole(body, self.max_content_length)
            stream = BytesIO(body)
        return super().parse(stream, mimetype, content_length, options)


class StreamingRequest(Request):
    """A request whose files are written to the place of files while they arrive."""

    form_data_parser_class = BoundedForms

    def get_data(self, *args: Any, **more: Any) -> Any:
        body = super().get_data(*args, **more)
        if self.content_length is None:
            whole(body, self.max_content_length)
        return body

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        folder = files.place().made()
        return cast("IO[bytes]", tempfile.SpooledTemporaryFile(max_size=SMALL, dir=str(folder)))


def whole(body: bytes, most: int | None) -> None:
    """A body that came in pieces, without saying how long it is, was cut off at the limit: better
    refused (413) than read by halves."""
    if most is not None and len(body) >= most:
        raise RequestEntityTooLarge


def receives_files(most: int = MOST) -> Callable[[View], View]:
    """Declares that a view takes files: somebody logged in may send it up to `most` bytes.

    Without it, and for whoever is not logged in, the limits of every other form hold.
    """

    def declare(view: View) -> View:
        view.receives_bytes = most  # type: ignore[attr-defined]
        return view

    return declare


def install(app: Flask) -> None:
    """Before anything reads the form: the token's check does."""
    app.request_class = StreamingRequest
    app.before_request(_allow)


def _allow() -> None:
    most = room(request.endpoint)
    if most and current_user.is_authenticated:
        request.max_content_length = most
        request.max_form_parts = PARTS


def room(endpoint: str | None) -> int | None:
    """How many bytes this view takes, if it takes files."""
    found: int | None = getattr(
        current_app.view_functions.get(endpoint or ""), "receives_bytes", None
    )
    return found


def chosen(name: str = "file") -> FileStorage | None:
    """The file sent in this field; None when none was chosen."""
    sent = request.files.get(name)
    return sent if sent is not None and sent.filename else None


def accepted(name: str = "file") -> files.Clean:
    """The file sent in this field, looked at and cleaned; see `files.accept`.

    Raises Refused, place "file", also when none was chosen.
    """
    sent = chosen(name)
    if sent is None:
        raise files.refused("none")
    return files.accept(sent.stream, sent.filename or "")


@contextmanager
def for_purpose(purpose: str) -> Iterator[files.Clean]:
    """As `accepted`, for one of `PURPOSES`; what was not kept inside is gone afterwards. Raises
    Refused, also for another purpose."""
    if purpose not in PURPOSES:
        raise Refused(
            Reason("FORM", N_("Chọn tệp này là bản quét hay tệp kèm theo."), place="purpose")
        )
    clean = accepted()
    try:
        yield clean
    finally:
        clean.discard()


def too_large(room: int) -> str:
    """What to say when the request was larger than the `room` bytes of its view."""
    return gettext(
        "Tệp gửi lên lớn hơn %(most)s MB nên máy chủ không nhận. "
        "Quét lại ở 200–300 dpi hoặc chia thành nhiều tệp.",
        most=(files.LIMIT if room == MOST else room) // MB,
    )
