"""The way to a witness elsewhere, over HTTPS; see `workers/witness.py` for who answers."""

from __future__ import annotations

import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future
from http.client import HTTPException
from typing import NamedTuple, TypeVar
from urllib.parse import quote

from workflows.trail.note import Key, NotANote, parse
from workflows.trail.witness import request as requests
from workflows.trail.witness.adding import (
    MALFORMED,
    UNKNOWN,
    UNPROVEN,
    UNSIGNED,
    Ahead,
    Answer,
    Cosigned,
    Refused,
)

PATIENCE = 20.0  # seconds for one answer
LONGEST = 16 * 1024  # bytes of an answer
SIZE = "text/x.tlog.size"
WANTED = re.compile(r"([\x21-\x7e]+) ([1-9][0-9]{0,15})")  # a log's origin, and a size

T = TypeVar("T")

STATUS = {MALFORMED: 400, UNSIGNED: 403, UNKNOWN: 404, UNPROVEN: 422}
STALE = 409  # with the size: old is not it, or of that size another tree was seen

# Passes a request on to a witness; the second argument is real time, seconds since 1970. May raise
# `Away`.
Door = Callable[[requests.Request, int], Answer]
# Asks a witness what the installation of this name has yet to show: (origin, size). May raise `Away`.
Wanted = Callable[[str], list[tuple[str, int]]]


class Away(Exception):
    """The witness does not answer, or not as a witness does."""


class Elsewhere(NamedTuple):
    """A witness of another installation: the ways to it, and its verifier key."""

    door: Door
    key: Key
    wanted: Wanted = lambda _: []


def elsewhere(url: str) -> Door:
    """The way to the witness that listens at this address."""

    def ask(request: requests.Request, _: int) -> Answer:
        sent = urllib.request.Request(
            f"{url.rstrip('/')}/add-checkpoint",
            data=requests.text(request).encode(),
            headers={"Content-Type": "text/plain; charset=utf-8"},
        )

        def added() -> Answer:
            try:
                return _cosigned(request.note, _read(sent))
            except urllib.error.HTTPError as error:
                with error:
                    return _refused(error)

        return _in_time(added)

    return ask


def wanted_by(url: str) -> Wanted:
    """The way to ask the witness at this address what is to be shown to it. A witness that knows no
    such question wants nothing."""

    def ask(name: str) -> list[tuple[str, int]]:
        place = f"{url.rstrip('/')}/wanted/{quote(name)}"

        def wanted() -> list[tuple[str, int]]:
            try:
                lines = _read(place).splitlines()
            except urllib.error.HTTPError as error:
                error.close()
                return []
            return [
                (found[1], int(found[2])) for line in lines if (found := WANTED.fullmatch(line))
            ]

        return _in_time(wanted)

    return ask


def _read(sent: str | urllib.request.Request) -> str:
    with urllib.request.urlopen(sent, timeout=PATIENCE) as answer:
        return str(answer.read(LONGEST).decode())


def _in_time(ask: Callable[[], T]) -> T:
    """What `ask` returns. Raises `Away` when it does not within PATIENCE seconds in all: of itself a
    line waits so long for every byte."""
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(ask())
        except Exception as error:
            answer.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        return answer.result(PATIENCE)
    except (OSError, ValueError, HTTPException) as error:
        raise Away(type(error).__name__) from None


def _cosigned(note: str, lines: str) -> Cosigned:
    try:
        return Cosigned(parse(f"{parse(note).text}\n{lines}").signatures[0])
    except NotANote:
        raise Away("no cosignature") from None


def _refused(error: urllib.error.HTTPError) -> Answer:
    if error.code == STALE and error.headers.get_content_type() == SIZE:
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
