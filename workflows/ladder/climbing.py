"""The sweep: what is due climbs, a batch at a time, each rung once.

It claims what is due by holding its deadlines, acts as SYSTEM, and tells; it never decides in
anybody's place. One look at all tasks, superiors and holders, one statement a table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import sqlalchemy as sa

from models.base import db, table_of, transaction
from models.deadline import Deadline
from models.queries import bulk
from models.queries import sweep as queries
from workflows import trail
from workflows.calendar import WorkingCalendar, local_day
from workflows.inspections import pausing
from workflows.ladder import gaps
from workflows.ladder.hearing import Climb, resolve
from workflows.ladder.steps import Step, following, parse_steps, rings_at
from workflows.ladder.telling import write

BATCH = 1000
LOOK = 20  # so many batches are looked up at once


def due(now: datetime, limit: int = LOOK * BATCH) -> list[Climb]:
    """What would climb at `now`, in unit order: of each ladder its next rung, then what has been
    missed beyond it. Reads only."""
    ids = [deadline_id for deadline_id, _ in queries.due(now, limit, ())]
    calendar = WorkingCalendar.of(db.session())
    found: list[Climb] = []
    for start in range(0, len(ids), BATCH):
        rungs = queries.rungs(ids[start : start + BATCH], now)
        ladders = _ladders(rungs)
        while rungs:
            steps = _next(rungs, ladders, calendar, now)
            climbs = resolve([s for s in steps if not _waits(*s, calendar, now)], now)
            found += climbs
            rungs = []
            for climb in climbs:
                after = following(ladders[climb.rung.campaign_id], climb.step.rung)
                if climb.to and after and rings_at(after, climb.rung, calendar) <= now:
                    rungs.append(climb.rung._replace(rung=climb.step.rung))
    return found


def next_instant(after: datetime) -> datetime | None:
    """The earliest instant at which an open deadline fires, later than nothing before it; None if
    none."""
    return db.session.scalar(
        sa.select(sa.func.min(Deadline.fires_at)).where(
            Deadline.closed_at.is_(None), Deadline.fires_at.is_not(None), Deadline.fires_at > after
        )
    )


def sweep(
    now: datetime, limit: int = BATCH, failed: Callable[[int, Exception], None] | None = None
) -> int:
    """Climb every rung that is due at `now`, in order; after missed ticks several of one ladder.
    Returns how many were climbed.

    A batch is one transaction. When a batch fails, each of its deadlines is retried alone; what
    still fails is handed to `failed` and cannot block the rest. Running twice, or twice at once,
    climbs nothing twice.
    """
    pausing.hold_due(now)  # what a freeze holds stands still before it climbs
    climbed = 0
    skipped: set[int] = set()
    before: object = None
    while found := queries.due(now, LOOK * limit, skipped):
        here = climbed, found
        if here == before:  # nothing that is left can be moved
            break
        before = here
        for start in range(0, len(found), limit):
            batch = found[start : start + limit]
            try:
                climbed += _climb(batch, now)
            except Exception:  # whatever one deadline suffers from must not hold up the others
                for deadline_id, unit_id in batch:
                    try:
                        climbed += _climb([(deadline_id, unit_id)], now)
                    except Exception as error:
                        skipped.add(deadline_id)
                        if failed is not None:
                            failed(deadline_id, error)
    return climbed


def _climb(batch: list[tuple[int, int]], now: datetime) -> int:
    """Climb these (deadline, unit), all or none. Returns how many rungs there were to climb: not
    those that somebody else has claimed, nor of tasks done meanwhile, nor where nobody is above. One
    whose unit is no longer the one it was found with stays due.

    The logs are locked before the first deadline is: an act, too, writes its event before it closes
    the deadline, and the two must not wait for each other.
    """
    units = sorted({unit_id for _, unit_id in batch})
    trail.begin_logs(units)
    # Within somebody's transaction (a rehearsal) a batch that fails must undo its claims, too.
    with transaction() as session, session.begin_nested():
        heads = trail.lock_many(session, units)
        claimed = queries.claim([deadline_id for deadline_id, _ in batch], now)
        rungs = [rung for rung in queries.rungs(claimed, now) if rung.unit_id in heads]
        calendar, ladders = WorkingCalendar.of(session), _ladders(rungs)
        steps = _next([r for r in rungs if not r.done], ladders, calendar, now)
        waiting = {r.deadline_id: step for r, step in steps if _waits(r, step, calendar, now)}
        found = resolve([s for s in steps if s[0].deadline_id not in waiting], now)
        climbs = {climb.rung.deadline_id: climb for climb in found if climb.to is not None}
        places = [_place(r, climbs, waiting, ladders[r.campaign_id], calendar) for r in rungs]
        write(list(climbs.values()), places, heads, now)
        _wait([climb for climb in found if climb.to is None and climb.gap], calendar, now)
    return len(climbs)


def _wait(stuck: list[Climb], calendar: WorkingCalendar, now: datetime) -> None:
    """These rungs are asked for anew on the next working morning: their line has a gap."""
    rows = [(c.rung.deadline_id, *gaps.retry(c.step, calendar, now)) for c in stuck]
    if rows:
        columns = ("counted_from", "fires_at")
        bulk.update(db.session(), table_of(Deadline), "id", columns, rows)


def _place(
    rung: queries.Rung,
    climbs: dict[int, Climb],
    waiting: dict[int, Step],
    steps: tuple[Step, ...],
    calendar: WorkingCalendar,
) -> tuple[int, int, datetime | None]:
    """(deadline, the last rung climbed, when the next one fires) after this sweep."""
    if (step := waiting.get(rung.deadline_id)) is not None:
        return rung.deadline_id, step.rung - 1, rings_at(step, rung, calendar)
    climb = climbs.get(rung.deadline_id)
    if climb is None:  # done, or nobody is above: the ladder ends, or waits for its line
        return rung.deadline_id, rung.rung, None
    after = following(steps, climb.step.rung)
    return rung.deadline_id, climb.step.rung, rings_at(after, rung, calendar) if after else None


def _ladders(rungs: Iterable[queries.Rung]) -> dict[int, tuple[Step, ...]]:
    """{campaign: its steps} of these."""
    campaigns = {rung.campaign_id for rung in rungs}
    said = queries.ladders(campaigns) if campaigns else {}
    return {ident: parse_steps(steps or []) for ident, steps in said.items()}


def _next(
    rungs: Iterable[queries.Rung],
    ladders: dict[int, tuple[Step, ...]],
    calendar: WorkingCalendar,
    now: datetime,
) -> list[tuple[queries.Rung, Step]]:
    """Each deadline with its next step, but for those at the end of their ladder. A reminder that was
    missed until the last good day was over, or until the next one came due, is left out: it would say
    what is no longer so."""
    found = []
    for rung in rungs:
        steps = ladders[rung.campaign_id]
        step = following(steps, rung.rung)
        while step is not None and step.rung <= 0:
            after = following(steps, step.rung)
            missed = after is not None and rings_at(after, rung, calendar) <= now
            if not missed and local_day(now) <= rung.effective_due:
                break
            step = after
        if step is not None:
            found.append((rung, step))
    return found


def _waits(rung: queries.Rung, step: Step, calendar: WorkingCalendar, now: datetime) -> bool:
    """Whether reminders were left out and the step after them is still to come."""
    return step.rung > rung.rung + 1 and rings_at(step, rung, calendar) > now
