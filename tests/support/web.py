"""The web as `make run` starts it: gunicorn with its processes and threads, alone."""

from __future__ import annotations

import os
import socket
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from config import ROOT
from workers.children import start, stop
from workers.launcher import web_command

PATIENCE = 60.0  # seconds for the first answer


class Web:
    """Serves what `environment` describes on a free port. Use as a context manager.

    `written` is everything it has said so far, on a failure worth reading.
    """

    def __init__(self, environment: dict[str, str], **more: str) -> None:
        inherited = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        self.last: str | None = None
        self.environment = {**inherited, "DEMO": "0", **environment, **more}

    def __enter__(self) -> Web:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = int(self.listener.getsockname()[1])
        self.output = tempfile.NamedTemporaryFile(suffix=".log")
        listening = self.listener.fileno()
        self.process = start(
            web_command(listening),
            cwd=ROOT,
            env=self.environment,
            pass_fds=(listening,),
            output=self.output,
        )
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        stop(self.process, patience=0)
        self.last = self.written
        self.listener.close()
        self.output.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def written(self) -> str:
        if self.last is not None:
            return self.last
        return Path(self.output.name).read_text(errors="replace")

    def workers(self) -> list[psutil.Process]:
        """The processes that answer."""
        return psutil.Process(self.process.pid).children()

    def memory(self) -> int:
        """What its processes hold in memory, in bytes."""
        return sum(worker.memory_info().rss for worker in self.workers())

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urlopen(f"{self.url}/login", timeout=5):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError(self.written)
