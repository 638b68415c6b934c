"""The log itself: one event more against a plain INSERT of the same bytes, the signing of what grew,
and what a proof reads in a long log.

An append is one transaction with the head locked, the leaf spelt, salted and hashed and the tree
grown; the plain INSERT is one committed row of the same leaf, hash and payload in a table with the
same two indexes, by the bare driver. Many at once stands for an opening or a sweep.
"""

from __future__ import annotations

import json
import secrets
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.harness import Bench, Figure, analyze, milliseconds, taking_turns
from models.base import db, transaction
from models.unit import Level, Unit
from workflows import trail
from workflows.trail import keys, merkle, signing, tiles

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SIZES = {False: 30_000, True: 1_000_000}
ROUNDS = {False: 200, True: 600}
MANY = 1_000
FACTS = {
    "kind": "plan",
    "from": "reviewed",
    "to": "approved",
    "stage": 0,
    "from_stage": 0,
    "body": "B1",
    "revision": 1,
    "revision_hash": "0" * 64,
    "in_force": 1,
}
PRIVATE = {"actor": "Nguyễn Thị Thanh Huyền", "post": "Bí thư", "number": "12-KH/ĐU"}
PLAIN = """CREATE TABLE plain_event (id INTEGER PRIMARY KEY {auto}, unit_id BIGINT NOT NULL,
    seq INTEGER NOT NULL, at TIMESTAMP NOT NULL, action TEXT NOT NULL, leaf {bytes} NOT NULL,
    leaf_hash {bytes} NOT NULL, fields {json} NOT NULL, UNIQUE (unit_id, seq))"""
TYPES = {
    "sqlite": {"auto": "", "bytes": "BLOB", "json": "JSON"},
    "postgresql": {"auto": "GENERATED ALWAYS AS IDENTITY", "bytes": "BYTEA", "json": "JSON"},
}
COLUMNS = "(unit_id, seq, at, action, leaf, leaf_hash, fields)"


def run(bench: Bench) -> Iterator[Figure]:
    """The four figures of one database."""
    with bench.app.app_context():
        unit_id = _unit()
        plain = _Plain(bench)
        ours, theirs = taking_turns(
            lambda _: _append(unit_id), plain.insert, rounds=ROUNDS[bench.full]
        )
        yield _compared("append, one event, committed", bench, ours, theirs)
        ours, theirs = taking_turns(
            lambda _: _append_many(unit_id), plain.insert_many, rounds=8, warm=1
        )
        yield _compared(f"append, {MANY} at once", bench, ours, theirs)
        yield from _signed_and_proven(bench, unit_id)


def _unit() -> int:
    with transaction() as session:
        level = Level(code="base", name_vi="Cơ sở", name_en="Base", rank=1)
        unit = Unit(code="B1", name="Đảng bộ", body="Đảng ủy", symbol="ĐU", level=level)
        session.add(unit)
        session.flush()
        return unit.id


def _append(unit_id: int) -> None:
    with transaction() as session:
        trail.append(
            session,
            unit_id=unit_id,
            action="approve",
            at=AT,
            facts=FACTS,
            private=PRIVATE,
            actor_id=None,
        )


def _append_many(unit_id: int, count: int = MANY) -> None:
    entries = [trail.Entry(unit_id, "approve", AT, FACTS, PRIVATE) for _ in range(count)]
    with transaction() as session:
        trail.append_many(session, trail.lock_many(session, [unit_id]), entries)


class _Plain:
    """A table of the same bytes, filled by the driver alone."""

    def __init__(self, bench: Bench) -> None:
        driver: Any = db.engine.raw_connection().driver_connection
        self.connection = driver
        self.postgres = bench.database == "postgresql"
        driver.execute(PLAIN.format(**TYPES[bench.database]))
        driver.commit()
        mark = "%s" if self.postgres else "?"
        places = ", ".join([mark] * 7)
        self.words = f"INSERT INTO plain_event {COLUMNS} VALUES ({places})"
        self.seq = 0

    def insert(self, _round: int) -> None:
        if not self.postgres:
            self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute(self.words, self._row())
        self.connection.commit()

    def insert_many(self, _round: int) -> None:
        cursor = self.connection.cursor()
        rows = [self._row() for _ in range(MANY)]
        if self.postgres:
            with cursor.copy(f"COPY plain_event {COLUMNS} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.executemany(self.words, rows)
        self.connection.commit()

    def _row(self) -> tuple[object, ...]:
        """Bytes as long as an event's; what a leaf and its payload hold cannot be guessed."""
        self.seq += 1
        return (1, self.seq, AT.replace(tzinfo=None).isoformat(), "approve", LEAF, HASHED, FIELDS)


FIELDS = json.dumps(
    {name: {"value": value, "salt": secrets.token_hex(16)} for name, value in PRIVATE.items()}
)
LEAF = json.dumps(
    FACTS
    | {"v": 1, "unit": "B1", "seq": 1, "at": AT.isoformat(), "action": "approve"}
    | {"private": {name: secrets.token_hex(32) for name in PRIVATE}},
    separators=(",", ":"),
).encode()
HASHED = merkle.leaf_hash(LEAF)


def _compared(name: str, bench: Bench, ours: float, theirs: float) -> Figure:
    return Figure(
        name, bench.database, milliseconds(ours), milliseconds(theirs), ours / theirs, None
    )


def _signed_and_proven(bench: Bench, unit_id: int) -> Iterator[Figure]:
    """The first signing of a long log, one of a hundred events more, and proofs in it."""
    for _ in range(SIZES[bench.full] // 5_000):
        _append_many(unit_id, 5_000)
    analyze()
    with tempfile.TemporaryDirectory() as folder:
        place = keys.KeyFolder(Path(folder))
        began = time.perf_counter()
        signing.sign_round(place, now=AT)
        whole = time.perf_counter() - began
        times = []
        for _ in range(20):
            _append_many(unit_id, 100)
            began = time.perf_counter()
            signing.sign_round(place, now=AT)
            times.append(time.perf_counter() - began)
    size = _size(unit_id)
    middle = sorted(times)[10]
    yield Figure(
        f"signing a log of {size:,}, then 100 more",
        bench.database,
        milliseconds(middle),
        f"{size / whole:,.0f} ev/s",
        middle * 1000,
        None,
    )
    yield from _proofs(bench, unit_id, size)


def _proofs(bench: Bench, unit_id: int, size: int) -> Iterator[Figure]:
    """Inclusion and consistency in a log of `size`: how long, and how many rows and statements."""
    rows = statements = 0
    times = []
    places = [size * n // 50 for n in range(50)]
    for place in places:
        began = time.perf_counter()
        tree = tiles.tree(db.session(), unit_id, size)
        tree.inclusion(place)
        tree.consistency(max(place, 1))
        times.append(time.perf_counter() - began)
        rows = max(rows, sum(map(len, tree.tiles.values())))
        statements = max(statements, len(tree.tiles))
    yield Figure(
        f"inclusion and consistency, 1 of {size:,}",
        bench.database,
        milliseconds(sorted(times)[25]),
        f"{rows} rows/{statements} stm",
        float(rows),
        2048.0,
    )


def _size(unit_id: int) -> int:
    words = "SELECT size FROM log_head WHERE unit_id = :unit"
    return int(db.session.execute(sa.text(words), {"unit": unit_id}).scalar_one())
