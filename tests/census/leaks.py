"""Every place outside the pages where a word might lie: tables, queue, mail, logs, commands, exports."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from models import db
from tests.census.canaries import PLAN, ROOT, TABLES
from tests.census.world import World
from workers import jobs
from workers.queue import connect, open_queue
from workers.relay import Relay

COMMANDS = (
    ("org", "tree"), ("org", "tree", "--json"), ("audit", "verify"), ("audit", "verify", "--json"),
    ("workflow", "list"), ("rehearsal", "status"), ("escalate", "--dry-run"),
    ("escalate", "--dry-run", "--json"), ("recorded", "--help"), ("campaign", "--help"),
)  # fmt: skip


def in_tables(world: World) -> set[str]:
    """The tables outside TABLES that hold a canary. The plan's title and its folded words stand in
    its own row: a plan is searched for."""
    found = set()
    with world.app.app_context():
        for table in db.metadata.sorted_tables:
            if table.name in TABLES:
                continue
            for row in db.session.execute(sa.text(f'SELECT * FROM "{table.name}"')):
                words = " ".join(_text(value) for value in row)
                if table.name == "document":
                    words = words.replace(PLAN, "").replace(PLAN.casefold(), "")
                if ROOT.casefold() in words.casefold():
                    found.add(table.name)
    return found


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def in_the_queue(world: World, url: str) -> tuple[list[bytes], list[bytes], int]:
    """Everything that Redis holds before and after its jobs are done, as bytes, and how many jobs
    there were. Arguments of jobs are numbers and nothing else."""
    with world.app.app_context():
        connection = connect(url)
        jobs.sweep()
        assert Relay(connection).ring(0.0)
        queue = open_queue(connection)
        waiting = list(queue.jobs)
        for job in waiting:
            assert all(type(value) is int for value in job.args), job.args
            assert not job.kwargs
        before = list(_dump(connection))
        worker = SimpleWorker([queue], connection=connection, serializer=JSONSerializer)
        worker.work(burst=True)
        return before, list(_dump(connection)), len(waiting)


def _dump(connection: Any) -> Iterator[bytes]:
    """Keys and values of every kind, what is packed also unpacked."""
    readers = {
        b"string": lambda key: [connection.get(key)],
        b"hash": lambda key: [part for pair in connection.hgetall(key).items() for part in pair],
        b"list": lambda key: connection.lrange(key, 0, -1),
        b"set": lambda key: connection.smembers(key),
        b"zset": lambda key: connection.zrange(key, 0, -1),
        b"stream": lambda key: [repr(entry).encode() for entry in connection.xrange(key)],
    }
    for key in connection.scan_iter():
        yield key
        for value in readers[connection.type(key)](key):
            yield value or b""
            try:
                yield zlib.decompress(value)
            except (zlib.error, TypeError):
                pass


def letters(world: World) -> list[bytes]:
    """Every letter that left the house."""
    folder: Path = world.app.config["SETTINGS"].mail_dir
    return [file.read_bytes() for file in folder.iterdir()]


def said_by_commands(world: World) -> str:
    """What the commands say that an operator runs to see how things stand."""
    runner = world.app.test_cli_runner()
    said = []
    for command in COMMANDS:
        answer = runner.invoke(args=list(command))
        assert answer.exit_code in (0, 1), (command, answer.output)
        said.append(answer.output)
        if "--json" in command:
            json.loads(answer.output)
    return "\n".join(said)
