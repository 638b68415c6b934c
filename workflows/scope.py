"""What a person may see. Invisible and absent are the same to him (design §2, §3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import asked, db, once
from models.document import Contribution, Decision, Document, Revision, Stage, in_force
from models.kinds import PERSONAL
from models.person import Membership, Person
from models.post import Post
from models.queries.seats import Seat
from models.task import Task, TaskRole
from models.unit import ReportingLine, Unit, in_force_on
from workflows.calendar import local_day
from workflows.conditions import awaits_confirmation
from workflows.standing import standing
from workflows.succession import closed_into, predecessors

TRANSCRIBED = ("record", "correct")  # typed off a signed paper
HANDED_IN = ("submit", *TRANSCRIBED)
# Posts that take part in what a body decides; an inspector reads, he does not take part.
OFFICERS = ("secretary", "deputy", "committee", "advisor", "standing", "clerk")


def posts_held(person: Person, now: datetime) -> list[Post]:
    """The person's own posts in force now, as objects."""
    ids = [post.id for post in standing(person, now).own]
    rows = sa.select(Post).options(joinedload(Post.unit)).where(Post.id.in_(ids)).order_by(Post.id)
    return list(db.session.scalars(rows)) if ids else []


def officer_unit_ids(person: Person, now: datetime) -> set[int]:
    """Bodies in whose work the person takes part now: by his posts, posts delegated to him, and the
    committee that his advisory body serves; with those that closed into them."""

    def find() -> frozenset[int]:
        posts = [post for post in standing(person, now).posts if post.role in OFFICERS]
        return frozenset(_with_predecessors(posts))

    return set(once(db.session(), ("officer", person.id, now), find))


def inspector_unit_ids(person: Person, now: datetime) -> set[int]:
    """Units that the person inspects: those of his inspector posts and everything below them."""
    roots = {post.unit_id for post in standing(person, now).own if post.role == "inspector"}
    reach = below(roots, now) if roots else set()
    return reach | predecessors(reach)


_BELONGS = sa.select(Membership.unit_id).where(
    Membership.person_id == sa.bindparam("person", type_=sa.BigInteger),
    in_force_on(Membership, sa.bindparam("day", type_=sa.Date)),  # type: ignore[arg-type]
)


def member_unit_ids(person: Person, now: datetime) -> set[int]:
    """Units that the person belongs to now."""
    return set(asked(_BELONGS, {"person": person.id, "day": local_day(now)}).scalars())


def _bodies(posts: Iterable[Seat]) -> set[int]:
    """The units of these posts, and of an advisory body the committee it serves."""
    units = [post.unit for post in posts]
    served = {unit.attached_to_id for unit in units if unit.attached_to_id is not None}
    return {unit.id for unit in units} | served


def _with_predecessors(posts: list[Seat]) -> set[int]:
    """The bodies of these posts, with those that closed into them: asked for where there are any."""
    units = _bodies(posts)
    return units | (predecessors(units) if any(post.unit.succeeds for post in posts) else set())


def _units(name: str) -> sa.Select[Any]:
    return sa.select(Unit.id).where(Unit.id.in_(sa.bindparam(name, expanding=True)))


def _walk(first: sa.Select[Any], *, up: bool) -> sa.Select[Any]:
    """A statement for the ids that `first` asks for, and all above or below them today."""
    ends = [ReportingLine.unit_id, ReportingLine.superior_id]
    start, end = ends if up else ends[::-1]
    walk = first.cte("walk", recursive=True)
    today = in_force_on(ReportingLine, sa.bindparam("day", type_=sa.Date))  # type: ignore[arg-type]
    walk = walk.union(sa.select(end).join(walk, start == walk.c.id).where(today))
    return sa.select(walk.c.id)


_UP, _DOWN = _walk(_units("units"), up=True), _walk(_units("units"), up=False)


