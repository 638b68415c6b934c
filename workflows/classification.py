"""What a yearly classification rests on (R26; sources 000 and 004): who registered, and who reported at
the year's end. Within the cell a list of names as the roll has them, above it counts of each cell.
Nothing is computed from what anybody wrote, and nobody is graded here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign, Requirement
from models.document import OVER, Document
from models.obligation import Obligation
from models.person import Membership, Person
from models.unit import ReportingLine, Unit, in_force_on
from workflows.indicators import GRADES, speaks_of
from workflows.obligations.reach import STANDINGS
from workflows.refusal import N_, Reason

YEAR = "year"  # the variant of the reports that close a year


@dataclass(frozen=True)
class Line:
    """One member. `reported`: None where the campaign asks no report of him."""

    name: str
    registered: bool
    reported: bool | None


@dataclass
class Ground:
    """One cell: how many are counted, have registered, have reported at the year's end (None: not
    asked). `lines` only for its own officers."""

    unit: Unit
    counted: int = 0
    registered: int = 0
    reported: int | None = None
    lines: list[Line] = field(default_factory=list)


def closes_a_year(requirement: Requirement | None) -> bool:
    """Whether it asks for the report in which the year is classified."""
    return requirement is not None and requirement.variant == YEAR


def grounds(unit: Unit, campaign: Campaign, day: date, *, names: bool) -> list[Ground]:
    """Of a cell its own ground, of a body above one for each cell that reports to it on `day`, by
    code; with `names` also the members of the unit itself. Exempt members are not counted."""
    cells = [unit, *_below(unit, campaign, day)]
    ids = [cell.id for cell in cells]
    registered = _registered(ids, campaign)
    reported = _reported(ids, campaign)
    found = {cell.id: Ground(cell) for cell in cells}
    for cell_id, person_id, name in _members(ids, day):
        ground = found[cell_id]
        has, handed_in = person_id in registered, reported.get((cell_id, person_id))
        ground.counted += 1
        ground.registered += has
        if handed_in is not None:
            ground.reported = (ground.reported or 0) + handed_in
        if names and cell_id == unit.id:
            ground.lines.append(Line(name, has, handed_in))
    return [ground for ground in found.values() if ground.counted]


def ungrounded(document: Document, content: dict, day: date) -> list[Reason]:
    """R26, a warning: a report that classifies while members have not registered, or not reported at
    the year's end. Counts alone, for it is read above the cell."""
    written = content.get("indicators") or {}
    if not written or not speaks_of(document.campaign.figures, written, GRADES):
        return []
    all_of_them = grounds(document.unit, document.campaign, day, names=False)
    bare = sum(ground.counted - ground.registered for ground in all_of_them)
    silent = sum(
        ground.counted - ground.reported for ground in all_of_them if ground.reported is not None
    )
    reasons = []
    if bare:
        text = N_(
            "Xếp loại khi còn %(count)s đảng viên chưa có bản cam kết được chi bộ thống nhất."
        )
        reasons.append(Reason("R26", text, {"count": bare}, level="warn", place="indicators"))
    if silent:
        text = N_("Xếp loại khi còn %(count)s đảng viên chưa gửi báo cáo tổng kết năm.")
        reasons.append(Reason("R26", text, {"count": silent}, level="warn", place="indicators"))
    return reasons


def _below(unit: Unit, campaign: Campaign, day: date) -> list[Unit]:
    return list(
        db.session.scalars(
            sa.select(Unit)
            .join(ReportingLine, ReportingLine.unit_id == Unit.id)
            .where(
                ReportingLine.superior_id == unit.id,
                ReportingLine.line == campaign.line,
                in_force_on(ReportingLine, day),
            )
            .order_by(Unit.code)
        ).unique()
    )


def _members(unit_ids: Collection[int], day: date) -> list[tuple[int, int, str]]:
    rows = db.session.execute(
        sa.select(Membership.unit_id, Person.id, Person.full_name)
        .join(Person, Membership.person_id == Person.id)
        .where(
            Membership.unit_id.in_(unit_ids),
            Membership.standing.in_(STANDINGS["member"]),
            Membership.exempt.is_(False),
            in_force_on(Membership, day),
        )
        .order_by(Person.sort_key, Person.id)
    )
    return [(cell, person, name) for cell, person, name in rows]


def _registered(unit_ids: Collection[int], campaign: Campaign) -> set[int]:
    """Whose commitment his cell has agreed to in this campaign."""
    return set(
        db.session.scalars(
            sa.select(Document.author_id).where(
                Document.kind == "commitment",
                Document.campaign_id == campaign.id,
                Document.unit_id.in_(unit_ids),
                Document.in_force_revision.is_not(None),
                Document.state.not_in(OVER),
            )
        )
    )


def _reported(unit_ids: Collection[int], campaign: Campaign) -> dict[tuple[int, int], bool]:
    """(cell, person) → whether the report that he owes at the year's end was handed in."""
    rows = db.session.execute(
        sa.select(Obligation.unit_id, Obligation.person_id, Obligation.state)
        .join(Requirement, Obligation.requirement_id == Requirement.id)
        .where(
            Requirement.campaign_id == campaign.id,
            Requirement.kind == "self_report",
            Requirement.variant == YEAR,
            Obligation.unit_id.in_(unit_ids),
            Obligation.person_id.is_not(None),
            Obligation.state != "waived",
        )
    )
    return {(unit, person): state != "open" for unit, person, state in rows if person is not None}
