"""A body of 100 MB, 10,001 fields, JSON nested 10,000 deep: a sentence each, and the memory of the
processes that answer stays flat. Against the web as `make run` starts it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from tests.abuse.said import shown
from tests.support.house import House
from tests.support.web import Web

MB = 1 << 20
FLAT = 32 * MB  # by which both processes together may grow over everything below
TOO_LARGE = "Phần gửi lên vượt giới hạn cho phép. Rút ngắn rồi gửi lại."
FILE_TOO_LARGE = (
    "Tệp gửi lên lớn hơn %(most)s MB nên máy chủ không nhận. "
    "Quét lại ở 200–300 dpi hoặc chia thành nhiều tệp."
)
NO_JSON = "Phần gửi lên chưa đọc được. Cần là một nhóm mục JSON đúng chuẩn, mã UTF-8."
UNKNOWN = "Mục “%(name)s” không nhận ở đây. Các mục nhận: %(known)s."
NO_TOKEN = "Chưa gửi: phiên làm việc đã đổi từ khi trang này mở."

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
PARTS = "multipart/form-data; boundary=x"
A_FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7'


@dataclass
class Door:
    """The web, the plan a file may be put to, and how Chi is known there."""

    web: Web
    plan: int
    cookie: str
    bearer: str

    def send(self, path: str, kind: str, body: Iterator[bytes] | bytes, length: int = 0) -> str:
        """One request; without a length in pieces that do not say how many will come. The answer:
        status line, head and page."""
        pieces = iter([body]) if isinstance(body, bytes) else body
        length = len(body) if isinstance(body, bytes) else length
        head = (
            f"POST {path} HTTP/1.1\r\nHost: duyet\r\nConnection: close\r\nContent-Type: {kind}\r\n"
        )
        head += f"Content-Length: {length}\r\n" if length else "Transfer-Encoding: chunked\r\n"
        head += (
            f"Authorization: {self.bearer}\r\n" if "/api/" in path else f"Cookie: {self.cookie}\r\n"
        )
        with socket.create_connection(("127.0.0.1", self.web.port), timeout=30) as to:
            try:
                to.sendall(f"{head}\r\n".encode())
                for piece in pieces:
                    to.sendall(piece if length else b"%x\r\n%s\r\n" % (len(piece), piece))
                if not length:
                    to.sendall(b"0\r\n\r\n")
            except (BrokenPipeError, ConnectionResetError):
                pass  # the answer came before the end, and nobody reads on
            answer = b""
            while piece := to.recv(65536):
                answer += piece
        return answer.decode(errors="replace")


@pytest.fixture
def door(app: Flask, environment: dict[str, str]) -> Iterator[Door]:
    house = House(app)
    plan, chi = house.plan("drafted"), house("Chi")
    cookie = chi.client.get_cookie("duyet")
    assert cookie is not None
    with Web(environment) as web:
        found = Door(web, plan, f"duyet={cookie.value}", house.bearer("Chi")["Authorization"])
        for _ in range(4):  # both processes have answered before they are measured
            found.send("/documents", FORM, b"a=1")
            found.send("/api/v1/documents", JSON, b"{}")
        yield found
    assert "Traceback" not in web.written


def hundred() -> Iterator[bytes]:
    return (b"a" * MB for _ in range(100))


def refused(answer: str, status: int, sentence: str, **params: object) -> None:
    assert answer.startswith(f"HTTP/1.1 {status} "), answer[:400]
    assert shown(answer, sentence, **params), answer[-400:]


@pytest.mark.databases("sqlite")
def test_memory_is_flat_under_100_mb_10_001_fields_and_json_10_000_deep(door: Door) -> None:
    before = door.web.memory()
    files = f"/documents/{door.plan}/files"

    # 100 MB, with its length said beforehand and without
    for length in (100 * MB, 0):
        refused(door.send("/documents", FORM, hundred(), length), 413, TOO_LARGE)
        refused(door.send("/api/v1/documents", JSON, hundred(), length), 413, TOO_LARGE)
        upload = (piece for body in ([A_FILE], hundred()) for piece in body)
        refused(door.send(files, PARTS, upload, length), 413, FILE_TOO_LARGE, most=20)

    # 10,001 fields, and as many as fit into two megabytes
    plain = "&".join(f"f{n}=1" for n in range(10_001)).encode()
    refused(door.send("/documents", FORM, plain), 413, TOO_LARGE)
    refused(door.send("/documents", FORM, b"a&" * (MB - 1)), 413, TOO_LARGE)
    part = b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n'
    parts = b"".join(part % n for n in range(10_001)) + b"--x--\r\n"
    refused(door.send("/documents", PARTS, parts), 413, TOO_LARGE)
    fields = json.dumps({f"f{n}": 1 for n in range(10_001)}).encode()
    known = "kind, requirement, unit, campaign, title, dated_on, basis, content"
    answer = door.send("/api/v1/documents", JSON, fields)
    refused(answer, 422, UNKNOWN, name="f0", known=known)
    assert len(answer) < 40_000, "the first fifty are named"

    # JSON nested 10,000 deep, whole and broken
    for nested in (
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"title":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b"[" * MB,
    ):
        refused(door.send("/api/v1/documents", JSON, nested), 422, NO_JSON)

    # What no form of ours has is refused, not a long one: here only the token is missing.
    most = "&".join(f"f{n}=1" for n in range(10_000)).encode()
    refused(door.send("/documents", FORM, most), 400, NO_TOKEN)

    # heads without end are cut off before the application sees them
    for line in ("a" * 9_000, "\r\nX-A: ".join("a" * 200)):
        assert " 431 " in door.send("/documents", f"{FORM}\r\nX-A: {line}", b"a=1")[:40]

    assert door.web.memory() - before < FLAT