def _closure(unit_ids: set[int], now: datetime, *, up: bool) -> set[int]:
    given = {"units": sorted(unit_ids), "day": local_day(now)}
    return set(asked(_UP if up else _DOWN, given).scalars())


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

    What he takes part in, and plans in force of his unit and above: they are his basis.
    """
    around = _around(person, now)
    seen = taking_part(person, now)
    return sa.or_(seen, _in_force_at(around)) if around else seen


def visible_among(ids: set[int], person: Person, now: datetime) -> set[int]:
    """Of these documents, those that this person may see: `visible_documents`, in one statement."""
    if not ids:
        return set()
    given = {
        "ids": sorted(ids),
        "person": person.id,
        "day": local_day(now),
        "officer": sorted(officer_unit_ids(person, now)),
        "inspected": sorted(inspector_unit_ids(person, now)),
        "pairs": _pairs(person, now),
    }
    return set(asked(_AMONG, given).scalars())


def taking_part(person: Person, now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on Document: the person's own and what he had a hand in; what lies or has lain
    with a body of his, or has climbed to it; for an inspector the plans and reports of the units
    below."""
    known = {name: ids for name, ids in _parts(person, now).items() if ids}
    return _taking_part(person.id, **known)


def _around(person: Person, now: datetime) -> set[int]:
    """His units and all above, with those that closed into them."""
    around = above(officer_unit_ids(person, now) | member_unit_ids(person, now), now)
    return around | predecessors(around)


def _parts(person: Person, now: datetime) -> dict[str, set[int]]:
    return {
        "officer": officer_unit_ids(person, now),
        "climbed": climbed_ids(person, now),
        "inspected": inspector_unit_ids(person, now),
    }


def _in_force_at(units: Any) -> sa.ColumnElement[bool]:
    return sa.and_(
        Document.kind == "plan",
        in_force(),
        Document.unit_id.in_(units),
    )


def _taking_part(
    person: Any, officer: Any = None, climbed: Any = None, inspected: Any = None
) -> sa.ColumnElement[bool]:
    """The condition of `taking_part`, of ids, of the parameters that will hold them, or of
    statements that ask for them."""
    wrote = sa.exists().where(
        Contribution.document_id == Document.id, Contribution.person_id == person
    )
    conditions: list[sa.ColumnElement[bool]] = [
        Document.author_id == person,
        sa.and_(
            sa.or_(
                Document.kind.not_in(PERSONAL),
                sa.and_(Document.recorded, Document.state == "drafted"),  # typed off, unconfirmed
            ),
            wrote,
        ),
    ]
    if officer is not None:
        arrived = sa.exists().where(
            Stage.document_id == Document.id,
            # "+ 0": by the document's few stages, never by the index of a body's many.
            (Stage.unit_id + 0).in_(officer),
            sa.or_(
                sa.and_(Stage.position == 0, Document.kind.not_in(PERSONAL)),
                Stage.arrived_at.is_not(None),
            ),
        )
        conditions.append(arrived)
    if climbed is not None:
        conditions.append(Document.id.in_(climbed))
    if inspected is not None:
        conditions.append(sa.and_(Document.kind.not_in(PERSONAL), Document.unit_id.in_(inspected)))
    # An inspection is shown by its own pages alone (`workflows.inspections.seeing`).
    return sa.and_(Document.kind != "inspection", sa.or_(*conditions))


def takes_part(document: Document, person: Person, now: datetime) -> bool:
    """Whether the person sees more of a document than that it is in force: drafts, comments,
    returns."""
    return (
        db.session.scalar(
            sa.select(Document.id).where(Document.id == document.id, taking_part(person, now))
        )
        is not None
    )


def readable_revisions(document: Document, person: Person, now: datetime) -> set[int]:
    """Numbers of the revisions that this person, who sees the document, may read.

    The author, and the issuer's own office, read all; of a commitment others read only what was
    handed in; a superior reads what the issuer has approved; who merely follows a plan reads what
    is in force.
    """
    everything = set(range(1, document.revision + 1))
    if document.author_id == person.id:
        return everything
    if document.kind in PERSONAL:
        handed_in = sa.select(Contribution.revision).where(
            Contribution.document_id == document.id, Contribution.action.in_(HANDED_IN)
        )
        return set(db.session.scalars(handed_in)) if can_read_text(document, person, now) else set()
    if _of_the_issuer(document, person, now):
        return everything
    if takes_part(document, person, now):
        approved = sa.select(Decision.revision).where(
            Decision.document_id == document.id,
            Decision.action.in_(("approve", "confirm")),
            Decision.stage == 0,
        )
        return set(db.session.scalars(approved))
    return {document.in_force_revision} if document.in_force_revision else set()


