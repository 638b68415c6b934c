"""The sweep: a hundredth of many open deadlines is due, against set-based SQL writing the same rows.

The reference is as strong as SQL can be here: what SQL cannot make, the leaves with their hashes and the
new ends of the logs, lies ready in a table, and so does the body that hears; who holds its posts it joins.
It is one statement a table (`sweep.sql`) in one transaction. Ours does it all in batches of a thousand.
Each turn has deadlines of its own, spread over half of all cells; a mail goes to everybody told.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.filling import Filled, fill
from benchmarks.harness import Bench, Figure, analyze, milliseconds
from models.base import UTCDateTime, db, table_of, transaction
from models.deadline import Deadline, Escalation
from models.event import AuditEvent, LogHead
from models.notification import SEND_AT_ONCE, Delivery, Notification
from models.task import Task
from workflows import ladder
from workflows.calendar import local_day

STATEMENTS = Path(__file__).with_suffix(".sql").read_text().split(";\n")[:-1]
LIMIT, FLAT = 2.0, 1.3
SIZES = {False: 20_000, True: 1_000_000}
FEW = 1_000
ROUNDS = 4  # the first one warms up
IDLE = 200
SECOND = timedelta(seconds=1)
SHARE = 96  # four of a hundred are late already, so this makes a hundredth of all
UNIQUE = {"postgresql": "gen_random_uuid()", "sqlite": "lower(hex(randomblob(16)))"}
WRITTEN = tuple(map(table_of, (Escalation, AuditEvent, Notification, Delivery)))
DEADLINE, HEAD, TASK = table_of(Deadline), table_of(LogHead), table_of(Task)


def run(bench: Bench) -> Iterator[Figure]:
    """Ten thousand due of a million; then nothing due, of a million and of a thousand."""
    filled = fill(bench, SIZES[bench.full])
    with bench.app.app_context():
        _reachable()
        analyze()
        mine, theirs = [], []
        for number in range(ROUNDS):
            now = filled.now + timedelta(minutes=number)
            due = _make_due(2 * number, now)
            mine.append(_timed(partial(ladder.sweep, now)))
            _make_due(2 * number + 1, now + SECOND)
            theirs.append(_by_hand(now + SECOND))
        yield Figure(
            f"sweep: {due} due of {filled.tasks}",
            bench.database,
            milliseconds(statistics.median(mine[1:])),
            milliseconds(statistics.median(theirs[1:])),
            statistics.median(mine[1:]) / statistics.median(theirs[1:]),
            LIMIT if bench.full else None,
        )
        yield _idle(bench, filled)


def _reachable() -> None:
    """Everybody with a post has an address, and every unit a log."""
    with transaction() as session:
        session.execute(
            sa.text(
                "UPDATE person SET email = 'p' || id || '@example.invalid'"
                " WHERE id IN (SELECT person_id FROM post)"
            )
        )
        session.execute(
            sa.text("INSERT INTO log_head (unit_id, size, frontier) SELECT id, 0, :none FROM unit"),
            {"none": b""},
        )


def _make_due(turn: int, now: datetime) -> int:
    """Lets the second rung of deadlines all over the cells fire at `now`, others at each turn: of what
    units owe, with the superior as the one who hears. Returns how many."""
    alone = sa.select(TASK.c.id).where(TASK.c.person_id.is_not(None))
    with transaction() as session:
        found = session.execute(
            sa.update(DEADLINE)
            .where(
                (DEADLINE.c.id + DEADLINE.c.id // 50) % SHARE == turn,
                DEADLINE.c.rung == 0,
                DEADLINE.c.task_id.not_in(alone),
            )
            .values(fires_at=now, rung=1, effective_due=local_day(now))
        )
        count: int = found.rowcount  # type: ignore[attr-defined]
    _settle()
    return count


def _timed(work: Any) -> float:
    db.session.remove()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _settle() -> None:
    """Rows that were changed or taken back leave nothing behind that only one of the two would meet."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            names = ", ".join(table.name for table in (*WRITTEN, DEADLINE, HEAD))
            connection.exec_driver_sql(f"VACUUM ANALYZE {names}")


class _TakenBack(Exception):
    """What was written was only to be looked at."""


