"""What stands behind the cells of the table: obligations, their papers, what was granted, and members
who wait for a plan. One statement each."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from models.base import db
from models.campaign import Requirement
from models.document import CLOSED, OVER, Document
from models.obligation import Obligation
from models.person import Membership
from models.relief import Relief
from models.sitting import Sitting
from models.unit import Unit, in_force_on
from views.committee.cells import MET, Cell, Today, of_persons, of_unit, waiting_for_plan
from views.loaders import visible_ids
from workflows.obligations import REVIEW
from workflows.obligations.members import after_plan, asked_of
from workflows.obligations.owing import owed_by
from workflows.obligations.reach import STANDINGS, by_unit

Key = tuple[int, int]  # unit id, requirement id


def cells(columns: list[Requirement], units: list[Unit], today: Today) -> dict[Key, dict[str, Any]]:
    """What each cell shows that there is something to show in."""
    if not columns or not units:
        return {}
    rows = db.session.scalars(
        sa.select(Obligation)
        .options(joinedload(Obligation.requirement))
        .where(
            Obligation.requirement_id.in_([c.id for c in columns]),
            Obligation.unit_id.in_([u.id for u in units]),
        )
    ).all()
    own = [o for o in rows if o.person_id is None]
    papers = _papers([o.id for o in own])
    reliefs = _reliefs([o.id for o in own if o.state == "waived"])
    met = _meetings([o.id for o in own if o.requirement.kind == REVIEW and o.state in MET])
    visible = visible_ids(d.id for d in papers.values())
    found: dict[Key, Cell] = {
        (o.unit_id, o.requirement_id): of_unit(
            o, papers.get(o.id), visible, reliefs[o.id], today, met.get(o.id)
        )
        for o in own
    }
    persons: dict[Key, list[Obligation]] = defaultdict(list)
    for owed in rows:
        if owed.person_id is not None:
            persons[owed.unit_id, owed.requirement_id].append(owed)
    found |= {key: of_persons(owed, today) for key, owed in persons.items()}
    found |= _waiting(columns, units, set(found), today)
    return {key: cell.as_dict() for key, cell in found.items()}


def _papers(obligation_ids: list[int]) -> dict[int | None, Document]:
    """The document that answers each obligation; an amendment on its way does not hide the paper in
    force."""
    found: dict[int | None, Document] = {}
    rows = db.session.scalars(
        sa.select(Document)
        .options(selectinload(Document.stages))
        .where(
            Document.obligation_id.in_(obligation_ids),
            Document.state.not_in(OVER),
        )
        .order_by(Document.id)
    )
    for document in rows:
        known = found.get(document.obligation_id)
        if known is None or not known.is_in_force or document.is_in_force:
            found[document.obligation_id] = document
    return found


def _meetings(obligation_ids: list[int]) -> dict[int, date]:
    """The day of the meeting whose confirmed minutes met each monthly review (R11, R12)."""
    if not obligation_ids:
        return {}
    rows = db.session.execute(
        sa.select(Obligation.id, Sitting.held_on)
        .join(Requirement)
        .join(Sitting, Sitting.unit_id == Obligation.unit_id)
        .where(
            Obligation.id.in_(obligation_ids),
            Sitting.confirmed_at == Obligation.fulfilled_at,
            Sitting.held_on.between(Requirement.period_from, Requirement.period_to),
        )
    )
    return dict(rows.all())


def _reliefs(obligation_ids: list[int]) -> dict[int, list[Relief]]:
    found: dict[int, list[Relief]] = defaultdict(list)
    rows = db.session.scalars(
        sa.select(Relief)
        .options(joinedload(Relief.basis_document))
        .where(Relief.obligation_id.in_(obligation_ids))
        .order_by(Relief.id)
    )
    for relief in rows:
        found[relief.obligation_id].append(relief)
    return found


def _waiting(
    columns: list[Requirement], units: list[Unit], known: set[Key], today: Today
) -> dict[Key, Cell]:
    """Units whose members will owe once the unit's plan is in force."""
    places = [
        (unit, requirement)
        for requirement in columns
        if after_plan(requirement) and not by_unit(owed_by(requirement))
        for unit in units
        if (unit.id, requirement.id) not in known and asked_of(requirement, unit)
    ]
    if not places:
        return {}
    ids = sorted({unit.id for unit, _ in places})
    heads: dict[tuple[int, str], int] = {
        (unit, standing): number
        for unit, standing, number in db.session.execute(
            sa.select(
                Membership.unit_id,
                Membership.standing,
                sa.func.count(sa.distinct(Membership.person_id)),
            )
            .where(
                Membership.unit_id.in_(ids),
                Membership.exempt.is_(False),
                in_force_on(Membership, today.day),
            )
            .group_by(Membership.unit_id, Membership.standing)
        )
    }
    held = _held(ids, columns[0].campaign_id)
    found = {}
    for unit, requirement in places:
        number = sum(heads.get((unit.id, s), 0) for s in STANDINGS[owed_by(requirement)])
        if number:
            mine = held.get(unit.id, 0) if requirement.kind == "commitment" else 0
            found[unit.id, requirement.id] = waiting_for_plan(number, mine)
    return found


def _held(unit_ids: list[int], campaign_id: int) -> dict[int, int]:
    """How many commitments were handed in at each unit before its plan (R02)."""
    rows = db.session.execute(
        sa.select(Document.unit_id, sa.func.count())
        .where(
            Document.unit_id.in_(unit_ids),
            Document.campaign_id == campaign_id,
            Document.kind == "commitment",
            Document.state.not_in((*CLOSED, "drafted")),
        )
        .group_by(Document.unit_id)
    )
    return dict(rows.all())
