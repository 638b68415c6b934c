"""Witnessing: what it costs a superior to see the logs below it, beside signing the same logs.

Forty logs, a thousand in the long form, grow, are signed, and are shown to their witness, which checks
each proof of consistency, writes down what it saw and cosigns; one superior of each ten then states one
root.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.harness import Bench, Figure, analyze, milliseconds
from models.base import transaction
from models.unit import Level, ReportingLine, Unit
from workflows import trail
from workflows.trail import keys, signing
from workflows.trail.witness.rounds import witness_round

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LOGS = {False: 40, True: 1_000}
BELOW = 10  # logs of one superior
EVENTS = 100
ROUNDS = 5


def run(bench: Bench) -> Iterator[Figure]:
    """The median of a round in which every log has one event more."""
    with bench.app.app_context(), tempfile.TemporaryDirectory() as name:
        units, folder = _organisation(LOGS[bench.full]), keys.KeyFolder(Path(name) / "keys")
        _grow(units, EVENTS)
        analyze()
        signed, seen = [], []
        for number in range(ROUNDS + 1):
            _grow(units, 1)
            began = time.perf_counter()
            signing.sign_round(folder, now=AT)
            between = time.perf_counter()
            done = witness_round(Path(name) / "witness", elsewhere=None, real_now=AT, now=AT)
            if number:
                signed.append(between - began)
                seen.append(time.perf_counter() - between)
            assert done.cosigned >= len(units), done
            assert not done.faults, done
        ours, reference = statistics.median(seen), statistics.median(signed)
        yield Figure(
            f"witnessing {len(units):,} logs that grew, beside signing",
            bench.database,
            milliseconds(ours),
            milliseconds(reference),
            ours / reference,
            None,
        )


def _organisation(count: int) -> list[int]:
    """So many units, ten below each superior; their ids."""
    with transaction() as session:
        level = Level(code="cell", name_vi="Chi bộ", name_en="Cell", rank=1)
        made = []
        for n in range(count):
            if n % BELOW == 0:
                above = _unit(level, f"S{n}")
                session.add(above)
            unit = _unit(level, f"C{n}")
            session.add(ReportingLine(unit=unit, superior=above, line="party"))
            made.append(unit)
        session.flush()
        return [unit.id for unit in made]


def _unit(level: Level, code: str) -> Unit:
    return Unit(code=code, name=code, body="Chi ủy", symbol="CB", level=level)


def _grow(units: list[int], count: int) -> None:
    trail.begin_logs(units)
    entries = [trail.Entry(unit, "approve", AT, {"kind": "plan"}) for unit in units] * count
    with transaction() as session:
        trail.append_many(session, trail.lock_many(session, units), entries)
