"""Units of the organisation: a tree per reporting line, with levels and names that have dates."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, db, ref


class Level(Base):
    """A tier (cell, base, ward, district, province …). Data, because tiers come and go:
    the district ended on 30/6/2025."""

    __tablename__ = "level"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    rank: Mapped[int]  # 0 is the lowest; a superior has a higher rank
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]  # the last day, inclusive


class Unit(Base):
    """A body that acts: a cell, a committee, or an advisory body attached to the one it serves.

    `name` and `level` are today's; the dated ones are in `periods`.
    """

    __tablename__ = "unit"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str | None]
    # What the body is called when it acts: "Chi bộ", "Đảng ủy", "Ban Thường vụ", "Ban Chấp hành".
    body: Mapped[str]
    body_en: Mapped[str | None]
    symbol: Mapped[str]  # the issuer's suffix in document numbers: CB, ĐU, TU, LĐLĐ
    sector: Mapped[str] = mapped_column(default="party")  # party | state: whose print layout
    place: Mapped[str | None]  # the place name printed before the date
    level_id: Mapped[int] = ref("level.id")
    attached_to_id: Mapped[int | None] = ref("unit.id")  # an advisory body's committee
    # Its members decide by meeting (a cell above all): their vote is the decision.
    meets: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    search_fold: Mapped[str] = mapped_column(default="", index=True)
    sort_key: Mapped[str] = mapped_column(default="", index=True)

    level: Mapped[Level] = relationship()
    attached_to: Mapped[Unit | None] = relationship(
        remote_side="Unit.id", back_populates="advisory_bodies"
    )
    advisory_bodies: Mapped[list[Unit]] = relationship(back_populates="attached_to")
    periods: Mapped[list[UnitPeriod]] = relationship(
        back_populates="unit", order_by="UnitPeriod.valid_from.nulls_first()"
    )

    @property
    def is_advisory(self) -> bool:
        return self.attached_to_id is not None

    def name_on(self, day: date) -> str:
        """The name the unit bore on `day`; today's where no period says otherwise."""
        for period in self.periods:
            if (period.valid_from is None or period.valid_from <= day) and (
                period.valid_to is None or day <= period.valid_to
            ):
                return period.name
        return self.name


class UnitPeriod(Base):
    """What a unit was called and which level it had, from one day to another (both inclusive)."""

    __tablename__ = "unit_period"

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id")
    level_id: Mapped[int] = ref("level.id")
    name: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    unit: Mapped[Unit] = relationship(back_populates="periods")
    level: Mapped[Level] = relationship()


class ReportingLine(Base):
    """`unit` reports to `superior` on a named line ("party", "union", …) between two days."""

    __tablename__ = "reporting_line"
    __table_args__ = (
        sa.CheckConstraint("unit_id <> superior_id", name="not_itself"),
        sa.Index("ix_reporting_line_superior", "superior_id", "line"),
        sa.Index("ix_reporting_line_unit", "unit_id", "line"),
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id", index=False)
    superior_id: Mapped[int] = ref("unit.id", index=False)
    line: Mapped[str] = mapped_column(default="party")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    superior: Mapped[Unit] = relationship(foreign_keys=[superior_id])


def in_force_on(table: type, day: date) -> sa.ColumnElement[bool]:
    """SQL condition: the row's valid_from..valid_to (both inclusive, both optional) holds `day`."""
    return sa.and_(
        sa.or_(table.valid_from.is_(None), table.valid_from <= day),  # type: ignore[attr-defined]
        sa.or_(table.valid_to.is_(None), table.valid_to >= day),  # type: ignore[attr-defined]
    )


def superior_of(unit_id: int, *, line: str, day: date) -> Unit | None:
    """The unit that was directly superior on `day` on this line, or None at the top."""
    return db.session.scalar(
        sa.select(Unit)
        .join(ReportingLine, ReportingLine.superior_id == Unit.id)
        .where(
            ReportingLine.unit_id == unit_id,
            ReportingLine.line == line,
            in_force_on(ReportingLine, day),
        )
        .order_by(ReportingLine.id)
        .limit(1)
    )


def unit_by_code(code: str) -> Unit | None:
    """The unit with this code, or None."""
    if "\0" in code:  # which no database takes
        return None
    return db.session.scalar(sa.select(Unit).where(Unit.code == code))