def _by_hand(now: datetime) -> float:
    """Seconds that the statements take for what is due now. What they need ready is what a sweep
    leaves that is then taken back; in the end they have written as many rows."""
    try:
        with transaction() as session:
            before = [_count(session, table) for table in WRITTEN]
            ladder.sweep(now)
            after = [_count(session, table) for table in WRITTEN]
            ready = _ready(session, now)
            raise _TakenBack
    except _TakenBack:
        pass
    _settle()
    engine = db.engine
    with engine.connect().execution_options(writing=True) as connection:
        _put_ready(connection, *ready)
        connection.commit()
        values = {"now": now, "day": local_day(now), "at_once": SEND_AT_ONCE}
        statements = [
            _bound(words.replace(":unique", UNIQUE[engine.dialect.name]), values)
            for words in STATEMENTS
        ]

        def work() -> None:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

        seconds = _timed(work)
        connection.exec_driver_sql("DROP TABLE ready")
        connection.exec_driver_sql("DROP TABLE head")
        connection.commit()
        assert [_count(connection, table) for table in WRITTEN] == after
        assert before < after
    return seconds


def _count(session: Any, table: sa.Table) -> int:
    count: int = session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    return count


def _ready(session: Any, now: datetime) -> tuple[list[Any], list[Any]]:
    """Of the rungs climbed at `now`: (deadline, body that hears, next, seq, leaf, hash); of their logs:
    (unit, size, frontier)."""
    climbed = sa.select(
        Escalation.task_id, Escalation.deadline_id, Escalation.to_unit_id, Deadline.fires_at
    ).join(Deadline, Escalation.deadline_id == Deadline.id)
    to = {task: row for task, *row in session.execute(climbed.where(Escalation.at == now))}
    events = session.execute(
        sa.select(AuditEvent.unit_id, AuditEvent.seq, AuditEvent.leaf, AuditEvent.leaf_hash).where(
            AuditEvent.at == now, AuditEvent.action == "escalate"
        )
    ).all()
    rungs = [(*to[json.loads(e.leaf)["task"]], e.seq, e.leaf, e.leaf_hash) for e in events]
    ends = session.execute(
        sa.select(HEAD.c.unit_id, HEAD.c.size, HEAD.c.frontier).where(
            HEAD.c.unit_id.in_({e.unit_id for e in events})
        )
    )
    return rungs, list(ends)


def _put_ready(connection: sa.Connection, rungs: list[Any], heads: list[Any]) -> None:
    """What the statements read lies in two temporary tables."""
    kinds: dict[type, Any] = {
        int: sa.BigInteger(), bytes: sa.LargeBinary(), datetime: UTCDateTime()
    }  # fmt: skip
    for name, rows, columns in (
        ("ready", rungs, ("deadline_id", "to_unit_id", "fires_at", "seq", "leaf", "leaf_hash")),
        ("head", heads, ("unit_id", "size", "frontier")),
    ):
        table = sa.Table(
            name,
            sa.MetaData(),
            *(
                sa.Column(column, kinds[type(value)], primary_key=not n, autoincrement=False)
                for n, (column, value) in enumerate(zip(columns, rows[0], strict=True))
            ),
            prefixes=["TEMPORARY"],
        )
        table.create(connection)
        connection.execute(table.insert(), [dict(zip(columns, row, strict=True)) for row in rows])
        connection.exec_driver_sql(f"ANALYZE {name}")


def _bound(words: str, values: dict[str, Any]) -> sa.TextClause:
    kinds: dict[str, Any] = {"now": UTCDateTime(), "at_once": UTCDateTime(), "day": sa.Date()}
    return sa.text(words).bindparams(
        *(sa.bindparam(n, values[n], kinds[n]) for n in kinds if f":{n}" in words)
    )


def _idle(bench: Bench, filled: Filled) -> Figure:
    """A sweep that finds nothing, with all deadlines open and with all but a few closed."""
    many = statistics.median(_timed(lambda: ladder.sweep(filled.now)) for _ in range(IDLE))
    with transaction() as session:
        session.execute(sa.update(DEADLINE).where(DEADLINE.c.id > FEW).values(closed_at=filled.now))
    analyze()
    few = statistics.median(_timed(lambda: ladder.sweep(filled.now)) for _ in range(IDLE))
    return Figure(
        f"sweep: nothing due of {filled.tasks} to {FEW}",
        bench.database,
        milliseconds(many),
        milliseconds(few),
        many / few,
        FLAT,
    )
