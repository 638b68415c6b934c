"""A campaign: a directive, a year, a theme, and what it requires of whom."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.unit import Unit


class Campaign(Base):
    __tablename__ = "campaign"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    directive: Mapped[str]
    directive_dated_on: Mapped[date | None]
    year: Mapped[int]
    theme: Mapped[str]
    congress: Mapped[str]  # XIV: named by section 6 of a commitment
    line: Mapped[str] = mapped_column(default="party")  # the reporting line its routes follow
    unit_id: Mapped[int] = ref("unit.id")  # who opened it: everything below owes
    roll_days_off: Mapped[bool] = mapped_column(default=True)
    superior_must_accept: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(default="")  # the TOML it was opened from

    unit: Mapped[Unit] = relationship()
    requirements: Mapped[list[Requirement]] = relationship(
        back_populates="campaign", order_by="Requirement.id"
    )
    themes: Mapped[list[ThemeOverride]] = relationship()


class ThemeOverride(Base):
    """A unit's own theme in a campaign, with the reason (R28)."""

    __tablename__ = "theme_override"
    __table_args__ = (sa.UniqueConstraint("campaign_id", "unit_id"),)

    id: Mapped[Id]
    campaign_id: Mapped[int] = ref("campaign.id", index=False)
    unit_id: Mapped[int] = ref("unit.id")
    theme: Mapped[str]
    reason: Mapped[str]


class Requirement(Base):
    """One thing a campaign asks for: a kind of document, of whom, by when, decided by how many
    bodies."""

    __tablename__ = "requirement"
    __table_args__ = (sa.UniqueConstraint("campaign_id", "code"),)

    id: Mapped[Id]
    campaign_id: Mapped[int] = ref("campaign.id", index=False)
    code: Mapped[str]  # O-PLAN, O-COMMIT, O-QUARTER-1 …
    kind: Mapped[str]  # plan | commitment | report
    variant: Mapped[str] = mapped_column(default="")  # implementation, study, quarter, half, year …
    label_vi: Mapped[str]
    label_en: Mapped[str]
    # Codes of the levels whose units owe it; for a commitment, the level of the person's cell.
    levels: Mapped[list] = mapped_column(default=list)
    deciding: Mapped[int] = mapped_column(default=1)  # how many bodies decide, bottom up
    # {"kind": "by_end_of_month", "date": "2026-03-31"}, {"kind": "working_days_after", "days": 15}
    due: Mapped[dict]

    campaign: Mapped[Campaign] = relationship(back_populates="requirements")
