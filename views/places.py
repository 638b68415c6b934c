"""What may be begun: for which unit, in which campaign, resting on what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

import clock
from models.base import db
from models.campaign import Campaign, Requirement
from models.document import KINDS, Document, in_force
from models.kinds import PERSONAL
from models.obligation import Obligation
from models.unit import Unit, unit_by_code
from views.forms import whole
from views.frame import held_posts
from views.loaders import viewer
from workflows.authority import drafting_capacity
from workflows.obligations import live_document
from workflows.scope import above, member_unit_ids

MOST_BASES = 30


@dataclass(frozen=True)
class Place:
    """What a new document is for: kind, whose, in which campaign, for which requirement."""

    kind: str
    unit: Unit
    campaign: Campaign
    requirement: Requirement | None

    @property
    def arguments(self) -> dict[str, str]:
        return {
            "kind": self.kind,
            "unit": self.unit.code,
            "campaign": self.campaign.code,
            "requirement": self.requirement.code if self.requirement else "",
        }


def drafting_units() -> list[Unit]:
    """Units for which the viewer may draft: those of his posts, and whom his body advises."""
    now, person = clock.now(), viewer()
    units = [post.unit for post in held_posts(person)]
    ids = list(dict.fromkeys(i for unit in units for i in (unit.id, unit.attached_to_id) if i))
    found = {unit.id: unit for unit in db.session.scalars(sa.select(Unit).where(Unit.id.in_(ids)))}
    return [
        found[ident]
        for ident in ids
        if drafting_capacity(found[ident], person, kind="plan", now=now) is not None
    ]


def member_units() -> list[Unit]:
    ids = member_unit_ids(viewer(), clock.now())
    return list(db.session.scalars(sa.select(Unit).where(Unit.id.in_(ids)).order_by(Unit.id)))


def open_campaigns(units: list[Unit] | None = None) -> list[Campaign]:
    """The running campaigns under which the viewer's units (or these) lie, the newest year first."""
    places = units if units is not None else [*drafting_units(), *member_units()]
    reach = above({unit.id for unit in places}, clock.now())
    return list(
        db.session.scalars(
            sa.select(Campaign)
            .where(
                Campaign.opened_at.is_not(None),
                Campaign.closed_at.is_(None),
                Campaign.unit_id.in_(reach),
            )
            .order_by(Campaign.year.desc(), Campaign.id)
        )
    )


def owed(limit: int = 50) -> list[Obligation]:
    """What the viewer's units, and he himself, still owe and have not begun; the earliest first."""
    ids = [unit.id for unit in drafting_units()]
    mine = sa.and_(Obligation.unit_id.in_(ids), Obligation.person_id.is_(None))
    rows = db.session.scalars(
        sa.select(Obligation)
        .join(Requirement)
        .where(
            Obligation.state == "open",
            Requirement.kind.in_(KINDS),  # a review is held, not written
            sa.or_(mine, Obligation.person_id == viewer().id),
        )
        .order_by(Obligation.effective_due, Obligation.id)
        .limit(limit)
    )
    return [obligation for obligation in rows if live_document(obligation) is None]


def place_of(arguments: Any) -> Place | None:
    """The place that the address or the form names; None where it names none that fits."""
    kind = arguments.get("kind", "")
    requirement = None
    named = (arguments.get("requirement") or "").replace("\0", "").strip()
    campaign = _campaign((arguments.get("campaign") or "").replace("\0", ""), named)
    if named and campaign is not None:
        requirement = db.session.scalar(
            sa.select(Requirement).where(
                Requirement.campaign_id == campaign.id,
                sa.or_(Requirement.code == named, Requirement.id == whole(named)),
            )
        )
        if requirement is None:
            return None
        kind = requirement.kind
    if kind not in KINDS or campaign is None:
        return None
    units = member_units() if kind in PERSONAL else drafting_units()
    code = arguments.get("unit") or ""
    if code:
        unit = unit_by_code(code)
    else:
        fits = [u for u in units if requirement is None or u.level.code in requirement.levels]
        unit = (fits or units or [None])[0]  # type: ignore[list-item]
    return None if unit is None else Place(kind, unit, campaign, requirement)


def _campaign(code: str | None, requirement: str) -> Campaign | None:
    if code:
        return db.session.scalar(sa.select(Campaign).where(Campaign.code == code))
    running = open_campaigns()
    for campaign in running:
        if any(requirement in (r.code, str(r.id)) for r in campaign.requirements):
            return campaign
    return running[0] if running else None


def possible_bases(unit: Unit) -> list[Document]:
    """What a unit may rest on: plans in force of the bodies above and of their advisory bodies."""
    now = clock.now()
    superiors = above({unit.id}, now) - {unit.id}
    issuers = sa.select(Unit.id).where(
        sa.or_(Unit.id.in_(superiors), Unit.attached_to_id.in_(superiors))
    )
    rows = db.session.scalars(
        sa.select(Document)
        .join(Unit, Document.unit_id == Unit.id)
        .where(
            Document.kind == "plan",
            in_force(),
            Document.unit_id.in_(issuers),
        )
        .order_by(Document.dated_on.desc(), Document.id.desc())
        .limit(MOST_BASES)
    )
    documents = list(rows)
    rank = {d.id: d.unit.level.rank for d in documents}
    return sorted(documents, key=lambda d: (rank[d.id], d.unit.is_advisory))
