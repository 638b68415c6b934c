"""One series of numbers: where it begins, where it stands, what is taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from models.base import db
from models.register import NumberEntry
from models.unit import Unit
from workflows.register.periods import period_on
from workflows.symbols import Symbol


@dataclass(frozen=True)
class Series:
    """The numbers of one issuer, type and period. `first` and `last` are None for a series that has
    no number yet."""

    unit: Unit
    type: str
    period: str
    first: int | None
    last: int | None

    @property
    def next(self) -> int:
        return (self.last or 0) + 1

    def written(self, n: int) -> str:
        """The number in the issuer's form, two digits at least: 05-KH/ĐU."""
        return Symbol(n, self.type, issuer_of(self.unit)).written(self.unit.sector)

    def holding(self, n: int) -> NumberEntry | None:
        """The line that holds this number, if any."""
        return db.session.scalar(self._numbered(n).limit(1))

    def times(self, n: int) -> int:
        """How often this number stands in the register: papers from outside may carry one twice."""
        query = sa.select(sa.func.count()).select_from(self._numbered(n).subquery())
        return db.session.scalar(query) or 0

    def missing_before(self, n: int) -> range:
        """The numbers that would be left out if `n` came next; an unbegun series begins
        anywhere."""
        return range(0) if self.last is None else range(self.next, n)

    def _numbered(self, n: int) -> sa.Select[NumberEntry]:
        return (
            sa.select(NumberEntry)
            .where(
                NumberEntry.unit_id == self.unit.id,
                NumberEntry.type == self.type,
                NumberEntry.period == self.period,
                NumberEntry.n == n,
            )
            .order_by(NumberEntry.again)
        )


def series_of(unit: Unit, type: str, day: date) -> Series:
    """The series from which a paper of this type printed on `day` takes its number."""
    period = period_on(unit, day)
    found = db.session.execute(
        sa.select(sa.func.min(NumberEntry.n), sa.func.max(NumberEntry.n)).where(
            NumberEntry.unit_id == unit.id,
            NumberEntry.type == type,
            NumberEntry.period == period,
            NumberEntry.n > 0,  # what a recorded paper says that cannot be read is kept as 0
        )
    ).one()
    return Series(unit, type, period, *found)


def issuer_of(unit: Unit) -> str:
    """The issuer's suffix as numbers carry it."""
    return unit.symbol.strip().upper()


def spans(numbers: range, series: Series) -> str:
    """Left-out numbers as people say them: "04-KH/ĐU", or "04-KH/ĐU … 06-KH/ĐU"."""
    ends: Iterator[int] = iter((numbers[0],) if len(numbers) == 1 else (numbers[0], numbers[-1]))
    return " … ".join(series.written(n) for n in ends)
