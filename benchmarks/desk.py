"""The desk's first page of 25, and the bounded counts of its tabs, in a province with a thousand, a
hundred thousand and a million open tasks.

Ours: what a request asks to show them (in what right the person is here, the page with all that the
list shows, the counts), in a new read snapshot each time. The reference: the same rows, columns and
counts by two hand-written statements on the same indexes. Both find the same tasks: that is
asserted. A second person, the clerk of a ward, has more than a hundred tasks: his count is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from benchmarks.desk_by_hand import COUNTS, PAGE, ByHand
from benchmarks.filling import fill
from benchmarks.harness import Bench, Figure, milliseconds, taking_turns
from models.base import db
from models.person import Person
from models.queries.desk import BOUND
from workflows import desk
from workflows.calendar import local_day

SIZES = {False: (1_000, 10_000), True: (1_000, 100_000, 1_000_000)}
ROUNDS = {False: 60, True: 400}
FLAT = 1.3  # the largest against the smallest

Asked = Callable[[int], tuple[list[int], list[int]]]  # the tasks of the page, the counts


def run(bench: Bench) -> Iterator[Figure]:
    """All sizes are filled first and measured by turns, so that the largest and the smallest are
    compared within the same minutes of the machine."""
    limit = 2.0 if bench.database == "postgresql" else None
    sizes = SIZES[bench.full]
    with ExitStack() as opened:
        pairs = [
            opened.enter_context(_office(bench if n == 0 else bench.another(), size))
            for n, size in enumerate(sizes)
        ]
        calls = [call for pair in pairs for call in pair]
        took = taking_turns(*calls, rounds=ROUNDS[bench.full])
    ours, by_hand = took[::2], took[1::2]
    for size, mine, theirs in zip(sizes, ours, by_hand, strict=True):
        yield Figure(
            f"desk: first 25 and counts, {size:,} open",
            bench.database,
            milliseconds(mine),
            milliseconds(theirs),
            mine / theirs,
            limit,
        )
    yield Figure(
        f"desk: {sizes[-1]:,} open against {sizes[0]:,}",
        bench.database,
        milliseconds(ours[-1]),
        milliseconds(ours[0]),
        ours[-1] / ours[0],
        FLAT if bench.database == "postgresql" and bench.full else None,
    )


@contextmanager
def _office(bench: Bench, size: int) -> Iterator[tuple[Asked, Asked]]:
    """One province of this size: its desk asked by us, and by hand."""
    filled = fill(bench, size)
    by_hand = ByHand(bench.url)
    now = filled.now
    values = {"me": filled.viewer, "day": local_day(now), "now": now.replace(tzinfo=None)}
    with bench.app.app_context():
        person = db.session.get_one(Person, filled.viewer)
        busy = db.session.get_one(Person, filled.busy)
        assert filled.tasks < 10_000 or desk.tasks_and_counts(busy, now)[1]["mine"] == BOUND + 1
        db.session.expunge(person)

    def ours(_: int) -> tuple[list[int], list[int]]:
        with bench.app.app_context():
            page, counts = desk.tasks_and_counts(person, now)
            return [task.id for task in page.tasks], list(counts.values())

    def reference(_: int) -> tuple[list[int], list[int]]:
        rows, (counts,) = by_hand.ask(PAGE, **values), by_hand.ask(COUNTS, **values)
        return [row[0] for row in rows[: desk.PAGE]], list(counts)

    assert ours(0) == reference(0), "the two find different tasks"
    assert len(ours(0)[0]) == desk.PAGE
    try:
        yield ours, reference
    finally:
        by_hand.close()
