"""`make run`, for real: starts, restarts what dies, leaves no orphan, and says why it cannot."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest

from config import ROOT

PROCESSES = (
    "gunicorn",
    "workers.worker",
    "workers.relay",
    "workers.schedule",
    "workers.signer",
)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def launch(data_dir: Path, port: int, **environ: str) -> "subprocess.Popen[str]":
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    env |= {"DATA_DIR": str(data_dir), "PORT": str(port), "DEMO": "0", **environ}
    return subprocess.Popen(
        [sys.executable, "-m", "workers.launcher"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def is_well(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def until(true: Callable[[], object], *, within: float = 120) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def family(launcher: "subprocess.Popen[str]") -> list[psutil.Process]:
    return psutil.Process(launcher.pid).children(recursive=True)


def one(launcher: "subprocess.Popen[str]", name: str) -> psutil.Process | None:
    """The direct child that runs `name`."""
    for child in psutil.Process(launcher.pid).children():
        try:
            if any(name in word for word in child.cmdline()):
                return child
        except psutil.Error:
            continue
    return None


def replaced(launcher: "subprocess.Popen[str]", name: str, pid: int) -> bool:
    """True when another process than `pid` runs `name`."""
    child = one(launcher, name)
    return child is not None and child.pid != pid


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    port = free_port()
    launcher = launch(tmp_path, port)
    everybody: list[psutil.Process] = []
    try:
        until(lambda: is_well(port) or launcher.poll() is not None)
        assert launcher.poll() is None, launcher.stdout and launcher.stdout.read()
        everybody = family(launcher)
        yield launcher, port
    finally:
        launcher.kill()
        launcher.communicate()
        for process in alive(everybody):
            process.kill()


def test_lives_restarts_and_stops(
    started: tuple["subprocess.Popen[str]", int], tmp_path: Path
) -> None:
    launcher, port = started
    assert all(one(launcher, name) for name in PROCESSES)

    # A second one on the same data is refused, and harms nothing.
    second = launch(tmp_path, free_port())
    output, _ = second.communicate(timeout=90)
    assert second.returncode == 1
    assert "already running" in output
    assert len(output.strip().splitlines()) == 1

    for name in ("workers.worker", "gunicorn"):
        victim = one(launcher, name)
        assert victim is not None
        victim.kill()
        until(partial(replaced, launcher, name, victim.pid))
    until(lambda: is_well(port))

    everybody = family(launcher)
    launcher.send_signal(signal.SIGINT)
    output, _ = launcher.communicate(timeout=90)
    assert launcher.returncode == 0, output
    assert f"http://127.0.0.1:{port}" in output
    assert "flask user add" in output  # empty, and not a demo: how to make the administrator
    assert "Traceback" not in output
    until(lambda: not alive(everybody), within=5)


@pytest.mark.soak  # stopped by a signal, the short form, it leaves nobody either
def test_no_orphans_when_the_launcher_is_killed(
    started: tuple["subprocess.Popen[str]", int],
) -> None:
    launcher, port = started
    everybody = family(launcher)
    assert len(everybody) >= 6
    launcher.kill()
    launcher.wait()
    until(lambda: not alive(everybody), within=20)
    assert not is_well(port)


def refused(data_dir: Path, port: int, **environ: str) -> str:
    """The one sentence with which a start is refused."""
    launcher = launch(data_dir, port, **environ)
    output, _ = launcher.communicate(timeout=90)
    assert launcher.returncode == 1, output
    [sentence] = output.strip().splitlines()
    return sentence


def test_busy_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert f"Port {port}" in refused(tmp_path, port)


def test_data_dir_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "DATA_DIR" in refused(tmp_path / "file" / "var", free_port())


def test_wrong_setting(tmp_path: Path) -> None:
    assert "TIMEZONE" in refused(tmp_path, free_port(), TIMEZONE="Mars/Olympus")


def test_database_that_does_not_answer(tmp_path: Path) -> None:
    url = f"postgresql://me:hidden@127.0.0.1:{free_port()}/duyet"
    launcher = launch(tmp_path, free_port(), DATABASE_URL=url)
    output, _ = launcher.communicate(timeout=90)
    assert launcher.returncode == 1
    assert "does not answer" in output
    assert "hidden" not in output
    assert "Traceback" not in output


def test_demo_beyond_this_machine(tmp_path: Path) -> None:
    assert "DEMO=1" in refused(tmp_path, free_port(), HOST="0.0.0.0", DEMO="1")
