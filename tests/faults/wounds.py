"""What may happen to a house: one function a fault. `WOUNDS` pass at once; an `ILLNESS` lasts, and
while it does, what cannot be done is answered by 503 (`tests.faults.storm` looks)."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress

import psutil
from redis import Redis, RedisError

from tests.faults.ground import DATABASE
from tests.faults.house import WRITERS, House
from tests.support.postgres import SEGMENT, Postgres, limit_files

Wound = Callable[[House, random.Random], None]
Illness = Callable[[House, random.Random], AbstractContextManager[None]]


# ---------------------------------------------------------------- processes and Redis


def kill(name: str) -> Wound:
    """SIGKILL to the process of this name; its children follow it by themselves, or do not."""

    def wound(house: House, dice: random.Random) -> None:
        if process := house.process(name):
            with suppress(psutil.NoSuchProcess):
                process.kill()

    return wound


def kill_everything(house: House, dice: random.Random) -> None:
    with house.lock:
        for name in (*WRITERS, "redis"):
            kill(name)(house, dice)


def kill_child_of(name: str) -> Wound:
    """SIGKILL to one web worker, or to the job at work."""

    def wound(house: House, dice: random.Random) -> None:
        if children := house.offspring(name):
            with suppress(psutil.NoSuchProcess):
                dice.choice(children).kill()

    return wound


def stop_redis(house: House, dice: random.Random) -> None:
    """Redis is stopped politely and stays away for a while."""
    with house.lock:
        house.silent.add("redis")
        house.launcher.children["redis"].stop()
    time.sleep(dice.uniform(0.5, 3))
    house.silent.discard("redis")


def flush_redis(house: House, dice: random.Random) -> None:
    client = Redis.from_url(house.settings.redis_url)
    with suppress(RedisError), closing(client):  # just being restarted, it holds nothing anyway
        client.flushall()


def freeze_worker(house: House, dice: random.Random) -> None:
    """A process stands still, as under a heavy load, and then goes on."""
    if process := house.process("worker"):
        with suppress(psutil.NoSuchProcess):
            process.suspend()
            time.sleep(dice.uniform(0.5, 2))
            process.resume()


# ---------------------------------------------------------------- SQLite


def lock_file(house: House, dice: random.Random) -> None:
    """Somebody else holds the one write lock for a while: writers wait."""
    with closing(sqlite3.connect(house.ground.file, isolation_level=None)) as connection:
        connection.execute("PRAGMA busy_timeout = 10000")
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(dice.uniform(0.5, 3))
        connection.execute("ROLLBACK")


@contextmanager
def disk_full(house: House, dice: random.Random) -> Iterator[None]:
    """No process may make a file longer than one page: first room for a little more, then none."""
    log = house.ground.file.with_name(f"{house.ground.file.name}-wal")
    length = log.stat().st_size if log.exists() else 0
    limit_files(house.writers(), length + dice.randrange(0, 65536))
    time.sleep(dice.uniform(0, 0.5))
    limit_files(house.writers(), 4096)
    yield
    limit_files(house.writers(), None)


@contextmanager
def file_read_only(house: House, dice: random.Random) -> Iterator[None]:
    """The file comes back without the right to write it, as after a restore by the wrong user: the
    web's processes open it anew."""
    house.ground.file.chmod(0o444)
    _renew_web(house)
    yield
    house.ground.file.chmod(0o644)
    _renew_web(house)


def _renew_web(house: House) -> None:
    for worker in house.offspring("web"):
        with suppress(psutil.NoSuchProcess):
            worker.kill()


# ---------------------------------------------------------------- PostgreSQL


def _server(house: House) -> Postgres:
    assert house.ground.postgres is not None
    return house.ground.postgres


def kill_session(house: House, dice: random.Random) -> None:
    _server(house).kill_session(dice)


@contextmanager
def server_restarted(house: House, dice: random.Random) -> Iterator[None]:
    _server(house).stop()
    yield
    _server(house).begin()


@contextmanager
def server_killed(house: House, dice: random.Random) -> Iterator[None]:
    """As when its machine loses power; it recovers from its log."""
    _server(house).kill()
    yield
    _server(house).begin()


@contextmanager
def tables_cannot_grow(house: House, dice: random.Random) -> Iterator[None]:
    with _server(house).disk_full(SEGMENT + 4096):
        yield


@contextmanager
def log_cannot_grow(house: House, dice: random.Random) -> Iterator[None]:
    """Not even the server's own log: it gives up, and recovers once there is room."""
    with _server(house).disk_full(4096):
        yield


@contextmanager
def server_read_only(house: House, dice: random.Random) -> Iterator[None]:
    server = _server(house)
    server.execute(f"ALTER DATABASE {DATABASE} SET default_transaction_read_only = on")
    server.end_sessions(DATABASE)
    yield
    server.execute(f"ALTER DATABASE {DATABASE} RESET default_transaction_read_only")
    server.end_sessions(DATABASE)


# ---------------------------------------------------------------- what may happen where

WOUNDS: dict[str, dict[str, Wound]] = {
    "sqlite": {"lock file": lock_file},
    "postgresql": {"kill session of PostgreSQL": kill_session},
}
for _kinds in WOUNDS.values():
    _kinds |= {f"kill {name}": kill(name) for name in (*WRITERS, "redis")}
    _kinds |= {
        "kill one web worker": kill_child_of("web"),
        "kill job at work": kill_child_of("worker"),
        "kill everything": kill_everything,
        "stop redis": stop_redis,
        "flush redis": flush_redis,
        "freeze worker": freeze_worker,
    }
ILLNESSES: dict[str, dict[str, Illness]] = {
    "sqlite": {"disk full": disk_full, "database read-only": file_read_only},
    "postgresql": {
        "restart PostgreSQL": server_restarted,
        "kill PostgreSQL": server_killed,
        "disk full": tables_cannot_grow,
        "disk full, log too": log_cannot_grow,
        "database read-only": server_read_only,
    },
}
# The short form: a dozen over both databases, each kind the promise names at least once.
SHORT = {
    "sqlite": (
        "kill web", "kill redis", "flush redis", "kill relay", "disk full", "database read-only",
    ),
    "postgresql": (
        "kill worker", "kill schedule", "restart PostgreSQL", "kill PostgreSQL", "disk full",
        "database read-only",
    ),
}  # fmt: skip


def draw(database: str, faults: int, dice: random.Random) -> list[str]:
    """Names of so many faults, each kind as often as any other, in a random order."""
    kinds = [*WOUNDS[database], *ILLNESSES[database]]
    drawn: list[str] = []
    while len(drawn) < faults:
        drawn += dice.sample(kinds, len(kinds))
    return drawn[:faults]
