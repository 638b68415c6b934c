"""docs/operations.md works as written: its own command lines, on PostgreSQL and Redis."""

import os
import re
import shlex
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from config import ROOT
from tests.support.redis import Valkey
from tests.support.templates import Templates
from tests.test_launcher import free_port
from workers.children import start, stop

PAGE = (ROOT / "docs" / "operations.md").read_text()


def documented(program: str) -> str:
    """The ExecStart of the unit that runs `program`."""
    [line] = [
        line for line in re.findall(r"^ExecStart=(.+)$", PAGE, re.MULTILINE) if program in line
    ]
    return str(line)


def commands_under(heading: str) -> list[str]:
    """The lines of the first shell box under a heading."""
    section = PAGE.split(f"## {heading}\n", 1)[1]
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)[0].strip().splitlines()


def in_place(line: str) -> list[str]:
    return shlex.split(line.replace("/opt/duyet", str(ROOT)))


@pytest.fixture
def settings(templates: Templates, valkey: Valkey, tmp_path: Path) -> Iterator[dict[str, str]]:
    server = templates.postgres()
    server.execute("CREATE DATABASE production")
    inherited = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "HOME")}
    yield {
        **inherited,
        "DATABASE_URL": server.url("production"),
        "REDIS_URL": valkey.url,
        "DATA_DIR": str(tmp_path / "data"),
        "PUBLIC_URL": "https://duyet.example.vn",
        "DEMO": "0",
        "PROXIES": "1",
    }
    server.execute("DROP DATABASE production WITH (FORCE)")


def run(line: str, settings: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        in_place(line), cwd=ROOT, env=settings, capture_output=True, text=True, timeout=120
    )


def health(port: int) -> int:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return int(answer.status)
    except (URLError, OSError):
        return 0


@pytest.mark.soak  # the short form is tests/test_launcher.py: the same processes, one of each
def test_the_documented_start_and_backup(settings: dict[str, str], tmp_path: Path) -> None:
    for line in commands_under("First start"):
        done = run(line, settings)
        assert done.returncode == 0, (line, done.stdout, done.stderr)

    ports = [free_port(), free_port()]
    lines = [documented("gunicorn").replace("%i", str(port)) for port in ports]
    lines += [documented("workers.worker")] * 2
    lines += [documented(f"workers.{name}") for name in ("relay", "schedule", "signer")]
    with ExitStack() as running:
        processes = [start(in_place(line), cwd=ROOT, env=settings) for line in lines]
        for process in processes:
            running.callback(stop, process, patience=10)
        deadline = time.monotonic() + 120
        while [health(port) for port in ports] != [200, 200]:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert [process.poll() for process in processes] == [None] * len(lines)

    backup = tmp_path / "copy.zip"
    done = run(f".venv/bin/flask backup {backup}", settings)
    assert done.returncode == 0, done.stderr
    elsewhere = {
        **settings,
        "DATABASE_URL": f"sqlite:///{tmp_path}/restored.db",
        "DATA_DIR": str(tmp_path / "restored"),
    }
    done = run(f".venv/bin/flask restore {backup}", elsewhere)
    assert done.returncode == 0, done.stderr
