"""What an inspection entitles to, now: pure questions, each asked of the database at this moment, so
that an ended post, a closing day or a changed team counts at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from models.account import Account
from models.base import db, once
from models.document import Document
from models.event import AuditEvent, concerning
from models.inspection import Inspection, InspectionMember, InspectionUnit
from models.kinds import PERSONAL
from models.person import Membership, Person
from models.post import Post, held_at
from models.unit import in_force_on
from workflows.calendar import local_day
from workflows.inspections.scope import covers, wrote_at
from workflows.standing import standing
from workflows.succession import predecessors

# From its announcement until its conclusion texts are read and files frozen; before, the inspected
# knows of nothing, afterwards there is nothing left to verify.
OPEN = ("announced", "self_report_received", "verifying", "draft_conclusion")
UNREAD = ("drafted", "withdrawn")  # a text that is being written again, or was taken back


def is_running(inspection: Inspection, now: datetime) -> bool:
    """Whether it is announced, not concluded, and today is one of its days (both ends inclusive): its
    rights end with the closing day or with the working-day limit, whichever comes first."""
    if inspection.ended_at is not None or inspection.state not in OPEN:
        return False
    return inspection.opens_on <= local_day(now) <= inspection.ends_on


def running(now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on Inspection joined with its Document: as `is_running`."""
    today = local_day(now)
    return sa.and_(
        Inspection.ended_at.is_(None),
        Document.state.in_(OPEN),
        Inspection.opens_on <= today,
        Inspection.ends_on >= today,
    )


def open_for(person: Person, now: datetime) -> list[Inspection]:
    """The running inspections on whose team the person is, who holds an inspector's post of his own
    at the commission now, whose account is not suspended, and who belongs and answers to none of the
    units that they inspect; by id."""

    def find() -> list[Inspection]:
        bodies = {post.unit_id for post in standing(person, now).own if post.role == "inspector"}
        if not bodies or _suspended(person):
            return []
        rows = sa.select(Inspection).join(Document, Inspection.document_id == Document.id)
        rows = rows.join(InspectionMember, InspectionMember.inspection_id == Inspection.id)
        rows = rows.where(
            InspectionMember.person_id == person.id, Document.unit_id.in_(bodies), running(now)
        )
        rows = rows.where(Inspection.id.not_in(inspecting(own_units(person, now))))
        return list(db.session.scalars(rows.order_by(Inspection.id)))

    return list(once(db.session(), ("inspections", person.id, now), find))


def opening_of(
    document: Document, person: Person, now: datetime, by: int | None = None
) -> Inspection | None:
    """The inspection by which the person may read the text of somebody's own paper now, or None; with
    `by` only the one of this id, of several that cover the paper.

    Not his own paper, and not what is being written.
    """
    if document.kind not in PERSONAL or document.author_id == person.id:
        return None
    if document.state in UNREAD:
        return None
    found = [one for one in open_for(person, now) if by in (None, one.id)]
    return next((one for one in found if covers(one, document)), None)


def may_read_text(document: Document, person: Person, now: datetime) -> bool:
    """Whether an open inspection lets the person read this text, once he has said why."""
    return opening_of(document, person, now) is not None


def own_units(person: Person, now: datetime) -> set[int]:
    """Units that the person belongs to today, or acts for by a post of his own or one lent to him,
    with those that closed into them: he inspects none of them."""

    def find() -> frozenset[int]:
        belongs = sa.select(Membership.unit_id).where(
            Membership.person_id == person.id, in_force_on(Membership, local_day(now))
        )
        here = {post.unit_id for post in standing(person, now).posts}
        here |= set(db.session.scalars(belongs))
        return frozenset(here | predecessors(here))

    return set(once(db.session(), ("own units", person.id, now), find))


def inspecting(unit_ids: Collection[int]) -> sa.Select[int]:
    """A statement for the ids of the inspections that inspect one of these units."""
    return sa.select(InspectionUnit.inspection_id).where(
        InspectionUnit.unit_id.in_(sorted(unit_ids))
    )


def freezing(unit_id: int, kind: str, now: datetime) -> Inspection | None:
    """The running inspection that freezes what this unit has of a kind, or None."""
    return next(iter(_freezes({unit_id}, kind, now)), None)


def _freezes(
    unit_ids: Collection[int], kind: str, now: datetime, campaign_id: int | None = None
) -> list[Inspection]:
    rows = (
        sa.select(Inspection)
        .join(Document, Inspection.document_id == Document.id)
        .where(Inspection.frozen, Inspection.id.in_(inspecting(unit_ids)), running(now))
    )
    if campaign_id is not None:
        rows = rows.where(Inspection.campaign_id == campaign_id)
    found = db.session.scalars(rows.order_by(Inspection.id))
    return [one for one in found if kind in one.document_kinds]


def is_frozen(unit_id: int, kind: str, now: datetime) -> bool:
    """Whether withdrawals and deletions of this kind are blocked at a unit now."""
    return freezing(unit_id, kind, now) is not None


def freezing_document(document: Document, now: datetime) -> Inspection | None:
    """The running inspection that freezes this document, or None."""
    places = {document.unit_id} | wrote_at(document)
    found = _freezes(places, document.kind, now, document.campaign_id)
    return next((one for one in found if covers(one, document)), None)


def freezing_person(person_id: int, now: datetime) -> Inspection | None:
    """The running inspection that holds what is kept of a person: somebody of a frozen unit, the
    author of a paper there, or whom its log names, wherever he and his papers are now. A legal hold:
    nothing of his is erased meanwhile."""
    today = local_day(now)
    units = sa.select(Membership.unit_id).where(
        Membership.person_id == person_id, in_force_on(Membership, today)
    )
    wrote = sa.select(Document.unit_id).where(Document.author_id == person_id)
    serves = sa.select(Post.unit_id).where(Post.person_id == person_id, held_at(today, now))
    named = sa.select(AuditEvent.unit_id).join(AuditEvent.payload).where(concerning(person_id))
    rows = (
        sa.select(Inspection)
        .join(Document, Inspection.document_id == Document.id)
        .join(InspectionUnit, InspectionUnit.inspection_id == Inspection.id)
        .where(
            Inspection.frozen,
            InspectionUnit.unit_id.in_(units.union(wrote, serves, named)),
            running(now),
        )
        .order_by(Inspection.id)
        .limit(1)
    )
    return db.session.scalar(rows)


def _suspended(person: Person) -> bool:
    suspended = sa.select(Account.id).where(
        Account.person_id == person.id, Account.suspended_at.is_not(None)
    )
    return db.session.scalar(suspended.limit(1)) is not None
