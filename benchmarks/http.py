"""The desk over HTTP against a bare page (`bare.py`): requests per second of one gunicorn process
with four threads each, asked by one client over kept connections, by turns of a second.

Both render the same template with the same 25 rows and what climbed, byte for byte but for the
tokens: that is asserted. The bare page asks for one session with its account, the rows, the counts
and what climbed, by hand-written SQL over the driver, and does nothing else: no posts, no scope, no
language, no navigation of one's own.
"""

from __future__ import annotations

import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.filling import fill
from benchmarks.harness import Bench, Figure
from config import ROOT

SIZES = {False: 1_000, True: 100_000}
TURNS = {False: 4, True: 15}
SECONDS = 1.0
LEAST = 0.6
GUNICORN = Path(sys.executable).with_name("gunicorn")
TOKEN = re.compile(rb'name="csrf_token" value="[^"]+"')


def run(bench: Bench) -> Iterator[Figure]:
    filled = fill(bench, SIZES[bench.full])
    client = bench.app.test_client()
    with client.session_transaction() as session:
        session["token"] = filled.token
    client.get("/")  # gives the session its token for forms, so that no later answer sets a cookie
    cookie = client.get_cookie("duyet")
    assert cookie is not None
    settings = bench.app.config["SETTINGS"]
    environment = os.environ | {
        "DATABASE_URL": bench.url,
        "DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": settings.secret_key,
    }
    asked = f"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: duyet={cookie.value}\r\n\r\n".encode()
    with (
        _served("workers.web:application()", environment) as ours,
        _served("benchmarks.bare:application()", environment) as bare,
    ):
        pages = [TOKEN.sub(b"", _get(port, asked)) for port in (ours, bare)]
        assert pages[0] == pages[1], "the two pages differ"
        rates: dict[int, list[float]] = {ours: [], bare: []}
        for port in (ours, bare):
            _rate(port, asked)
        for _ in range(TURNS[bench.full]):
            for port, kept in rates.items():
                kept.append(_rate(port, asked))
    mine, theirs = (statistics.median(rates[port]) for port in (ours, bare))
    yield Figure(
        "http: the desk's page",
        bench.database,
        f"{mine:.0f} req/s",
        f"{theirs:.0f} req/s",
        mine / theirs,
        LEAST if bench.full else None,
        least=True,
    )


@contextmanager
def _served(what: str, environment: dict[str, str]) -> Iterator[int]:
    """The port of one gunicorn process that serves this application, as `make run` would."""
    listening = socket.create_server(("127.0.0.1", 0))
    command = [str(GUNICORN), what, "--bind", f"fd://{listening.fileno()}", "--workers", "1"]
    command += ["--worker-class", "gthread", "--threads", "4", "--keep-alive", "60"]
    command += ["--no-control-socket", "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=(listening.fileno(),))
    try:
        yield listening.getsockname()[1]
    finally:
        process.terminate()
        process.wait(20)
        listening.close()


def _get(port: int, asked: bytes) -> bytes:
    """The body of one answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        return _answer(connection, asked)


def _rate(port: int, asked: bytes) -> float:
    """Answers a second over one kept connection, for about `SECONDS`."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        began, answers = time.perf_counter(), 0
        while (took := time.perf_counter() - began) < SECONDS:
            _answer(connection, asked)
            answers += 1
        return answers / took


def _answer(connection: socket.socket, asked: bytes) -> bytes:
    connection.sendall(asked)
    received = bytearray()
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += _more(connection)
    head = bytes(received[:end])
    assert head.startswith(b"HTTP/1.1 200"), head
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(received) < end + 4 + length:
        received += _more(connection)
    return bytes(received[end + 4 :])


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(1 << 18)
    assert part, "the server closed the connection"
    return part
