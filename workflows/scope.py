"""What a person may see. Invisible and absent are the same to him (design §2, §3)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.document import Contribution, Document, Stage
from models.person import Membership, Person
from models.post import Delegation, Post
from models.task import Task, TaskRole
from models.unit import ReportingLine, Unit, in_force_on
from workflows.calendar import local_day

# Posts that take part in what a body decides; an inspector reads, he does not take part.
OFFICERS = ("secretary", "deputy", "committee", "advisor", "standing", "clerk")


def posts_held(person: Person, now: datetime) -> list[Post]:
    """The person's own posts in force now."""
    day = local_day(now)
    return list(
        db.session.scalars(
            sa.select(Post)
            .where(
                Post.person_id == person.id,
                in_force_on(Post, day),
                sa.or_(Post.ended_at.is_(None), Post.ended_at > now),
            )
            .order_by(Post.id)
        )
    )


def posts_delegated(person: Person, now: datetime) -> list[Delegation]:
    """Delegations to the person in force now, of posts themselves in force."""
    day = local_day(now)
    return list(
        db.session.scalars(
            sa.select(Delegation)
            .join(Post, Delegation.post_id == Post.id)
            .where(
                Delegation.person_id == person.id,
                in_force_on(Delegation, day),
                sa.or_(Delegation.revoked_at.is_(None), Delegation.revoked_at > now),
                in_force_on(Post, day),
                sa.or_(Post.ended_at.is_(None), Post.ended_at > now),
            )
            .order_by(Delegation.id)
        )
    )


def officer_unit_ids(person: Person, now: datetime) -> set[int]:
    """Bodies in whose work the person takes part now: by his posts, posts delegated to him, and the
    committee that his advisory body serves."""
    posts = posts_held(person, now) + [d.post for d in posts_delegated(person, now)]
    units = {post.unit_id for post in posts if post.role in OFFICERS}
    return units | _served(units)


def inspector_unit_ids(person: Person, now: datetime) -> set[int]:
    """Units that the person inspects: those of his inspector posts and everything below them."""
    roots = {post.unit_id for post in posts_held(person, now) if post.role == "inspector"}
    return below(roots, now) if roots else set()


def member_unit_ids(person: Person, now: datetime) -> set[int]:
    """Units that the person belongs to now."""
    return set(
        db.session.scalars(
            sa.select(Membership.unit_id).where(
                Membership.person_id == person.id, in_force_on(Membership, local_day(now))
            )
        )
    )


def _served(unit_ids: set[int]) -> set[int]:
    if not unit_ids:
        return set()
    served = sa.select(Unit.attached_to_id).where(
        Unit.id.in_(unit_ids), Unit.attached_to_id.is_not(None)
    )
    return set(db.session.scalars(served))


def _closure(unit_ids: set[int], now: datetime, *, up: bool) -> set[int]:
    day = local_day(now)
    start, end = (
        (ReportingLine.unit_id, ReportingLine.superior_id)
        if up
        else (ReportingLine.superior_id, ReportingLine.unit_id)
    )
    walk = sa.select(Unit.id).where(Unit.id.in_(unit_ids)).cte("walk", recursive=True)
    walk = walk.union(
        sa.select(end).join(walk, start == walk.c.id).where(in_force_on(ReportingLine, day))
    )
    return set(db.session.scalars(sa.select(walk.c.id)))


def below(unit_ids: set[int], now: datetime) -> set[int]:
    """These units, everything that reports to them on any line today, and their advisory bodies."""
    if not unit_ids:
        return set()
    found = _closure(unit_ids, now, up=False)
    attached = sa.select(Unit.id).where(Unit.attached_to_id.in_(found))
    return found | set(db.session.scalars(attached))


def above(unit_ids: set[int], now: datetime) -> set[int]:
    """These units and everything they report to today."""
    return _closure(unit_ids, now, up=True) if unit_ids else set()


def visible_documents(person: Person, now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on Document: what this person may see (perhaps without its text).

    His own and what he had a hand in; what lies or has lain with a body of his; plans in force of
    his unit and above (their basis); for an inspector the plans and reports of the units below.
    """
    officer = officer_unit_ids(person, now)
    around = above(officer | member_unit_ids(person, now), now)
    inspected = inspector_unit_ids(person, now)
    own = sa.or_(
        Document.author_id == person.id,
        sa.and_(
            Document.kind != "commitment",
            sa.exists().where(
                Contribution.document_id == Document.id, Contribution.person_id == person.id
            ),
        ),
    )
    conditions: list[sa.ColumnElement[bool]] = [own]
    if officer:
        arrived = sa.exists().where(
            Stage.document_id == Document.id,
            Stage.unit_id.in_(officer),
            sa.or_(
                sa.and_(Stage.position == 0, Document.kind != "commitment"),
                Stage.arrived_at.is_not(None),
            ),
        )
        conditions.append(arrived)
    climbed = _climbed_ids(person, now)
    if climbed:
        conditions.append(Document.id.in_(climbed))
    if around:
        conditions.append(
            sa.and_(
                Document.kind == "plan",
                Document.in_force_revision.is_not(None),
                Document.state.not_in(("superseded", "revoked")),
                Document.unit_id.in_(around),
            )
        )
    if inspected:
        conditions.append(sa.and_(Document.kind != "commitment", Document.unit_id.in_(inspected)))
    return sa.or_(*conditions)


def can_read_text(document: Document, person: Person, now: datetime) -> bool:
    """Whether a person who sees the document may also read its text.

    A commitment's text is read by its author and, from submission on, by the officers of the bodies
    that decide it; a body that only receives the list does not (design §3).
    """
    if document.kind != "commitment" or document.author_id == person.id:
        return True
    if document.state in ("drafted", "withdrawn"):
        return False  # being written again, or taken back: the author's alone
    deciding = {s.unit_id for s in document.stages if s.decides and s.arrived_at is not None}
    if deciding & _deciding_unit_ids(person, now):
        return True
    return _waited_for(document, person, now)


def _deciding_unit_ids(person: Person, now: datetime) -> set[int]:
    """Bodies in which the person has a say now (a clerk and an inspector have none)."""
    posts = posts_held(person, now) + [d.post for d in posts_delegated(person, now)]
    units = {p.unit_id for p in posts if p.role not in ("clerk", "inspector")}
    return units | _served(units)


def _climbed_ids(person: Person, now: datetime) -> set[int]:
    """Documents whose open task has climbed to a post that this person holds or is delegated."""
    posts = posts_held(person, now) + [d.post for d in posts_delegated(person, now)]
    pairs = [(post.unit_id, post.role) for post in posts]
    if not pairs:
        return set()
    holds = sa.or_(*(sa.and_(TaskRole.unit_id == u, TaskRole.role == r) for u, r in set(pairs)))
    return set(
        db.session.scalars(
            sa.select(Task.document_id)
            .join(TaskRole)
            .where(Task.closed_at.is_(None), Task.climbed, Task.document_id.is_not(None), holds)
        )
    )


def _waited_for(document: Document, person: Person, now: datetime) -> bool:
    """Whether the document's open task has climbed to this person: then he must be able to read
    it."""
    return document.id in _climbed_ids(person, now)
