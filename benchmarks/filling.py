"""A province at work, written by set-based SQL: so many open tasks, with all that stands behind them.

A cell has fifty open tasks, ten cells make a base, ten bases a ward; all wards report to the
province. A cell of ten has lost its secretary and deputy, so that what they should decide has
climbed to the base. Four tasks of a hundred are late and have been told upward. The rows are those
that the product itself would have written, except that nothing of it stands in the log.
`filling.sql` holds the statements; here, and in `slots.py`, is what they are told.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.harness import Bench, analyze
from benchmarks.slots import SLOTS, holders
from models import base
from models.base import db, transaction
from models.campaign import Campaign, Requirement
from models.definition import Definition
from models.unit import Level, Unit
from workflows import calendar, ladder
from workflows.accounts import hash_token
from workflows.definition import SHIPPED

STATEMENTS = Path(__file__).with_suffix(".sql").read_text()
CHECKED = 10_000  # up to so many tasks every foreign key is checked as it is written

SALT = b"\x0f" * 16
HASH = hashlib.sha256(SALT).digest()
DAYS = 100  # limits are spread over so many days,
LATE = 4  # of which so many have passed
NO_REMINDERS = tuple(step for step in ladder.DEFAULT_STEPS if step.rung > 0)


@dataclass(frozen=True)
class Filled:
    """What was filled in. `viewer` is the secretary of one base, to whom the post of another is
    delegated: some ninety tasks wait for him, some climbed, some late, some not his to decide.
    `busy` is the clerk of his ward. `token` opens the viewer's session."""

    tasks: int
    now: datetime
    viewer: int
    busy: int
    token: str
    units: dict[
        str, range
    ]  # ids of the province, wards, bases, cells and the wards' advisory bodies


