"""Units that closed into others: merged, split, ended, by which decision."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.unit import Unit


class UnitChange(Base):
    """One unit passes its open work to a successor on a decision's date.

    A split has a row for each successor; the first one's is the heir of the papers and keeps the
    whole plan: {"members": {membership: unit}, "posts": {post: unit}, "children": {unit: unit}},
    ids as text, 0 for whoever goes nowhere.
    """

    __tablename__ = "unit_change"

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id")
    successor_id: Mapped[int | None] = ref("unit.id")
    kind: Mapped[str]  # merge | split | close
    decision: Mapped[str]  # number and date of the decision paper
    effective_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = ref("person.id", index=False)
    plan: Mapped[dict] = mapped_column(default=dict)
    carried_out_at: Mapped[datetime | None]  # None until the day has come

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    successor: Mapped[Unit | None] = relationship(foreign_keys=[successor_id])
