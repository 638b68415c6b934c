"""`make run`: every process of Duyệt under one supervisor that restarts what dies.

Starts the embedded Redis-compatible server (unless REDIS_URL is set), prepares the database, then
runs web, worker, relay, schedule and signer until Ctrl-C. Stops them in the order in which nothing is
lost.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO
from urllib.error import URLError

from config import ROOT, Settings, SettingsError, embedded_socket
from workers import embedded_redis, first_start
from workers.children import die_with_parent, start, stop

BIN = Path(sys.executable).parent
STOP_ORDER = ("schedule", "relay", "worker", "web", "signer", "witness", "redis")
PATIENCE = {
    "schedule": 5.0,
    "relay": 5.0,
    "worker": 20.0,
    "web": 15.0,
    "signer": 10.0,
    "witness": 10.0,
    "redis": 10.0,
}
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a restart
STEADY_AFTER = 60.0  # seconds; who ran that long is restarted at once again
PATIENT = "workers.patient.PatientWorker"  # who sends slowly keeps nobody else waiting


def say(text: str) -> None:
    print(text, flush=True)


def web_command(listening: int) -> list[str | Path]:
    """The command line of the web on a socket that is open already. The application is loaded once,
    before its processes: one that dies is there again at once."""
    command: list[str | Path] = [BIN / "gunicorn", "workers.web:application()"]
    command += ["--bind", f"fd://{listening}", "--preload"]
    command += ["--worker-class", PATIENT, "--workers", "2", "--threads", "4"]
    return [*command, "--graceful-timeout", "10", "--no-control-socket", "--log-level", "warning"]


def witness_command(host: str, port: int) -> list[str | Path]:
    """The command line of the witness that answers other installations."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    command: list[str | Path] = [BIN / "gunicorn", "workers.witness:application()"]
    command += ["--bind", address, "--worker-class", PATIENT, "--threads", "4"]
    return [*command, "--no-control-socket", "--log-level", "warning"]


@dataclass
class Child:
    """One process that must always run."""

    name: str
    command: Sequence[str | Path]
    env: dict[str, str]
    pass_fds: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    not_before: float = 0.0

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = start(self.command, cwd=ROOT, env=self.env, pass_fds=self.pass_fds)

    def tend(self) -> None:
        """Restarts the process if it died, waiting twice as long after each quick death."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            if now - self.started_at >= STEADY_AFTER:
                self.pause = FIRST_PAUSE
            say(f"{self.name}: ended ({self.process.returncode}); again in {self.pause:g} s")
            self.not_before, self.pause = now + self.pause, min(self.pause * 2, LONGEST_PAUSE)
            stop(self.process, patience=0)  # whatever it left behind in its session
            self.process = None
        if self.process is None and now >= self.not_before:
            self.start()

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process, patience=PATIENCE[self.name])


class Launcher:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.stopping = False
        self.children: dict[str, Child] = {}
        self.env = dict(
            os.environ,
            PYTHONPATH=str(ROOT),
            PYTHONUNBUFFERED="1",
            FLASK_APP="app",
            DATA_DIR=str(settings.data_dir),
            KEY_DIR=str(settings.key_dir),
            WITNESS_DIR=str(settings.witness_dir),
            DATABASE_URL=settings.database_url,
            REDIS_URL=settings.redis_url,
        )

    def run(self) -> int:
        """Everything from start to stop; the exit status. Raises `SettingsError` to say why not."""
        lock = self._lock()
        listener = self._listen()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        try:
            self._start_redis()
            first_start.prepare(self.settings, self.env, lambda: self.stopping)
            if not self.stopping:
                self._start_processes(listener.fileno())
                self._tend()
        finally:
            say("Đang dừng… / Stopping…")
            for name in STOP_ORDER:
                if name in self.children:
                    self.children[name].stop()
            listener.close()
            lock.close()
        say("Đã dừng. / Stopped.")
        return 0

    def _ask_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _lock(self) -> IO[str]:
        path = self.settings.data_dir / "launcher.lock"
        try:
            lock = path.open("a")
        except OSError as error:
            raise SettingsError(
                f"Không ghi được vào thư mục dữ liệu {path.parent}: {error.strerror}. / "
                f"DATA_DIR {path.parent} cannot be written: {error.strerror}."
            ) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingsError(
                f"Duyệt đang chạy với thư mục dữ liệu {path.parent} rồi. / "
                f"Duyệt is already running on DATA_DIR {path.parent}."
            ) from None
        return lock

    def _listen(self) -> socket.socket:
        """The web's socket: ours, so that a restarted web keeps it and nobody else can take it."""
        host, port = self.settings.host, self.settings.port
        try:
            family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            return socket.create_server(address[:2], family=family, backlog=512)
        except OSError as error:
            raise SettingsError(
                f"Không mở được cổng {port} trên {host} ({error.strerror}); "
                f"hãy chọn cổng khác, ví dụ: PORT={port % 65535 + 1} make run. / "
                f"Port {port} on {host} cannot be opened ({error.strerror}); "
                f"choose another, for example: PORT={port % 65535 + 1} make run."
            ) from None

    def _start_redis(self) -> None:
        if not self.settings.redis_embedded:
            return
        server = embedded_socket(self.settings.data_dir)
        self._start("redis", embedded_redis.command(server))
        if not embedded_redis.answers(self.settings.redis_url):
            log = embedded_redis.log_file(server)
            raise SettingsError(
                f"Máy chủ Valkey kèm theo không khởi động được; xem {log}. / "
                f"The embedded Valkey did not start; see {log}."
            )

    def _start_processes(self, listening: int) -> None:
        self._start("web", web_command(listening), pass_fds=(listening,))
        for name in ("schedule", "relay", "worker", "signer"):
            self._start(name, [sys.executable, "-m", f"workers.{name}"])
        if self.settings.witness_listen is not None:
            self._start("witness", witness_command(*self.settings.witness_listen))

    def _start(self, name: str, command: Sequence[str | Path], pass_fds: tuple[int, ...] = ()):
        child = self.children[name] = Child(name, command, self.env, pass_fds)
        child.start()

    def _tend(self) -> None:
        """Keeps the processes alive until told to stop; greets once all is well."""
        greeted = False
        while not self.stopping:
            for child in self.children.values():
                child.tend()
            if not greeted and self._is_well():
                greeted = True
                say(first_start.greeting(self.settings))
            time.sleep(0.3)

    def _is_well(self) -> bool:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.settings.host, self.settings.host)
        address = f"[{host}]" if ":" in host else host
        try:
            url = f"http://{address}:{self.settings.port}/healthz"
            with urllib.request.urlopen(url, timeout=1) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


def main() -> int:
    """The whole life of `make run`; the exit status, with one sentence on stderr when it is 1."""
    if "--with-parent" in sys.argv[1:]:  # `make` was killed: don't run on without it
        die_with_parent()
    os.umask(0o077)  # what we make holds personal data
    try:
        return Launcher(Settings.from_env()).run()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
