"""The members of a cell and where each one's commitment stands, for whoever types for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.account import Account
from models.base import db
from models.campaign import Campaign, Requirement
from models.document import OVER, Document
from models.person import Membership, Person
from models.post import Post, held_at
from models.recorded import ProxyEntry
from models.unit import Level, ReportingLine, Unit, in_force_on
from workflows.calendar import local_day
from workflows.scope import OFFICERS, above
from workflows.standing import standing
from workflows.transcribing import awaits, capacity, is_typed

MOST = 300


@dataclass(frozen=True)
class Line:
    """One member. `state`: none (nothing there) | typed (waits to be confirmed) | again (typed,
    came back from the cell) | own (he writes himself) | sent (handed in) | exempt."""

    person: Person
    standing: str
    has_account: bool
    state: str
    document: Document | None
    entry: ProxyEntry | None

    @property
    def may_type(self) -> bool:
        return self.state in ("none", "typed", "again")


def lines(unit: Unit, campaign: Campaign, now: datetime) -> list[Line]:
    """The members of a cell in their order, with what is known of each one's commitment. No
    texts."""
    members = list(
        db.session.scalars(
            sa.select(Membership)
            .join(Person, Membership.person_id == Person.id)
            .options(joinedload(Membership.person))
            .where(Membership.unit_id == unit.id, in_force_on(Membership, local_day(now)))
            .order_by(Person.sort_key, Person.id)
            .limit(MOST)
        )
    )
    ids = [member.person_id for member in members]
    accounts = set(
        db.session.scalars(sa.select(Account.person_id).where(Account.person_id.in_(ids)))
    )
    papers: dict[int, tuple[Document, ProxyEntry | None]] = {
        document.author_id: (document, entry)
        for document, entry in db.session.execute(
            sa.select(Document, ProxyEntry)
            .outerjoin(ProxyEntry, ProxyEntry.document_id == Document.id)
            .where(
                Document.kind == "commitment",
                Document.unit_id == unit.id,
                Document.campaign_id == campaign.id,
                Document.author_id.in_(ids),
                Document.state.not_in(OVER),
            )
            .order_by(Document.id)
        )
    }
    return [
        Line(
            member.person,
            member.standing,
            member.person_id in accounts,
            _state(member, *papers.get(member.person_id, (None, None))),
            *papers.get(member.person_id, (None, None)),
        )
        for member in members
    ]


def _state(member: Membership, document: Document | None, entry: ProxyEntry | None) -> str:
    if document is None:
        return "exempt" if member.exempt else "none"
    if entry is not None and is_typed(document, entry):
        return "typed" if awaits(document, entry) else "again"
    return "own" if document.state in ("drafted", "returned") else "sent"


def campaigns_of(unit: Unit, now: datetime) -> list[Campaign]:
    """Running campaigns that ask the members of this cell for a commitment, the newest first."""
    rows = db.session.scalars(
        sa.select(Campaign)
        .join(Requirement, Requirement.campaign_id == Campaign.id)
        .where(
            Requirement.kind == "commitment",
            Campaign.opened_at.is_not(None),
            Campaign.closed_at.is_(None),
            Campaign.unit_id.in_(above({unit.id}, now)),
        )
        .order_by(Campaign.year.desc(), Campaign.id)
    ).unique()
    return [
        campaign
        for campaign in rows
        if any(
            r.kind == "commitment" and unit.level.code in r.levels for r in campaign.requirements
        )
    ]


def is_cell(unit: Unit) -> bool:
    """A unit of the lowest tier, where members belong."""
    return unit.level.rank == 0 and not unit.is_advisory


def served(person: Person, now: datetime) -> list[Unit]:
    """The cells for whose members this person may type, by name: those of his posts, and those
    without a clerk directly below a body whose clerk he is."""
    posts = standing(person, now).posts
    own = {post.unit_id for post in posts if post.role in OFFICERS}
    clerk = {post.unit_id for post in posts if post.role == "clerk"}
    day = local_day(now)
    below = sa.select(ReportingLine.unit_id).where(
        ReportingLine.superior_id.in_(clerk), in_force_on(ReportingLine, day)
    )
    has_clerk = sa.exists().where(Post.unit_id == Unit.id, Post.role == "clerk", held_at(day, now))
    return list(
        db.session.scalars(
            sa.select(Unit)
            .join(Level, Unit.level_id == Level.id)
            .where(
                Level.rank == 0,
                Unit.attached_to_id.is_(None),
                in_force_on(Unit, day),
                sa.or_(Unit.id.in_(own), sa.and_(Unit.id.in_(below), ~has_clerk)),
            )
            .order_by(Unit.sort_key, Unit.id)
            .limit(MOST)
        )
    )


def may_type(unit: Unit, person: Person, now: datetime) -> bool:
    """Whether this person types for members of this cell, on any line it reports on."""
    lines_of = set(
        db.session.scalars(
            sa.select(ReportingLine.line).where(
                ReportingLine.unit_id == unit.id, in_force_on(ReportingLine, local_day(now))
            )
        )
    )
    return any(capacity(unit, line, person, now) for line in sorted(lines_of | {"party"}))
