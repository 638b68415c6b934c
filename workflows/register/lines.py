"""The register as it is read: the lines of one book, each with what is worth a second look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.document import Document
from models.register import NumberEntry
from models.unit import Unit


@dataclass
class Line:
    """One line of the register. `missing` are the numbers left out just before it, `earlier_than`
    the line before it that bears a later date (ghi lùi ngày?), `again` says that another paper
    bears the same number."""

    entry: NumberEntry
    missing: range = range(0)
    earlier_than: NumberEntry | None = None
    again: bool = False

    @property
    def flagged(self) -> bool:
        return bool(self.missing) or self.earlier_than is not None or self.again


@dataclass
class Volume:
    """One book of a unit: a type in a period, with how many lines it has."""

    type: str
    period: str
    count: int
    voided: int


def volumes(unit: Unit) -> list[Volume]:
    """The unit's books, the newest period first, types by letter."""
    rows = db.session.execute(
        sa.select(
            NumberEntry.type,
            NumberEntry.period,
            sa.func.count(),
            sa.func.count(NumberEntry.voided_at),
        )
        .where(NumberEntry.unit_id == unit.id)
        .group_by(NumberEntry.type, NumberEntry.period)
        .order_by(NumberEntry.period.desc(), NumberEntry.type)
    )
    return [Volume(*row) for row in rows]


def entries(unit: Unit, period: str, type: str) -> list[Line]:
    """All lines of one book by number, flagged. Bounded by what one body issues in one term."""
    rows = db.session.scalars(
        sa.select(NumberEntry)
        .options(
            joinedload(NumberEntry.document).joinedload(Document.definition),
            joinedload(NumberEntry.sitting),
            joinedload(NumberEntry.voided_by),
        )
        .where(
            NumberEntry.unit_id == unit.id,
            NumberEntry.period == period,
            NumberEntry.type == type,
        )
        .order_by(NumberEntry.n, NumberEntry.again)
    )
    return flagged(list(rows))


def flagged(rows: list[NumberEntry]) -> list[Line]:
    """Lines of one book in the order of their numbers, each compared with the one before it."""
    lines = []
    count: dict[int, int] = {}
    for row in rows:
        count[row.n] = count.get(row.n, 0) + 1
    before: NumberEntry | None = None  # the last line with a number, and the last with a date
    dated: tuple[date, NumberEntry] | None = None
    for row in rows:
        line = Line(row, again=row.n > 0 and count[row.n] > 1)
        if before is not None and row.n > before.n + 1:
            line.missing = range(before.n + 1, row.n)
        if row.dated_on is not None and row.voided_at is None and row.n > 0:
            if dated is not None and row.dated_on < dated[0]:
                line.earlier_than = dated[1]
            dated = (row.dated_on, row)
        if row.n > 0:
            before = row
        lines.append(line)
    return lines
