"""What a question is asked about: units, a period, perhaps one campaign and some kinds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.document import Document
from models.inspection import Inspection
from models.kinds import KINDS
from models.person import Person
from workflows.calendar import local_day
from workflows.inspections import open_for
from workflows.scope import inspector_unit_ids

# A statement for the columns key, unit_id, personal; or for some of them, or more.
Keys = sa.Select[*tuple[Any, ...]]


def one_of(column: Any, ids: Iterable[int]) -> sa.ColumnElement[bool]:
    """SQL condition: the column is one of these ids. They are our own numbers, so they are written
    out: no database takes as many parameters as a province has units."""
    given: sa.BindParameter[Any] = sa.bindparam(
        None, sorted(ids), unique=True, expanding=True, literal_execute=True
    )
    condition: sa.ColumnElement[bool] = column.in_(given)
    return condition


@dataclass(frozen=True)
class Scope:
    """Units by id, two days inclusive (None: open), the day on which it is asked.

    `persons`: whether persons may be named. True only within an open inspection, and then
    `unit_ids` holds no unit that the inspection does not cover; else what concerns one person is
    counted by unit.
    """

    unit_ids: frozenset[int]
    today: date
    begins_on: date | None = None
    ends_on: date | None = None
    campaign_id: int | None = None
    kinds: frozenset[str] = frozenset(KINDS)
    persons: bool = False

    def within(
        self, units: set[int] | frozenset[int], begins_on: date | None, ends_on: date | None
    ) -> Scope:
        """The same, narrowed to these units and this period; never wider."""
        return replace(
            self,
            unit_ids=self.unit_ids & units,
            begins_on=max(filter(None, (self.begins_on, begins_on)), default=None),
            ends_on=min(filter(None, (self.ends_on, ends_on)), default=None),
        )

    def units(self, column: Any) -> sa.ColumnElement[bool]:
        """SQL condition: the column is one of the units."""
        return one_of(column, self.unit_ids)

    def period(self, day: Any) -> sa.ColumnElement[bool]:
        """SQL condition: the day lies in the period; where there is a period, no day is none."""
        conditions = [sa.true()]
        if self.begins_on is not None:
            conditions.append(day >= self.begins_on)
        if self.ends_on is not None:
            conditions.append(day <= self.ends_on)
        return sa.and_(*conditions)

    def campaign(self, column: Any) -> sa.ColumnElement[bool]:
        """SQL condition: the column is the campaign asked about, where one is."""
        condition: sa.ColumnElement[bool] = column == self.campaign_id
        return sa.true() if self.campaign_id is None else condition

    def documents(self, *kinds: str) -> sa.ColumnElement[bool]:
        """SQL condition on Document: of the units, the campaign and, of these kinds, those asked
        about."""
        return sa.and_(
            self.units(Document.unit_id),
            Document.kind.in_(sorted(self.kinds & set(kinds or KINDS))),
            self.campaign(Document.campaign_id),
        )


def standing_scope(person: Person, now: datetime) -> Scope:
    """What an inspector may always ask about: every unit of his reach, without persons."""
    return Scope(frozenset(inspector_unit_ids(person, now)), local_day(now))


def inspection_scope(inspection: Inspection, person: Person, now: datetime) -> Scope:
    """What an inspection is about, for an inspector of its commission: its units, campaign, period
    and kinds. Persons are named only while it is open and he is of its team."""
    return Scope(
        frozenset(inspection.unit_ids & inspector_unit_ids(person, now)),
        local_day(now),
        inspection.period_from,
        inspection.period_to,
        inspection.campaign_id,
        frozenset(inspection.document_kinds),
        any(one.id == inspection.id for one in open_for(person, now)),
    )
