"""The way to a witness elsewhere, over HTTPS; see `workers/witness.py` for who answers."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException

from workflows.trail.note import NotANote, parse
from workflows.trail.witness import request as requests
from workflows.trail.witness.adding import (
    MALFORMED,
    REWRITTEN,
    UNKNOWN,
    Ahead,
    Answer,
    Cosigned,
    Refused,
)

PATIENCE = 20.0  # seconds for one answer
LONGEST = 16 * 1024  # bytes of an answer
SIZE = "text/x.tlog.size"
STATUS = {MALFORMED: 400, UNKNOWN: 404, REWRITTEN: 422}

# Passes a request on to a witness; the second argument is real time, seconds since 1970. May raise
# `Away`.
Door = Callable[[requests.Request, int], Answer]


class Away(Exception):
    """The witness does not answer, or not as a witness does."""


def elsewhere(url: str) -> Door:
    """The way to the witness that listens at this address."""

    def ask(request: requests.Request, _: int) -> Answer:
        sent = urllib.request.Request(
            f"{url.rstrip('/')}/add-checkpoint",
            data=requests.text(request).encode(),
            headers={"Content-Type": "text/plain; charset=utf-8"},
        )
        try:
            with urllib.request.urlopen(sent, timeout=PATIENCE) as answer:
                return _cosigned(request.note, answer.read(LONGEST).decode())
        except urllib.error.HTTPError as error:
            with error:
                return _refused(error)
        except (OSError, ValueError, HTTPException) as error:
            raise Away(type(error).__name__) from None

    return ask


def _cosigned(note: str, lines: str) -> Cosigned:
    try:
        return Cosigned(parse(f"{parse(note).text}\n{lines}").signatures[0])
    except NotANote:
        raise Away("no cosignature") from None


def _refused(error: urllib.error.HTTPError) -> Answer:
    if error.code == 409 and error.headers.get_content_type() == SIZE:
        return Ahead(_size(error))
    for kind, status in STATUS.items():
        if status == error.code:
            return Refused(kind)
    raise Away(f"HTTP {error.code}")


def _size(answer: urllib.error.HTTPError) -> int:
    try:
        said = answer.read(32).strip()
    except (OSError, HTTPException) as error:
        raise Away(type(error).__name__) from None
    if not said.isdigit():
        raise Away("no size")
    return int(said)
