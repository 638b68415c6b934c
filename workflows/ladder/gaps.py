"""A line of superiors that has a gap: a ladder that finds nobody above, though the body that opened its
campaign is not reached, waits for the line to be whole again. It asks anew each working morning, and
its rungs keep their distance from the one that could be told at last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign, Requirement
from models.deadline import Deadline
from models.document import Document
from models.obligation import Obligation
from models.task import Task
from models.unit import Unit
from workflows.calendar import WorkingCalendar, local_day
from workflows.ladder.above import Lines
from workflows.ladder.steps import Step, fires_at
from workflows.succession import successor


class Gap(NamedTuple):
    """A unit above which a line ends too early, and how many ladders below wait for it."""

    unit: Unit
    line: str
    number: int


def ends(places: Sequence[tuple[int, str, int]], lines: Lines) -> list[int | None]:
    """For each (unit, line, the unit that opened the campaign): where the line upward ends before it
    has passed that unit, or turns back; None where it passes it."""
    if not places:
        return []
    heirs = _heirs({root for *_, root in places})
    tops = lines.chains([(unit, line) for unit, line, _ in places])
    return [
        None if heirs[root] & set(chain) else chain[-1]
        for (*_, root), chain in zip(places, tops, strict=True)
    ]


def retry(step: Step, calendar: WorkingCalendar, now: datetime) -> tuple[date, datetime]:
    """(counted from, fires at) of a rung that nobody could hear of at `now`: on the next working
    morning."""
    morning = calendar.add_working_days(local_day(now), 1)
    counted = calendar.add_working_days(morning, -step.after)
    return counted, fires_at(step, counted, calendar)


def waiting(now: datetime) -> list[Gap]:
    """Where ladders wait for a superior now, by the code of the unit that has none."""
    rows = db.session.execute(
        sa.select(Deadline.unit_id, Campaign.line, Campaign.unit_id, sa.func.count())
        .join_from(Deadline, Task, Deadline.task_id == Task.id)
        .outerjoin(Document, Task.document_id == Document.id)
        .outerjoin(Obligation, Task.obligation_id == Obligation.id)
        .outerjoin(Requirement, Obligation.requirement_id == Requirement.id)
        .join(
            Campaign, Campaign.id == sa.func.coalesce(Document.campaign_id, Requirement.campaign_id)
        )
        .where(
            Deadline.closed_at.is_(None),
            Deadline.fires_at > now,
            Deadline.counted_from.is_not(None),
            Deadline.effective_due < local_day(now),
            Deadline.rung > 0,
        )
        .group_by(Deadline.unit_id, Campaign.line, Campaign.unit_id)
    ).all()
    if not rows:
        return []
    found: Counter[tuple[int, str]] = Counter()
    broken = ends([(unit, line, root) for unit, line, root, _ in rows], Lines(local_day(now)))
    for (_, line, _, number), at in zip(rows, broken, strict=True):
        if at is not None:
            found[at, line] += number
    units = {unit.id: unit for unit in _units({at for at, _ in found})}
    gaps = [Gap(units[at], line, number) for (at, line), number in found.items()]
    return sorted(gaps, key=lambda gap: (gap.unit.code, gap.line))


def _heirs(roots: Collection[int]) -> dict[int, set[int]]:
    """{unit: itself and who acts for it now}."""
    return {unit.id: {unit.id, successor(unit).id} for unit in _units(roots)}


def _units(ids: Iterable[int]) -> Iterable[Unit]:
    return db.session.scalars(sa.select(Unit).where(Unit.id.in_(sorted(ids))))
