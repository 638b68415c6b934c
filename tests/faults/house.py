"""The whole house as the launcher builds it, on a prepared office, with everything that can die."""

from __future__ import annotations

import os
import random
import secrets
import signal
import threading
import time
from collections import Counter
from pathlib import Path
from types import TracebackType

import psutil
import sqlalchemy as sa
from flask import Flask
from redis import Redis, RedisError

import clock
from config import Settings
from models.base import db, transaction
from models.person import Person
from tests.cast import Office
from tests.test_launcher import is_well
from workers.launcher import FIRST_PAUSE, STOP_ORDER, Launcher
from workflows import accounts, preferences

VICTIMS = ("web", "worker", "relay", "schedule", "redis")
STAFF = ("Chi", "Dung", "Sau", "Ba", "Bon", "Binh", "Xuan")
# What may happen, and how often: (name, weight).
FAULTS = {
    "kill web": 3,
    "kill one web worker": 2,
    "kill worker": 3,
    "kill relay": 2,
    "kill schedule": 2,
    "kill redis": 2,
    "kill everything": 1,
    "stop redis": 2,
    "flush redis": 2,
    "freeze worker": 1,
}


def prepare(app: Flask) -> dict[str, str]:
    """An office whose people can be written to and may use the API; their tokens by name."""
    with app.app_context():
        office = Office()
        tokens = {}
        now = clock.real_now()
        with transaction() as session:
            for person in session.scalars(sa.select(Person)):
                person.email = f"{person.full_name.lower()}@example.vn"
                # Every notice is a mail of its own here, so that each can be counted.
                preferences.choose(person, {"received": preferences.AT_ONCE})
            for name in STAFF:
                account, _ = accounts.create_account(
                    session,
                    login=f"{name.lower()}.thu",
                    person=office.person(name),
                    password=secrets.token_urlsafe(12),
                    actor=None,
                    now=now,
                    at=office.now,
                )
                tokens[name] = accounts.make_token(session, account, now=now)
        db.session.remove()
    return tokens


class House:
    """Redis, web, schedule, relay and worker: the launcher's own, tended as the launcher does.

    Restarts wait the launcher's shortest pause, however often something dies. Use as a context
    manager.
    """

    def __init__(self, environment: dict[str, str], port: int, smtp: str) -> None:
        given = {**environment, "PORT": str(port), "SMTP_URL": smtp, "DEMO": "0"}
        self.settings = Settings.from_env({k: v for k, v in given.items() if k != "REDIS_URL"})
        self.port = port
        self.launcher = Launcher(self.settings)
        self.launcher.env |= given | {"PYTHONWARNINGS": "default"}
        self.launcher.env["REDIS_URL"] = self.settings.redis_url
        self.silent: set[str] = set()  # children that are not to be restarted now
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.faults: Counter[str] = Counter()

    def __enter__(self) -> House:
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
        for name in STOP_ORDER:
            self.launcher.children[name].stop()
        self.listener.close()

    def _tend(self) -> None:
        while not self.over.is_set():
            with self.lock:
                for name, child in self.launcher.children.items():
                    child.pause = FIRST_PAUSE
                    if name not in self.silent:
                        child.tend()
            self.over.wait(0.1)

    def well(self) -> bool:
        return is_well(self.port)

    # ---- faults

    def fault(self, dice: random.Random) -> str:
        """One fault, chosen by the dice; its name."""
        name = dice.choices(list(FAULTS), weights=list(FAULTS.values()))[0]
        self.faults[name] += 1
        match name.split(" ", 1):
            case ["kill", "everything"]:
                with self.lock:
                    for victim in VICTIMS:
                        self._kill(victim)
            case ["kill", "one web worker"]:
                self._kill_one_of("web", dice)
            case ["kill", victim]:
                self._kill(victim)
            case ["stop", "redis"]:
                self._stop_redis(dice.uniform(0.5, 3))
            case ["flush", "redis"]:
                self._flush()
            case ["freeze", victim]:
                self._freeze(victim, dice.uniform(0.5, 2))
        return name

    def _pid(self, name: str) -> int | None:
        process = self.launcher.children[name].process
        return process.pid if process is not None else None

    def _kill(self, name: str) -> None:
        if pid := self._pid(name):
            _signal(pid, signal.SIGKILL)

    def _kill_one_of(self, name: str, dice: random.Random) -> None:
        try:
            children = psutil.Process(self._pid(name) or 0).children() if self._pid(name) else []
        except psutil.Error:
            return
        if children:
            _signal(dice.choice(children).pid, signal.SIGKILL)

    def _stop_redis(self, seconds: float) -> None:
        """Redis is stopped politely and stays away for a while."""
        with self.lock:
            self.silent.add("redis")
            self.launcher.children["redis"].stop()
        time.sleep(seconds)
        self.silent.discard("redis")

    def _flush(self) -> None:
        client = Redis.from_url(self.settings.redis_url)
        try:
            client.flushall()
        except RedisError:
            pass  # it is just being restarted and holds nothing anyway
        finally:
            client.close()

    def _freeze(self, name: str, seconds: float) -> None:
        """A process stands still, as under a heavy load, and then goes on."""
        pid = self._pid(name)
        if pid and _signal(pid, signal.SIGSTOP):
            time.sleep(seconds)
            _signal(pid, signal.SIGCONT)


def _signal(pid: int, number: signal.Signals) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def output(folder: Path) -> str:
    return "\n".join(file.read_text(errors="replace") for file in folder.glob("*.log"))
