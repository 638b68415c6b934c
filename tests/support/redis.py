"""A real Valkey on a UNIX socket, which a test may stop and start again."""

import subprocess
import tempfile
from pathlib import Path

import redis

from config import ROOT
from workers import embedded_redis
from workers.children import start, stop


class Valkey:
    """One server that keeps its data between `stop` and `start`. Use as a context manager."""

    def __init__(self) -> None:
        # A short path: pytest's own folders are too long for a socket.
        self.folder = tempfile.TemporaryDirectory(prefix="duyet-r-")
        self.socket = Path(self.folder.name) / "r.sock"
        self.url = f"unix://{self.socket}?db=0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = start(embedded_redis.command(self.socket), cwd=ROOT, env={})
        assert embedded_redis.answers(self.url)

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process, patience=5)
            self.process = None

    def flush(self) -> None:
        """Everything it knew is gone."""
        redis.Redis.from_url(self.url).flushall()

    def __enter__(self) -> "Valkey":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.folder.cleanup()
