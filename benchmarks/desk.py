"""The desk's first page of 25, and the bounded counts of its tabs, in a province with a thousand, a
hundred thousand and a million open tasks.

Ours: what a request asks to show them (in what right the person is here, the page with all that the
list shows, the counts), in a new read snapshot each time. The reference: the same rows, columns and
counts by two hand-written statements on the same indexes. Both find the same tasks: that is
asserted. A second person, the clerk of a ward, has more than a hundred tasks: his count is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.by_hand import COUNTS, PAGE, ByHand
from benchmarks.filling import Filled, fill
from benchmarks.harness import Bench, Figure, milliseconds, taking_turns
from models.base import db
from models.person import Person
from models.queries.desk import BOUND
from workflows import desk
from workflows.calendar import local_day

SIZES = {False: (1_000, 10_000), True: (1_000, 100_000, 1_000_000)}
ROUNDS = {False: 60, True: 400}
FLAT = 1.3  # the largest against the smallest


def run(bench: Bench) -> Iterator[Figure]:
    limit = 2.0 if bench.database == "postgresql" else None
    took: dict[int, float] = {}
    for n, size in enumerate(SIZES[bench.full]):
        here = bench if n == 0 else bench.another()
        filled = fill(here, size)
        ours, reference = _measure(here, filled, ROUNDS[bench.full])
        took[size] = ours
        yield Figure(
            f"desk: first 25 and counts, {size:,} open",
            bench.database,
            milliseconds(ours),
            milliseconds(reference),
            ours / reference,
            limit,
        )
    small, large = min(took), max(took)
    yield Figure(
        f"desk: {large:,} open against {small:,}",
        bench.database,
        milliseconds(took[large]),
        milliseconds(took[small]),
        took[large] / took[small],
        FLAT if bench.database == "postgresql" and bench.full else None,
    )


def _measure(bench: Bench, filled: Filled, rounds: int) -> tuple[float, float]:
    by_hand = ByHand(bench.url)
    now = filled.now
    values = {"me": filled.viewer, "day": local_day(now), "now": now.replace(tzinfo=None)}
    with bench.app.app_context():
        person = db.session.get_one(Person, filled.viewer)
        db.session.expunge(person)

        def ours(_: int) -> tuple[list[int], list[int]]:
            db.session.rollback()  # a new snapshot, which remembers nothing
            page, counts = desk.tasks_and_counts(person, now)
            return [task.id for task in page.tasks], list(counts.values())

        def reference(_: int) -> tuple[list[int], list[int]]:
            rows, (counts,) = by_hand.ask(PAGE, **values), by_hand.ask(COUNTS, **values)
            return [row[0] for row in rows[: desk.PAGE]], list(counts)

        assert ours(0) == reference(0), "the two find different tasks"
        assert len(ours(0)[0]) == desk.PAGE
        busy = db.session.get_one(Person, filled.busy)
        assert filled.tasks < 10_000 or desk.tasks_and_counts(busy, now)[1]["mine"] == BOUND + 1
        try:
            return taking_turns(ours, reference, rounds=rounds)
        finally:
            by_hand.close()
            db.session.remove()
