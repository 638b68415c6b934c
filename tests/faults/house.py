"""The whole house as the launcher builds it, on a prepared ground, with everything that can die."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from contextlib import closing
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any
from unittest import mock

import psutil
import sqlalchemy as sa
from redis import Redis, RedisError

from config import Settings
from models.base import db
from models.heartbeat import Heartbeat
from tests.faults.ground import Ground
from tests.test_launcher import free_port, is_well
from workers.children import start, stop
from workers.launcher import FIRST_PAUSE, Launcher

ANYBODY = Path(__file__).with_name("anybody.py")
WRITERS = ("web", "worker", "relay", "schedule", "signer")  # whoever writes into the database
LINES = 400  # of what was said last, kept for a failure


def _start_as_anybody(command: Any, **more: Any) -> subprocess.Popen[bytes]:
    return start([sys.executable, "-S", "-E", ANYBODY, *command], **more)


class House:
    """Redis, web, schedule, relay and worker: the launcher's own, tended as the launcher does.

    Restarts wait the launcher's shortest pause, however often something dies. Use as a context
    manager. `said` is what the processes wrote last.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.port = free_port()
        given = {**ground.environment, "PORT": str(self.port), "DEMO": "0"}
        self.settings = Settings.from_env({k: v for k, v in given.items() if k != "REDIS_URL"})
        self.launcher = Launcher(self.settings)
        self.launcher.env |= given | {"PYTHONWARNINGS": "default"}
        self.launcher.env["REDIS_URL"] = self.settings.redis_url
        self.launcher.env.pop("PYTHONDONTWRITEBYTECODE", None)  # restarts need not compile anew
        self.silent: set[str] = set()  # children that are not to be restarted now
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.said: deque[str] = deque(maxlen=LINES)

    def __enter__(self) -> House:
        # Into a pipe: a file of their own would be full when the disk is.
        reading, writing = os.pipe()
        self.output = os.fdopen(writing, "wb")
        threading.Thread(target=self._listen, args=(reading,), daemon=True).start()
        self.start = mock.patch(
            "workers.launcher.start", partial(_start_as_anybody, output=self.output)
        )
        self.start.start()
        self.listener = self.launcher._listen()
        self.launcher._start_redis()
        self.launcher._start_processes(self.listener.fileno())
        self.tending = threading.Thread(target=self._tend, daemon=True)
        self.tending.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.over.set()
        self.tending.join()
        for child in self.launcher.children.values():
            if child.process is not None:
                stop(child.process, patience=0)
        self.start.stop()
        self.listener.close()
        self.output.close()
        if error is not None:
            print("\n".join(self.said))

    def _listen(self, reading: int) -> None:
        with os.fdopen(reading, errors="replace") as lines:
            self.said.extend(line.rstrip() for line in lines)

    def _tend(self) -> None:
        while not self.over.is_set():
            with self.lock:
                for name, child in self.launcher.children.items():
                    child.pause = FIRST_PAUSE
                    if name not in self.silent:
                        child.tend()
            self.over.wait(0.1)

    def well(self) -> bool:
        """Whether everything runs again: the web answers, Redis too, relay and worker have loaded and
        come to it."""
        return is_well(self.port) and self._worker_is_there() and self._relay_is_there()

    def _worker_is_there(self) -> bool:
        """It runs and stands at the queue: what Redis knew of it by name may have been flushed."""
        with closing(Redis.from_url(self.settings.redis_url)) as client:
            try:
                waiting = any("b" in other["flags"] for other in client.client_list())
            except RedisError:
                return False
        return self.process("worker") is not None and waiting

    def _relay_is_there(self) -> bool:
        """It beats as soon as it has loaded."""
        process = self.process("relay")
        with self.ground.app.app_context():
            beaten = db.session.scalar(sa.select(Heartbeat.at).where(Heartbeat.name == "relay"))
        if process is None or beaten is None:
            return False
        return beaten.timestamp() > process.create_time()

    def process(self, name: str) -> psutil.Process | None:
        """The process of this name that runs now, if one does."""
        running = self.launcher.children[name].process
        try:
            return psutil.Process(running.pid) if running is not None else None
        except psutil.NoSuchProcess:
            return None

    def offspring(self, name: str) -> list[psutil.Process]:
        """The children of the process of this name: the web's workers, the job at work."""
        process = self.process(name)
        try:
            return process.children(recursive=True) if process is not None else []
        except psutil.NoSuchProcess:
            return []

    def writers(self) -> list[int]:
        """Ids of all processes that write into the database."""
        processes = [p for name in WRITERS for p in (self.process(name), *self.offspring(name))]
        return [process.pid for process in processes if process is not None]
