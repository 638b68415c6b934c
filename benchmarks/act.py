"""One act from end to end: a deputy reviews a plan of his cell.

Ours: `perform` in a transaction of its own, with a session that knows nothing before. The other:
`act_by_hand.py`.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from app import create_app
from benchmarks.act_by_hand import ByHand
from benchmarks.harness import Bench, Figure, analyze, milliseconds, taking_turns
from benchmarks.office import ManyCells, plans
from config import Settings
from models.base import db, transaction
from workflows import perform

WARM = 20
ROUNDS = {False: 60, True: 190}
LIMIT = {"postgresql": 2.0, "sqlite": 3.5}
PROCESSES = 4
WARMED = 10
EACH = {False: 30, True: 100}  # acts of one process

Work = tuple[int, int, datetime]  # document, deputy, instant


def run(bench: Bench) -> Iterator[Figure]:
    """One act against the SQL; on PostgreSQL also four processes against one."""
    turns = WARM + ROUNDS[bench.full]
    at_once = 2 * PROCESSES * EACH[bench.full] if bench.database == "postgresql" else 0
    with bench.app.app_context():
        office = ManyCells(2 * turns + at_once)
        documents = plans(office, "submitted")
        deputies = [office.people[f"Dung {number}"].id for number in range(office.cells)]
        now = office.now + timedelta(minutes=1)
        db.session.remove()
        analyze()
        work = [(a, b, now) for a, b in zip(documents, deputies, strict=True)]
        by_hand = ByHand(bench)
        mine, theirs = taking_turns(
            lambda turn: review(*work[turn]),
            lambda turn: by_hand.review(*work[turns + turn]),
            rounds=ROUNDS[bench.full],
            warm=WARM,
        )
        by_hand.close()
        db.engine.dispose()
    yield Figure(
        "act: a review",
        bench.database,
        milliseconds(mine),
        milliseconds(theirs),
        mine / theirs,
        LIMIT[bench.database],
    )
    if at_once:
        yield _at_once(bench, work[2 * turns :])


def review(document_id: int, person_id: int, now: datetime) -> None:
    """The act from an empty session to the commit, by the ids that a form carries. The page showed the plan as
    it was drafted and submitted: revision 1, version 2."""
    with transaction():
        perform(document_id, "review", actor=person_id, now=now, revision=1, version=2)
    db.session.remove()


def _at_once(bench: Bench, work: list[Work]) -> Figure:
    """Acts a second of four processes, each in logs of its own, over those of one process."""
    half = len(work) // 2
    alone = _rate(bench.url, [work[:half]])
    shared = _rate(bench.url, [work[half + i :: PROCESSES] for i in range(PROCESSES)])
    return Figure(
        f"act: {PROCESSES} processes over one",
        bench.database,
        f"{shared:.0f}/s",
        f"{alone:.0f}/s",
        shared / alone,
        1.0,
        least=True,
    )


def _rate(url: str, shares: list[list[Work]]) -> float:
    """Acts a second of one process for each share, from the moment at which all are ready."""
    spawn = multiprocessing.get_context("spawn")
    ready, spans = spawn.Barrier(len(shares)), spawn.SimpleQueue()
    processes = [spawn.Process(target=_work, args=(url, share, ready, spans)) for share in shares]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    begun, ended = zip(*(spans.get() for _ in shares), strict=True)
    return sum(len(share) - WARMED for share in shares) / (max(ended) - min(begun))


def _work(url: str, share: list[Work], ready: Any, spans: Any) -> None:
    """In a process of its own: do these acts and tell when the first began and the last ended."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"DATABASE_URL": url, "DATA_DIR": folder, "SECRET_KEY": "k" * 64}
        app = create_app(Settings.from_env(settings))
        with app.app_context():
            for act in share[:WARMED]:
                review(*act)
            ready.wait()
            began = time.monotonic()
            for act in share[WARMED:]:
                review(*act)
            spans.put((began, time.monotonic()))
            db.engine.dispose()