def revision_for(document: Document, person: Person, now: datetime) -> Revision | None:
    """The newest revision that this person may read; None where the text is not for him."""
    numbers = readable_revisions(document, person, now)
    return document.revisions[max(numbers) - 1] if numbers else None


def _of_the_issuer(document: Document, person: Person, now: datetime) -> bool:
    """Works at the issuing body, wrote it, decides it because it climbed, or inspects the
    issuer."""
    if document.unit_id in officer_unit_ids(person, now) | inspector_unit_ids(person, now):
        return True
    wrote = sa.select(Contribution.id).where(
        Contribution.document_id == document.id, Contribution.person_id == person.id
    )
    return db.session.scalar(wrote.limit(1)) is not None or _waited_for(document, person, now)


def can_read_text(document: Document, person: Person, now: datetime) -> bool:
    """Whether a person who sees the document may also read its text.

    A commitment's text is read by its author and, from submission on, by the officers of the bodies
    that decide it; a body that only receives the list does not (design §3).
    """
    if document.kind not in PERSONAL or document.author_id == person.id:
        return True
    if awaits_confirmation(document):
        return _compares(document, person, now)
    if document.state in ("drafted", "withdrawn"):
        return False  # being written again, or taken back: the author's alone
    deciding = {s.unit_id for s in document.stages if s.decides and s.arrived_at is not None}
    if deciding & _deciding_unit_ids(person, now):
        return True
    return _waited_for(document, person, now)


def _compares(document: Document, person: Person, now: datetime) -> bool:
    """Whether the person typed this commitment off its signed sheet, or is to compare the two: an
    officer of its cell, or whoever it has climbed to."""
    if document.unit_id in officer_unit_ids(person, now):
        return True
    typed = sa.select(Contribution.id).where(
        Contribution.document_id == document.id,
        Contribution.person_id == person.id,
        Contribution.action.in_(TRANSCRIBED),
    )
    return db.session.scalar(typed.limit(1)) is not None or _waited_for(document, person, now)


def has_a_say(unit: Unit, person: Person, now: datetime) -> bool:
    """Whether the person takes part in what a body decides, and so reads what lies before it."""
    return unit.id in _deciding_unit_ids(person, now)


def _deciding_unit_ids(person: Person, now: datetime) -> set[int]:
    """Bodies in which the person has a say now (a clerk and an inspector have none)."""
    posts = standing(person, now).posts
    return _bodies(post for post in posts if post.role not in ("clerk", "inspector"))


_CLIMBED = (
    sa.select(Task.document_id)
    .join(TaskRole)
    .where(
        Task.closed_at.is_(None),
        Task.climbed,
        Task.document_id.is_not(None),
        sa.tuple_(TaskRole.unit_id, TaskRole.role).in_(sa.bindparam("pairs", expanding=True)),
    )
)


def climbed_ids(person: Person, now: datetime) -> set[int]:
    """Documents whose open task has climbed to a post that this person holds or is delegated."""
    pairs = _pairs(person, now)
    return set(asked(_CLIMBED, {"pairs": pairs}).scalars()) if pairs else set()


def _pairs(person: Person, now: datetime) -> list[tuple[int, str]]:
    return sorted({(post.unit_id, post.role) for post in standing(person, now).posts})


def _among() -> sa.Select[Any]:
    names = ("ids", "officer", "inspected")
    held: list[Any] = [sa.bindparam(name, expanding=True) for name in names]
    ids, officer, inspected = held
    person = sa.bindparam("person", type_=sa.BigInteger)
    own = sa.union_all(_units("officer"), _BELONGS).subquery("own")
    above_them = _walk(sa.select(own.c.id), up=True)
    around = sa.union_all(above_them, closed_into(above_them))
    seen = sa.or_(_taking_part(person, officer, _CLIMBED, inspected), _in_force_at(around))
    return sa.select(Document.id).where(Document.id.in_(ids), seen)


_AMONG = _among()  # lists ask it with every page, so it is built once


def _waited_for(document: Document, person: Person, now: datetime) -> bool:
    """Whether the document's open task has climbed to this person: then he must be able to read
    it."""
    return document.id in climbed_ids(person, now)
