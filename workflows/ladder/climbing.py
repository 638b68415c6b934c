"""What is overdue climbs by itself, on working days, exactly once per rung (domain §3.5, design
§1).

A deadline row says when its next rung fires. The sweep claims what is due by one conditional UPDATE
and then acts as SYSTEM: it tells the superior, it never decides in anybody's place. It does so for a
batch at a time: one look at all tasks, superiors and holders, one statement a table.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from models.base import db, table_of, transaction
from models.deadline import Deadline, Escalation
from models.queries import bulk
from models.queries import sweep as queries
from workflows import trail
from workflows.calendar import WorkingCalendar, at_seven, local_day
from workflows.notices_many import Note, notify_many

RUNGS = 1  # the direct superior
BATCH = 1000
LOOK = 20  # so many batches are looked up at once
# Who hears of it at the superior body and its advisory body.
HEARERS = ("secretary", "standing", "advisor", "deputy")

ESCALATION = (
    "deadline_id",
    "deadline_version",
    "rung",
    "task_id",
    "from_unit_id",
    "to_unit_id",
    "effective_due",
    "at",
)


def first_rung_at(due: date, now: datetime, calendar: WorkingCalendar) -> datetime:
    """When the first rung of a deadline fires: 07:00 of the first working day after its last good
    day, and not before the next such morning from now."""
    morning = at_seven(calendar.add_working_days(due, 1))
    if morning <= now:
        morning = at_seven(calendar.add_working_days(local_day(now), 1))
    return morning


class Climb(NamedTuple):
    """A rung of a task, and the body that hears of it (None: nobody is above)."""

    rung: queries.Rung
    to: queries.Body | None


def due(now: datetime, limit: int = BATCH) -> list[Climb]:
    """What would climb at `now`, in unit order. Reads only."""
    ids = [deadline_id for deadline_id, _ in queries.due(now, limit, ())]
    return _with_hearers(queries.rungs(ids), now)


def _with_hearers(rungs: list[queries.Rung], now: datetime) -> list[Climb]:
    """Each late task with the body that hears of it: the direct superior on that day.

    A person's lateness stops at his own secretary; the secretary's own goes one level up (design
    §3).
    """
    day = local_day(now)
    above = queries.superiors({rung.unit_id for rung in rungs}, day)
    personal = {rung.unit_id for rung in rungs if rung.person_id is not None}
    leaders = queries.secretaries(personal, day, now)
    climbs = []
    for rung in rungs:
        if rung.person_id is not None and (rung.person_id, rung.unit_id) not in leaders:
            to: queries.Body | None = queries.Body(rung.unit_id, rung.unit_code)
        else:
            to = above.get((rung.unit_id, rung.line))
        climbs.append(Climb(rung, to))
    return climbs


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
    """Climb every rung that is due at `now`. Returns how many were climbed.

    A batch is one transaction. When a batch fails, each of its deadlines is retried alone; what
    still fails is handed to `failed` and cannot block the rest. Running twice, or twice at once,
    climbs nothing twice.
    """
    climbed = 0
    skipped: set[int] = set()
    while found := queries.due(now, LOOK * limit, skipped):
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
        if len(found) < LOOK * limit:
            break
    return climbed


def _climb(batch: list[tuple[int, int]], now: datetime) -> int:
    """Climb these (deadline, unit), all or none. Returns how many rungs there were to climb: not
    those that somebody else has claimed, nor of tasks done meanwhile, nor where nobody is above.

    The logs are locked before the first deadline is: an act, too, writes its event before it closes
    the deadline, and the two must not wait for each other.
    """
    units = sorted({unit_id for _, unit_id in batch})
    trail.begin_logs(units)
    # Within somebody's transaction (a rehearsal) a batch that fails must undo its claims, too.
    with transaction() as session, session.begin_nested():
        heads = trail.lock_many(session, units)
        claimed = queries.claim([deadline_id for deadline_id, _ in batch], now)
        climbs = [
            (climb.rung, climb.to)
            for climb in _with_hearers(queries.rungs(claimed), now)
            if climb.to is not None and climb.rung.closed_at is None
        ]
        _write(climbs, heads, now)
    return len(climbs)


def _write(
    climbs: list[tuple[queries.Rung, queries.Body]], heads: dict[int, trail.Head], now: datetime
) -> None:
    """What these rungs leave behind: an escalation, an event, and a notice for each who hears."""
    session = db.session()
    rows = [
        (r.deadline_id, r.version, r.rung, r.task_id, r.unit_id, to.id, r.effective_due, now)
        for r, to in climbs
    ]
    bulk.insert(session, table_of(Escalation), ESCALATION, rows)
    events = trail.append_many(session, heads, [_event(rung, to, now) for rung, to in climbs])
    holders = queries.holders({to.id for _, to in climbs}, HEARERS, local_day(now), now)
    notes = [
        Note(event_id, hearer.person_id, rung.document_id, rung.action, hearer.email)
        for event_id, (rung, to) in zip(events, climbs, strict=True)
        for hearer in _hearers(rung, to, holders.get(to.id, []))
    ]
    notify_many(notes, topic="escalated", now=now)


def _event(rung: queries.Rung, to: queries.Body, now: datetime) -> trail.Entry:
    facts = {
        "task": rung.task_id,
        "waits_for": rung.action,
        "obligation": rung.obligation_id,
        "rung": rung.rung,
        "to_unit": to.code,
        "due": rung.effective_due,
    }
    return trail.Entry(
        unit_id=rung.unit_id,
        action="escalate",
        at=now,
        facts=facts,
        document_id=rung.document_id,
    )


def _hearers(
    rung: queries.Rung, to: queries.Body, holders: list[queries.Holder]
) -> list[queries.Holder]:
    """Who hears of it: holders of the leading posts at the body, and at its advisory bodies.

    Of a person's lateness his own secretary hears alone, or the deputy where there is no secretary.
    """
    if rung.person_id is None:
        return holders
    others = [holder for holder in holders if holder.person_id != rung.person_id]
    if to.id == rung.unit_id:
        for role in ("secretary", "deputy"):
            if alone := [holder for holder in others if holder.role == role]:
                return alone
    return others
