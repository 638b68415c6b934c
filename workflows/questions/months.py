"""The months of question 9: which are asked about, which meetings were held in them, whom they
reviewed, and all of it as a grid."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.campaign import Campaign, Requirement
from models.obligation import Obligation
from models.sitting import MonthlyReview, Sitting
from models.unit import Unit
from workflows.calendar import end_of_month
from workflows.questions.answer import Grid, GridCell
from workflows.questions.scope import Scope
from workflows.refusal import N_, Reason

GRID = 40  # cells in the grid; for others a unit is chosen


@dataclass(frozen=True)
class Month:
    """One month: its first and its last day."""

    first: date

    @property
    def last(self) -> date:
        return end_of_month(self.first)

    @property
    def number(self) -> int:
        return self.first.year * 12 + self.first.month - 1


def month_of(number: int) -> Month:
    """The month with this number."""
    return Month(date(number // 12, number % 12 + 1, 1))


def months(scope: Scope) -> list[Month]:
    """The months that are asked about: from the one after the plans of the newest campaign (or the
    one asked about) were due until its year ends, as far as they are over and within the period. A
    month belongs to a period that holds its last day. One statement."""
    query = (
        sa.select(Campaign.year, sa.func.min(Obligation.effective_due))
        .join(Requirement, Requirement.campaign_id == Campaign.id)
        .join(Obligation, Obligation.requirement_id == Requirement.id)
        .join(Unit, Obligation.unit_id == Unit.id)
        .where(
            Requirement.kind == "plan",
            Obligation.person_id.is_(None),
            Unit.meets,
            scope.units(Unit.id),
            scope.campaign(Campaign.id),
        )
        .group_by(Campaign.id, Campaign.year)
        .order_by(Campaign.year.desc(), Campaign.id.desc())
        .limit(1)
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        return []
    year, due = row
    begins = due.year * 12 + due.month
    found = [month_of(number) for number in range(begins, year * 12 + 12)]
    return [
        month
        for month in found
        if month.last < scope.today
        and (scope.begins_on is None or scope.begins_on <= month.last)
        and (scope.ends_on is None or month.last <= scope.ends_on)
    ]


def meetings(ids: set[int], first: date, last: date) -> list[Sitting]:
    """The confirmed meetings of these units between two days, with whom they reviewed."""
    query = (
        sa.select(Sitting)
        .where(
            Sitting.unit_id.in_(ids),
            Sitting.confirmed_at.is_not(None),
            Sitting.held_on.between(first, last),
        )
        .options(joinedload(Sitting.reviews).joinedload(MonthlyReview.person))
        .order_by(Sitting.held_on, Sitting.id)
    )
    return list(db.session.scalars(query).unique())


def reviewed(held: list[Sitting], month: Month) -> tuple[set[int], list[str]]:
    """Who had a commitment to be looked at in that month, and the names of those who were not."""
    rows = [r for s in held for r in s.reviews if r.month == month.first and r.document_id]
    seen = {row.person_id for row in rows if row.reviewed}
    missed = {row.person_id: row.person for row in rows if row.person_id not in seen}
    in_order = sorted(missed.values(), key=lambda person: (person.sort_key, person.id))
    return {row.person_id for row in rows}, [person.full_name for person in in_order]


def grid(scope: Scope) -> Grid | None:
    """The first cells of the scope with all months: whether they met, and how many members of those
    to be reviewed were. Counts, whoever asks."""
    asked_about = months(scope)
    units = list(
        db.session.scalars(
            sa.select(Unit)
            .where(Unit.meets, scope.units(Unit.id))
            .order_by(Unit.sort_key, Unit.id)
            .limit(GRID)
        )
    )
    if not asked_about or not units:
        return None
    ids = {unit.id for unit in units}
    held: dict[tuple[int, date], list[Sitting]] = defaultdict(list)
    for sitting in meetings(ids, asked_about[0].first, asked_about[-1].last):
        held[sitting.unit_id, sitting.held_on.replace(day=1)].append(sitting)
    return Grid(
        [f"{month.first:%m/%Y}" for month in asked_about],
        [
            (unit, [_cell(unit, month, held[unit.id, month.first]) for month in asked_about])
            for unit in units
        ],
    )


def _cell(unit: Unit, month: Month, held: list[Sitting]) -> GridCell | None:
    if (unit.valid_from and unit.valid_from > month.first) or (
        unit.valid_to and unit.valid_to < month.last
    ):
        return None
    due, missed = reviewed(held, month)
    if not held:
        return GridCell(Reason("R12", N_("không họp")), fine=False)
    if not due:
        return GridCell(Reason("R12", N_("có họp")), fine=True)
    seen = {"seen": len(due) - len(missed), "due": len(due)}
    return GridCell(Reason("R11", N_("họp, %(seen)s/%(due)s"), seen), fine=not missed)
