"""When the rungs of one deadline fire: from its beginning, anew after an extension, held, paused.

Each of these changes rows of the caller's transaction. Who also writes to a log locks it first, then
the deadline, as the sweep does.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign, Requirement
from models.deadline import Deadline
from models.document import Document
from models.obligation import Obligation
from models.task import Task
from workflows.calendar import WorkingCalendar, local_day
from workflows.ladder.steps import Step, fires_at, following, parse_steps, rings_at


class Beginning(NamedTuple):
    """The first columns of a deadline's ladder: see `models.deadline.Deadline`."""

    rung: int
    counted_from: date | None
    fires_at: datetime | None


def begin(
    due: date, now: datetime, calendar: WorkingCalendar, steps: tuple[Step, ...]
) -> Beginning:
    """Where a ladder begins whose last good day is `due`: at the first reminder still to come.

    What is late from birth is counted from today: its first rung fires on the next morning, and the
    others keep their distance.
    """
    first_late = following(steps, 0)
    counted = due
    if first_late is not None and fires_at(first_late, due, calendar) <= now:
        counted = local_day(now)
    for step in steps:
        at = fires_at(step, counted, calendar)
        if at > now:
            return Beginning(step.rung - 1, counted if counted != due else None, at)
    return Beginning(steps[-1].rung, None, None)  # reminders alone, all of them past


def restart(deadline: Deadline, due: date, now: datetime, calendar: WorkingCalendar) -> None:
    """A deadline has another last good day: a new version of it, with a ladder of its own. The rungs
    of the old one stay as they were told."""
    began = begin(due, now, calendar, steps_of(deadline))
    deadline.version += 1
    deadline.effective_due, deadline.paused_at = due, None
    deadline.rung, deadline.counted_from, deadline.fires_at = began


def move(deadline: Deadline, due: date, now: datetime, calendar: WorkingCalendar) -> None:
    """The calendar changed, and with it perhaps the last good day: the same ladder goes on at the
    rung where it is; its rungs still to come fire where the calendar now puts them, none before the
    next morning."""
    steps = steps_of(deadline)
    later = deadline.counted_from
    deadline.effective_due = due
    deadline.counted_from = later if later is not None and later > due else None
    if deadline.paused_at is None and deadline.fires_at is not None:
        _go_on(deadline, steps, now, calendar)


def pause(deadline: Deadline, now: datetime) -> None:
    """Nothing climbs from now on, until `resume`. Pausing what is paused changes nothing."""
    if deadline.closed_at is None and deadline.paused_at is None:
        deadline.paused_at, deadline.fires_at = now, None


def resume(deadline: Deadline, now: datetime, calendar: WorkingCalendar) -> None:
    """A paused ladder goes on with its next rung. The working days of the pause do not count: neither
    those before a reminder nor those after the last good day."""
    if deadline.closed_at is not None or deadline.paused_at is None:
        return
    counted = deadline.counted_from or deadline.effective_due
    since = max(local_day(deadline.paused_at), counted)
    lost = max(calendar.working_days_between(since, local_day(now)), 0)
    if lost:
        deadline.counted_from = calendar.add_working_days(counted, lost)
    deadline.paused_at = None
    _go_on(deadline, steps_of(deadline), now, calendar)


def hold(
    deadline: Deadline, now: datetime, calendar: WorkingCalendar, until: date | None = None
) -> None:
    """Somebody answered: the next rung waits. Until the first working day after `until`; without it
    for as long from today as the rungs lie apart. Never makes a rung earlier."""
    steps = steps_of(deadline)
    step = following(steps, deadline.rung)
    if step is None or deadline.fires_at is None:
        return
    if until is not None:
        morning = calendar.add_working_days(until, 1)
    else:
        last = max((s.after for s in steps if s.rung <= deadline.rung), default=0)
        morning = calendar.add_working_days(local_day(now), max(step.after - max(last, 0), 1))
    counted = calendar.add_working_days(morning, -step.after)
    if fires_at(step, counted, calendar) > deadline.fires_at:
        deadline.counted_from = counted
        deadline.fires_at = fires_at(step, counted, calendar)


def steps_of(deadline: Deadline) -> tuple[Step, ...]:
    """The ladder of the campaign that a deadline's task belongs to."""
    asked = sa.func.coalesce(Document.campaign_id, Requirement.campaign_id)
    ladder = db.session.scalar(
        sa.select(Campaign.ladder)
        .select_from(Task)
        .outerjoin(Document, Task.document_id == Document.id)
        .outerjoin(Obligation, Task.obligation_id == Obligation.id)
        .outerjoin(Requirement, Obligation.requirement_id == Requirement.id)
        .join(Campaign, Campaign.id == asked)
        .where(Task.id == deadline.task_id)
    )
    return parse_steps(ladder or [])


def _go_on(
    deadline: Deadline, steps: tuple[Step, ...], now: datetime, calendar: WorkingCalendar
) -> None:
    """Sets the next rung by what it counts from; where that lies behind, to the next morning."""
    step = following(steps, deadline.rung)
    while step is not None and step.rung <= 0:  # a reminder whose morning is past is left out
        if rings_at(step, deadline, calendar) > now:
            break
        deadline.rung = step.rung
        step = following(steps, deadline.rung)
    if step is None:
        deadline.fires_at = None
        return
    at = rings_at(step, deadline, calendar)
    if at <= now:
        morning = calendar.add_working_days(local_day(now), 1)
        deadline.counted_from = calendar.add_working_days(morning, -step.after)
        at = fires_at(step, deadline.counted_from, calendar)
    deadline.fires_at = at
