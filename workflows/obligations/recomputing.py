"""The working calendar (or the zone) changed: what is still open is counted again; what is met,
waived or told stays as it is.

Looking and doing are one computation, so that a page can say beforehand what would change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.campaign import Requirement
from models.deadline import Deadline
from models.obligation import Obligation
from models.task import Task
from workflows.calendar import WorkingCalendar, at_seven, end_of_day, local_day, start_of_day
from workflows.obligations.owing import AFTER_EVENT
from workflows.obligations.recounting import (
    Clock,
    Key,
    Recount,
    Row,
    due_of_step,
    open_clocks,
    write,
)


class Shift(NamedTuple):
    """So many open obligations of one requirement get another last good day."""

    requirement: Requirement
    key: Key
    nominal: date
    effective: date
    number: int


@dataclass(frozen=True)
class Foreseen:
    """What a calendar changes: obligations with another last good day, and clocks that run otherwise
    (of these obligations, and of steps that wait)."""

    shifts: tuple[Shift, ...] = ()
    clocks: tuple[Clock, ...] = ()
    ends: tuple[tuple[int, datetime], ...] = ()  # (task, the end of its last good day)

    @property
    def obligations(self) -> int:
        """How many open obligations get another last good day."""
        return sum(shift.number for shift in self.shifts)

    @property
    def steps(self) -> int:
        """How many other tasks (a review, a decision) get another last good day."""
        return max(len(self.ends) - self.obligations, 0)

    @property
    def mark(self) -> str:
        """Tells one foresight from another, so that nothing is applied that nobody has seen."""
        return f"{self.obligations}-{len(self.ends)}-{len(self.clocks)}"

    def by_requirement(self) -> list[tuple[Requirement, date, date, int]]:
        """Requirement, last good day before and after, how many obligations."""
        found: Counter[tuple[Requirement, date, date]] = Counter()
        for shift in self.shifts:
            found[shift.requirement, shift.key.effective_due, shift.effective] += shift.number
        rows = sorted(found.items(), key=lambda one: (one[0][0].id, *one[0][1:]))
        return [(*key, number) for key, number in rows]


def foresee(
    old: WorkingCalendar,
    new: WorkingCalendar,
    changed: Collection[date],
    now: datetime,
    *,
    lock: bool = False,
) -> Foreseen:
    """What becomes of everything open when `new` takes the place of `old`; `changed`: the days on
    which the two differ. Writes nothing; with `lock` holds what it looked at."""
    if not changed:
        return Foreseen()
    shifts = tuple(_shifts(new, lock))
    moved = {shift.key: shift.effective for shift in shifts}
    asked = {key.requirement_id for key in moved}
    recount, clocks, ends = Recount(new, now), [], []
    for row in open_clocks(min(changed), max(changed), asked, lock=lock):
        due = _due(row, moved, old, new)
        if due != row.effective_due:
            ends.append((row.task_id, end_of_day(due)))
        elif row.fires_at is None or row.fires_at <= now:
            continue  # nothing to come, or the next sweep's already
        if clock := recount.clock(row, due):
            clocks.append(clock)
    return Foreseen(shifts, tuple(clocks), tuple(ends))


def apply(foreseen: Foreseen) -> None:
    """Writes what was foreseen, in the caller's transaction, after its event."""
    for shift in foreseen.shifts:
        db.session.execute(
            sa.update(Obligation)
            .where(Obligation.state == "open", *_alike(shift.key))
            .values(nominal_due=shift.nominal, effective_due=shift.effective)
            .execution_options(synchronize_session=False)
        )
    write(foreseen.clocks, foreseen.ends)


def retime(now: datetime) -> int:
    """The zone of the organisation is another one: every stored day stays, and every instant made of
    a day is made of it again. A last good day ends at 24:00 of the new zone, a rung fires at its
    07:00, none before the next morning. Returns how many clocks were set; 0 where all are right.

    In the caller's transaction; harmless when done twice.
    """
    if not _crooked():
        return 0
    recount = Recount(WorkingCalendar.of(db.session()), now)
    rows = open_clocks(lock=True)
    clocks = [clock for row in rows if (clock := recount.clock(row, row.effective_due))]
    write(clocks, [(row.task_id, end_of_day(row.effective_due)) for row in rows])
    return len(clocks)


def _crooked() -> bool:
    """Whether an open clock keeps an instant that is no 07:00, or an end that is no midnight, here."""
    rings = sa.select(Deadline.fires_at).where(
        Deadline.closed_at.is_(None), Deadline.fires_at.is_not(None)
    )
    ends = sa.select(Task.due_at).where(Task.closed_at.is_(None), Task.due_at.is_not(None))
    return any(
        at != at_seven(local_day(at)) for at in db.session.scalars(rings.distinct()) if at
    ) or any(at != start_of_day(local_day(at)) for at in db.session.scalars(ends.distinct()) if at)


def _due(row: Row, moved: dict[Key, date], old: WorkingCalendar, new: WorkingCalendar) -> date:
    if row.key is None:
        return due_of_step(row, old, new)
    if row.effective_due != row.key.effective_due:
        return row.effective_due  # begun when its day was past
    return moved.get(row.key, row.effective_due)


def _shifts(new: WorkingCalendar, lock: bool) -> Iterable[Shift]:
    if lock:
        db.session.execute(
            sa.select(Obligation.id)
            .where(Obligation.state == "open")
            .order_by(Obligation.id)
            .with_for_update()
        )
    columns = [getattr(Obligation, name) for name in Key._fields]
    rows = db.session.execute(
        sa.select(*columns, sa.func.count())
        .where(Obligation.state == "open")
        .group_by(*columns)
        .order_by(*columns)
    ).all()
    asked = db.session.scalars(
        sa.select(Requirement)
        .where(Requirement.id.in_({row[0] for row in rows}))
        .options(joinedload(Requirement.campaign))
    )
    requirements = {requirement.id: requirement for requirement in asked}
    for row in rows:
        key = Key._make(row[:-1])
        requirement = requirements[key.requirement_id]
        nominal, effective = due_again(requirement, key, new)
        if (nominal, effective) != (key.nominal_due, key.effective_due):
            yield Shift(requirement, key, nominal, effective, row[-1])


def due_again(requirement: Requirement, key: Key, new: WorkingCalendar) -> tuple[date, date]:
    """Both days of an obligation under a calendar. One that was extended counts to the day that it
    was extended to; what was counted from an event that nobody wrote down keeps its day."""
    roll = requirement.campaign.roll_days_off
    if requirement.due.get("kind") == AFTER_EVENT and key.counted_from is None:
        nominal = key.nominal_due
        effective = new.roll_forward(nominal) if roll else nominal
    else:
        nominal, effective = new.effective_due(requirement.due, roll=roll, since=key.counted_from)
    if key.extended_to is not None:
        effective = new.roll_forward(key.extended_to) if roll else key.extended_to
    return nominal, effective


def _alike(key: Key) -> list[sa.ColumnElement[bool]]:
    values = [(getattr(Obligation, name), value) for name, value in key._asdict().items()]
    return [column.is_(None) if value is None else column == value for column, value in values]