def fill(bench: Bench, tasks: int, *, due: int = 0) -> Filled:
    """Fills the migrated, empty database of a bench with so many open tasks, and lets the planner
    know. Times follow the present hour. `due`: so many deadlines, spread over all cells, fire
    now."""
    now = datetime.now(UTC).replace(microsecond=0)
    cells = max(20, -(-tasks // len(SLOTS)))
    bases = -(-cells // 10)
    wards = -(-bases // 10)
    token = secrets.token_urlsafe(32)
    values: dict[str, Any] = {
        "tasks": tasks,
        "cells": cells,
        "bases": bases,
        "wards": wards,
        "every": tasks // due if due else tasks + 1,
        "due": due,
        "now": now,
        "day": calendar.local_day(now),
        "ended": calendar.local_day(now) - timedelta(days=30),
        "later": calendar.local_day(now) + timedelta(days=30),
        "year": calendar.local_day(now).year,
        "salt": SALT,
        "hash": HASH,
        "token": hash_token(token),
        "numbers": max(tasks, 5 * cells + 4 * bases + 6 * wards + 10),
    }
    with bench.app.app_context():
        _frame(now)
        with _connection(checked=tasks <= CHECKED) as connection:
            _patterns(connection, now)
            for statement in _statements(STATEMENTS):
                connection.execute(_bound(statement, values))
            _count_on(connection)
        analyze()
    first = {"province": 1, "ward": 1, "base": wards + 1, "cell": wards + bases + 1}
    sizes = {"province": 1, "ward": wards, "base": bases, "cell": cells}
    units = {name: range(start + (name != "province"), start + (name != "province") + sizes[name])
             for name, start in first.items()}  # fmt: skip
    units["advisory"] = range(units["cell"].stop, units["cell"].stop + wards)
    people = 5 * cells
    return Filled(tasks, now, people + 1, people + 4 * bases + 4, token, units)


def _frame(now: datetime) -> None:
    """What a province has few of: levels, definitions, one campaign."""
    with transaction() as session:
        for rank, code in enumerate(("cell", "base", "ward", "province")):
            session.add(Level(id=rank + 1, code=code, name_vi=code, name_en=code, rank=rank))
        for file in sorted(SHIPPED.glob("*.toml")):
            source = file.read_text()
            digest = hashlib.sha256(source.encode()).hexdigest()
            kind = tomllib.loads(source)["kind"]
            session.add(
                Definition(kind=kind, version=1, source=source, hash=digest, published_at=now)
            )
        session.flush()
        province = Unit(
            id=1, code="T", name="Tỉnh ủy Thử", body="Ban Thường vụ Tỉnh ủy", symbol="TU",
            place="Thử", level_id=4,
        )  # fmt: skip
        campaign = Campaign(
            id=1, code="CD", title="Học tập và làm theo", directive="05-CT/TW", year=now.year,
            theme="Nói đi đôi với làm", congress="XIV", unit=province, opened_at=now,
        )  # fmt: skip
        month_end = {"kind": "by_end_of_month", "date": f"{now.year}-03-31"}
        asked = [("O-PLAN", "plan", "Kế hoạch năm"), ("O-COMMIT", "commitment", "Bản cam kết")]
        asked += [(f"O-REPORT-{n}", "report", f"Báo cáo quý {n}") for n in range(1, 6)]
        for number, (code, kind, label) in enumerate(asked, 1):
            row = Requirement(
                id=number, code=code, kind=kind, label_vi=label, label_en=label, levels=["cell"],
                deciding=1 if kind == "commitment" else 2, due=month_end,
            )  # fmt: skip
            campaign.requirements.append(row)
        session.add(campaign)


def _patterns(connection: sa.Connection, now: datetime) -> None:
    """The temporary tables that the statements read: days, slots, holders."""
    column, text, number = sa.Column, sa.Text(), sa.Integer()
    temporary = sa.MetaData()
    limits = sa.Table(
        "limits", temporary, column("k", number, primary_key=True), column("due_on", sa.Date()),
        column("due_at", base.UTCDateTime()), column("fires_at", base.UTCDateTime()),
        prefixes=["TEMPORARY"],
    )  # fmt: skip
    slots = sa.Table(
        "slot", temporary, column("s", number, primary_key=True), column("kind", text),
        column("state", text), column("stage", number), column("action", text),
        column("author", number), prefixes=["TEMPORARY"],
    )  # fmt: skip
    posts = sa.Table(
        "holder", temporary, column("s", number), column("vacant", number), column("n", number),
        column("climbed", sa.Boolean()), column("place", text), column("role", text),
        prefixes=["TEMPORARY"],
    )  # fmt: skip
    temporary.create_all(connection, checkfirst=False)
    office = calendar.WorkingCalendar()
    today = calendar.local_day(now)
    rows = []
    for k in range(DAYS):
        day = today + timedelta(days=k - LATE)
        at = None if k < LATE else ladder.begin(day, now, office, NO_REMINDERS).fires_at
        rows.append({"k": k, "due_on": day, "due_at": calendar.end_of_day(day), "fires_at": at})
    connection.execute(limits.insert(), rows)
    connection.execute(slots.insert(), [{"s": s, **vars(slot)} for s, slot in enumerate(SLOTS)])
    held = []
    for s, slot in enumerate(SLOTS):
        for vacant in (0, 1):
            climbed, pairs = holders(slot, bool(vacant))
            held += [
                {"s": s, "vacant": vacant, "n": n, "climbed": climbed, "place": p, "role": r}
                for n, (p, r) in enumerate(pairs)
            ]
    connection.execute(posts.insert(), held)


@contextmanager
def _connection(*, checked: bool) -> Iterator[sa.Connection]:
    """One transaction that need not outlive a crash; unless `checked`, without asking for every row
    whether what it points to is there."""
    with db.engine.connect() as connection:
        lite = connection.dialect.name == "sqlite"
        if lite:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA synchronous=OFF")
            driver.execute("PRAGMA cache_size=-262144")
            driver.execute(f"PRAGMA foreign_keys={'ON' if checked else 'OFF'}")
        else:
            connection.exec_driver_sql("SET synchronous_commit = off")
            connection.exec_driver_sql("SET work_mem = '64MB'")
            if not checked:
                connection.exec_driver_sql("SET session_replication_role = replica")
            connection.commit()
        with connection.begin():
            yield connection
        connection.invalidate()  # the next one comes with the settings of production


def _statements(text: str) -> list[str]:
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return [words for part in plain.split(";") if (words := part.strip())]


def _bound(statement: str, values: dict[str, Any]) -> sa.TextClause:
    """The statement with those of the values that it names."""
    kinds: dict[type, Any] = {datetime: base.UTCDateTime(), bytes: sa.LargeBinary()}
    named = set(re.findall(r":([a-z]+)", statement)) & values.keys()
    return sa.text(statement).bindparams(
        *(sa.bindparam(n, values[n], kinds.get(type(values[n]))) for n in sorted(named))
    )


def _count_on(connection: sa.Connection) -> None:
    """PostgreSQL: the next id of each table comes after those that were written out."""
    if connection.dialect.name != "postgresql":
        return
    for table in ("level", "campaign", "requirement", "unit", "person", "account", "post",
                  "obligation", "document", "task", "deadline"):  # fmt: skip
        connection.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
        )
