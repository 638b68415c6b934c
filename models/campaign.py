"""A campaign: a directive, a year, a theme, and what it requires of whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Id, ref
from models.kinds import PERSONAL
from models.unit import Unit


def _number(default: int) -> sa.orm.MappedColumn[int]:
    return mapped_column(default=default, server_default=str(default))


def _who_owes(context: Any) -> str:
    return "member" if context.get_current_parameters()["kind"] in PERSONAL else "unit"


def _word() -> sa.orm.MappedColumn[str]:
    return mapped_column(default="", server_default="")


def _flag() -> sa.orm.MappedColumn[bool]:
    return mapped_column(default=False, server_default=sa.false())


def _listed() -> sa.orm.MappedColumn[list]:
    return mapped_column(default=list, server_default="[]")


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
    # A unit has at least so many working days after its superior's plan arrived; 0: switched off.
    min_days_after_basis: Mapped[int] = _number(0)
    # [{"after": 1, "to": "secretary"}, …]; empty: the ladder of workflows.ladder.steps.
    ladder: Mapped[list] = _listed()
    pilots: Mapped[list] = _listed()  # codes of the pilot units (R23)
    pilot_count: Mapped[int | None]  # how many the directive asks for
    quota: Mapped[dict] = mapped_column(default=dict, server_default="{}")  # R19, R20: the rule
    # [{"code": "I05", "label": {"vi": …, "en": …}, "means": …, "sum": False, "ended": True}, …]: what
    # its reports count (`workflows.indicators`). Read where figures are, not with every document.
    figures: Mapped[list] = mapped_column(default=list, server_default="[]", deferred=True)
    keep_personal_days: Mapped[int] = _number(365)  # after the year closes
    # Opening runs in batches: begun, so many obligations of so many written, then opened.
    opening_since: Mapped[datetime | None]
    opening_done: Mapped[int] = _number(0)
    opening_total: Mapped[int] = _number(0)
    opened_at: Mapped[datetime | None]  # everybody owes what it asks
    closed_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(default="")  # the TOML it was opened from

    unit: Mapped[Unit] = relationship()
    # What its file asks; what inspections require hangs beside it (kind "conclusion").
    requirements: Mapped[list[Requirement]] = relationship(
        back_populates="campaign",
        order_by="Requirement.id",
        cascade="all, delete-orphan",
        primaryjoin="and_(Campaign.id == Requirement.campaign_id, Requirement.kind != 'conclusion')",
    )
    themes: Mapped[list[ThemeOverride]] = relationship(
        order_by="ThemeOverride.id", cascade="all, delete-orphan"
    )


class ThemeOverride(Base):
    """A unit's own theme in a campaign, with the reason (R28)."""

    __tablename__ = "theme_override"
    __table_args__ = (sa.UniqueConstraint("campaign_id", "unit_id"),)

    id: Mapped[Id]
    campaign_id: Mapped[int] = ref("campaign.id", index=False)
    unit_id: Mapped[int] = ref("unit.id")
    theme: Mapped[str]
    reason: Mapped[str]

    unit: Mapped[Unit] = relationship()


class Requirement(Base):
    """One thing a campaign asks for: a kind of document, of whom, by when, decided by how many
    bodies."""

    __tablename__ = "requirement"
    __table_args__ = (sa.UniqueConstraint("campaign_id", "code"),)

    id: Mapped[Id]
    campaign_id: Mapped[int] = ref("campaign.id", index=False)
    code: Mapped[str]  # O-PLAN, O-COMMIT, O-QUARTER-1 …
    # one of models.kinds; review: the cell's sitting of that month; conclusion: a report back
    kind: Mapped[str]
    variant: Mapped[str] = mapped_column(default="")  # implementation, study, quarter, half, year …
    label_vi: Mapped[str]
    label_en: Mapped[str]
    # Codes of the levels whose units owe it; for a commitment, the level of the person's cell.
    levels: Mapped[list] = mapped_column(default=list)
    # unit | unit_with_non_members | member | non_member, each in his unit. Unless told, members owe a commitment.
    owes: Mapped[str] = mapped_column(default=_who_owes, server_default="unit")
    pilots: Mapped[str] = _word()  # only: the pilot units; not: the others; "": all (R23)
    # advisory, direct, or the code of one of the addressee's advisory bodies (R18)
    via: Mapped[str] = _word()
    basis: Mapped[list] = _listed()  # codes of issuers, or of requirements, that it rests on (R03)
    after: Mapped[str] = _word()  # code of the requirement that comes first (R22)
    type: Mapped[str] = _word()  # symbol of the paper (QC: quy chế), where not its kind's own
    superior_must_accept: Mapped[bool] = _flag()  # of this one, whatever the campaign says
    also_to: Mapped[list] = _listed()  # codes of units that get a copy and may comment on it
    figures: Mapped[list] = (
        _listed()
    )  # codes of those its report offers; empty: all of the campaign
    deciding: Mapped[int] = mapped_column(default=1)  # how many bodies decide, bottom up
    # {"kind": "by_end_of_month", "date": "2026-03-31"}, {"kind": "working_days_after", "days": 15}
    due: Mapped[dict]
    # The month or quarter that one of a repeated requirement stands for, both days inclusive.
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    ended_at: Mapped[datetime | None]  # taken out by an amendment: nobody owes it any more

    campaign: Mapped[Campaign] = relationship(
        back_populates="requirements", primaryjoin="Campaign.id == Requirement.campaign_id"
    )
