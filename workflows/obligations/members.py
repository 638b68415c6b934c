"""What members owe: it is counted from the day on which their cell's plan came into force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.obligation import Obligation
from models.person import Membership
from models.unit import Unit, in_force_on
from workflows import tasks
from workflows.calendar import local_day
from workflows.obligations.fulfilling import CLOSED
from workflows.obligations.owing import AFTER_EVENT, owe


def follow_plan(plan: Document, now: datetime) -> list[Obligation]:
    """A cell's plan came into force: its members now owe what is counted from it (O-COMMIT).

    Exempt members owe nothing; non-members owe on their own track, which the requirement's variant
    names.
    """
    created = []
    since = local_day(now)
    if plan.recorded and plan.dated_on is not None:
        since = min(plan.dated_on, since)  # the plan has counted since its printed date
    for requirement in plan.campaign.requirements:
        if requirement.due.get("kind") != AFTER_EVENT or requirement.due.get("event") != "plan":
            continue
        if plan.unit.level.code not in requirement.levels:
            continue
        for membership in _owing_members(plan.unit, local_day(now)):
            obligation = owe(requirement, plan.unit, membership.person, since=since, now=now)
            if obligation is not None:
                created.append(obligation)
                _adopt(obligation, plan, now)
    return created


def _adopt(obligation: Obligation, plan: Document, now: datetime) -> None:
    """A commitment held here since before the plan (R02) is the answer to what its author now owes."""
    held = db.session.scalar(
        sa.select(Document)
        .where(
            Document.kind == "commitment",
            Document.unit_id == obligation.unit_id,
            Document.campaign_id == plan.campaign_id,
            Document.author_id == obligation.person_id,
            Document.obligation_id.is_(None),
            Document.state.not_in(CLOSED),
        )
        .order_by(Document.id)
        .limit(1)
    )
    if held is not None:
        held.obligation = obligation
        tasks.close_for_obligation(obligation, by=None, now=now)


def _owing_members(unit: Unit, day: date) -> Iterable[Membership]:
    return db.session.scalars(
        sa.select(Membership)
        .where(
            Membership.unit_id == unit.id,
            Membership.standing.in_(("full", "probationary")),
            Membership.exempt.is_(False),
            in_force_on(Membership, day),
        )
        .order_by(Membership.id)
    )
