"""Which requirements the table shows across, and when each is due."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from models.base import db
from models.campaign import Campaign, Requirement
from models.obligation import Obligation
from models.unit import Unit
from views import present
from views.committee.cells import Today
from views.committee.finding import Key
from workflows.calendar import Due
from workflows.obligations.condition import in_condition
from workflows.obligations.members import after_plan

COLUMNS = 5  # the requirements nearest to today; the rest on demand
ONLY = ("late", "soon", "working", "returned", "waived", "extended")


def stands(cell: dict[str, Any], only: str) -> bool:
    """Whether a cell stands as the filter, one of ONLY, wants it."""
    return bool(cell["extended"]) if only == "extended" else cell["name"] == only


def asked_of(campaign: Campaign | None, units: list[Unit]) -> list[Requirement]:
    """What a campaign asks of units of these levels, or of their members."""
    if campaign is None:
        return []
    levels = {unit.level.code for unit in units}
    return [r for r in campaign.requirements if levels & set(r.levels) and r.ended_at is None]


def earliest_limits(requirements: list[Requirement]) -> dict[int, Due]:
    """Both days of the earliest limit of each, as its rule says it."""
    rows = db.session.execute(
        sa.select(
            Obligation.requirement_id,
            sa.func.min(Obligation.nominal_due),
            sa.func.min(Obligation.effective_due),
        )
        .where(
            Obligation.requirement_id.in_([r.id for r in requirements]),
            Obligation.extended_to.is_(None),
        )
        .group_by(Obligation.requirement_id)
    )
    return {ident: Due(nominal, effective) for ident, nominal, effective in rows}


def matching(
    asked: list[Requirement], cells: dict[Key, dict[str, Any]], only: str
) -> list[Requirement]:
    """Of all that is asked, what stands somewhere as the filter wants it."""
    found = {ident for (_, ident), cell in cells.items() if stands(cell, only)}
    return [r for r in asked if r.id in found]


def nearest(
    asked: list[Requirement], limits: dict[int, Due], units: list[Unit], today: Today
) -> list[Requirement]:
    """What is due nearest to today, and whatever a unit is overdue with or was given days for; what
    follows an event counts as due now."""
    if len(asked) <= COLUMNS:
        return asked

    def distance(requirement: Requirement) -> int:
        limit = limits.get(requirement.id)
        return abs((limit.effective - today.day).days) if limit else 0

    shown = {r.id for r in sorted(asked, key=distance)[:COLUMNS]} | _late(asked, units, today)
    return [r for r in asked if r.id in shown]


def _late(asked: list[Requirement], units: list[Unit], today: Today) -> set[int]:
    """The ids of those that one of the units, or somebody in it, is overdue with, or would be but for
    the days that were given."""
    return set(
        db.session.scalars(
            sa.select(Obligation.requirement_id)
            .where(
                Obligation.requirement_id.in_([r.id for r in asked]),
                Obligation.unit_id.in_([unit.id for unit in units]),
                sa.or_(
                    in_condition("overdue", today.day, today.soon),
                    sa.and_(Obligation.state == "open", Obligation.extended_to.is_not(None)),
                ),
            )
            .distinct()
        )
    )


def limit_words(requirement: Requirement, limit: Due | None) -> str:
    """The line under a column's head: when it is due."""
    if after_plan(requirement):
        return gettext("%(days)s ngày làm việc sau kế hoạch", days=requirement.due.get("days", ""))
    if limit is None:
        return ""
    if limit.nominal != limit.effective:
        return gettext(
            "hạn %(first)s (%(weekday)s), tính đến %(last)s",
            first=present.short_day(limit.nominal),
            weekday=present.weekday(limit.nominal),
            last=present.short_day(limit.effective),
        )
    return present.limit_words(requirement, limit.effective)
