"""Who sends half a request, or nothing, or does not go away, holds up nobody; who is only slow is
answered; who never ends is told that he was late. Against the web as `make run` starts it."""

from __future__ import annotations

import contextlib
import json
import socket
import time

import pytest
from flask import Flask

from tests.support.house import House
from tests.support.web import Web
from workers.patient import PATIENCE

GET = b"GET /login HTTP/1.1\r\nHost: duyet\r\n"
POST = b"POST /login HTTP/1.1\r\nHost: duyet\r\nContent-Length: 1000\r\n\r\nlogin=a"
STUCK = {
    "half a head": GET,
    "half a body": POST,
    "nothing": b"",
    "half a second request": GET + b"\r\n" + GET,
    "an answer not taken leave of": GET + b"Connection: close\r\n\r\n",
}
EACH = 12  # more than there are threads to answer
SOON = 3.0  # seconds


def opened(web: Web, sent: bytes) -> socket.socket:
    to = socket.create_connection(("127.0.0.1", web.port), timeout=30)
    to.sendall(sent)
    return to


def answer(to: socket.socket) -> bytes:
    found = b""
    while piece := to.recv(65536):
        found += piece
    return found


@pytest.mark.databases("sqlite")
def test_who_is_slow_is_answered_and_who_stops_half_way_holds_up_nobody(
    app: Flask, environment: dict[str, str]
) -> None:
    bearer = House(app).bearer("Chi")["Authorization"]
    with Web(environment) as web:
        _is_answered(web, bearer)
        _holds_up_nobody(web)
    assert "Traceback" not in web.written


def _is_answered(web: Web, bearer: str) -> None:
    body = json.dumps({"kind": "plan", "title": "Chậm" * 40_000}).encode()
    head = f"POST /api/v1/documents HTTP/1.1\r\nHost: duyet\r\nAuthorization: {bearer}\r\n"
    head += "Connection: close\r\nContent-Type: application/json\r\n"
    length = f"Content-Length: {len(body)}\r\n".encode()
    whole = head.encode() + length + b"\r\n" + body
    with opened(web, whole) as to:
        at_once = answer(to).partition(b"\r\n\r\n")[2]
    assert b'"place": "content"' in at_once
    asked = head.encode() + length + b"Expect: 100-continue\r\n\r\n"
    chunks = [b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:5], body[5:])]
    ways = {
        "in three parts": [whole[:50], whole[50:900], whole[900:]],
        "asking first": [asked, body],
        "in chunks": [
            head.encode() + b"Transfer-Encoding: chunked\r\n\r\n",
            *chunks,
            b"0\r\n\r\n",
        ],
    }
    for way, parts in ways.items():
        with opened(web, b"") as to:
            told = _slowly(to, parts)
        assert told.startswith(b"HTTP/1.1 100 ") == (way == "asking first")
        assert at_once in told, way


def _slowly(to: socket.socket, parts: list[bytes]) -> bytes:
    for part in parts:
        to.sendall(part)
        time.sleep(0.1)
    return answer(to)


def _holds_up_nobody(web: Web) -> None:
    with contextlib.ExitStack() as stack:
        for sent in STUCK.values():
            for _ in range(EACH):
                stack.enter_context(opened(web, sent))
        time.sleep(0.3)
        for _ in range(8):
            began = time.monotonic()
            with opened(web, GET + b"Connection: close\r\n\r\n") as to:
                assert answer(to).startswith(b"HTTP/1.1 200 ")
            assert time.monotonic() - began < SOON


@pytest.mark.soak
@pytest.mark.databases("sqlite")
def test_who_never_ends_is_told_that_he_was_late(app: Flask, environment: dict[str, str]) -> None:
    with Web(environment) as web, contextlib.ExitStack() as stack:
        began = time.monotonic()
        waiting = [stack.enter_context(opened(web, sent)) for sent in (GET, POST, b"")]
        told = [answer(to)[:12] for to in waiting]
    assert told == [b"HTTP/1.1 408", b"HTTP/1.1 408", b""]
    assert PATIENCE - 2 < time.monotonic() - began < PATIENCE + 10
