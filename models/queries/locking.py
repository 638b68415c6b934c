"""Holding rows against other writers until the transaction ends, always in one order: the tree,
issuers by id, then a person, a document, posts and their delegations, then logs by unit.

On SQLite a writer holds the whole database from its BEGIN, so there is nothing to ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from models.base import Base, UTCDateTime, asked, db, locks_rows
from models.campaign import Campaign
from models.definition import Definition
from models.document import Document, Revision, Stage
from models.obligation import Obligation
from models.person import Person
from models.post import Delegation, Post, delegated_at, held_at
from models.queries.act import PERSON, UNIT
from models.queries.known import Known, Several
from models.unit import Level, Unit

_DOCUMENT = sa.bindparam("document", type_=sa.BigInteger)
_HOLD_UNITS = (
    sa.select(Unit.id)
    .where(Unit.id.in_(sa.bindparam("units", type_=sa.BigInteger, expanding=True)))
    .order_by(Unit.id)
    .with_for_update(key_share=True)
)
_HOLD_ISSUER = (
    sa.select(Unit.id)
    .join(Document, Document.unit_id == Unit.id)
    .where(Document.id == _DOCUMENT)
    .with_for_update(key_share=True, of=Unit)
)
_HOLD_ISSUER_AND_ACTOR = (
    sa.select(Unit.id)
    .join(Document, Document.unit_id == Unit.id)
    .join(Person, Person.id == sa.bindparam("actor", type_=sa.BigInteger))
    .where(Document.id == _DOCUMENT)
    .with_for_update(key_share=True, of=Unit)
    .suffix_with("FOR SHARE OF person", dialect="postgresql")
)
_HOLD_TREE = sa.select(Level.id).order_by(Level.id).limit(1).with_for_update(key_share=True)
_NOW = sa.bindparam("now", type_=UTCDateTime)
_DAY = sa.bindparam("day", type_=sa.Date)
_KEEP_POST = (
    sa.select(Post.id)
    .where(
        Post.id == sa.bindparam("post", type_=sa.BigInteger),
        held_at(_DAY, _NOW),  # type: ignore[arg-type]
    )
    .with_for_update(read=True)
)
_KEEP_DELEGATION = (
    sa.select(Delegation.id)
    .where(
        Delegation.id == sa.bindparam("delegation", type_=sa.BigInteger),
        delegated_at(_DAY, _NOW),  # type: ignore[arg-type]
    )
    .with_for_update(read=True)
)
_REVISION = Known(
    Revision, *(a for a in Known(Revision).columns if a.key not in ("content", "basis"))
)
_STAGE = Known(Stage)  # whose bodies, but the issuer, are read when asked for
_CAMPAIGN = Known(Campaign, Campaign.line, Campaign.ladder)
_WHOLE = Several(
    Known(Document), PERSON, Known(Definition), Known(Obligation), _REVISION, UNIT, _CAMPAIGN
)
_AROUND_IT = ("author", "definition", "obligation", "newest", "unit", "campaign")
_HELD = (
    sa.select(*_STAGE.columns, *_WHOLE.columns)
    .select_from(Document)
    .join(Person, Person.id == Document.author_id)
    .join(Definition, Definition.id == Document.definition_id)
    .outerjoin(Obligation, Obligation.id == Document.obligation_id)
    .outerjoin(
        Revision, sa.and_(Revision.document_id == Document.id, Revision.n == Document.revision)
    )
    .join(Unit, Unit.id == Document.unit_id)
    .join(Campaign, Campaign.id == Document.campaign_id)
    .outerjoin(Stage, Stage.document_id == Document.id)
    .where(Document.id == _DOCUMENT)
    .order_by(Stage.position)
    .with_for_update(key_share=True, of=Document)
)


def hold_units(unit_ids: Iterable[int]) -> None:
    """What these units issue, owe and number is moved by one writer at a time, until the
    transaction ends. In the order of their ids, which keeps two who hold several from waiting for
    each other."""
    ids = sorted(set(unit_ids))
    if ids and locks_rows():
        db.session.execute(_HOLD_UNITS, {"units": ids})


def hold_rows(table: type[Base], condition: sa.ColumnElement[bool]) -> list[int]:
    """Holds the rows of a table that meet a condition, in the order of their ids; returns these."""
    mapped: Any = table
    rows = sa.select(mapped.id).where(condition).order_by(mapped.id)
    return list(db.session.scalars(rows.with_for_update(key_share=True)))


def hold_all(table: type[Base]) -> None:
    """Holds every row of a table, in the order of their ids, without reading them."""
    if locks_rows():
        mapped: Any = table
        rows = sa.select(mapped.id).order_by(mapped.id).with_for_update(key_share=True)
        db.session.execute(sa.select(sa.func.count()).select_from(rows.subquery()))


def hold_tree() -> None:
    """Who reports to whom is changed by one writer at a time, until the transaction ends: two lines
    that each are sound may be a ring together. Before any log."""
    if locks_rows():
        db.session.execute(_HOLD_TREE)


def hold_person(person_id: int) -> None:
    """Whether somebody is there to act, absent or his account suspended, is changed while none of
    his acts is on its way: those that are come first. Before any log."""
    if locks_rows():
        hold_rows(Person, Person.id == person_id)


def lock_document(document_id: int, actor_id: int | None = None) -> Document:
    """The document as it is now, with what every act looks at, held until the transaction ends.

    Its issuer is held first: whoever writes a document or its stages holds it too, so that what is
    read beside the document is as new as the document. With `actor_id` whoever makes this person
    absent, or suspends his account, comes before us or waits. Raises NoResultFound.
    """
    if locks_rows() and actor_id is None:
        db.session.execute(_HOLD_ISSUER, {"document": document_id})
    elif locks_rows():
        db.session.execute(_HOLD_ISSUER_AND_ACTOR, {"document": document_id, "actor": actor_id})
    session = db.session()
    rows = asked(_HELD, {"document": document_id}).all()
    if not rows:
        raise sa.exc.NoResultFound
    width = len(_STAGE.columns)
    document, *around = _WHOLE.of(session, rows[0][width:], anew=True)
    for name, value in zip(_AROUND_IT, around, strict=True):
        set_committed_value(document, name, value)
    stages = [_STAGE.of(session, row[:width], anew=True) for row in rows]
    set_committed_value(document, "stages", [stage for stage in stages if stage is not None])
    locked: Document = document
    return locked


def hold_right(post_id: int, delegation_id: int) -> None:
    """Holds a delegation against other writers and lets nobody end its post meanwhile: the post
    first, as everybody."""
    if locks_rows():
        db.session.execute(sa.select(Post.id).where(Post.id == post_id).with_for_update(read=True))
        hold_rows(Delegation, Delegation.id == delegation_id)


def keep_right(post_id: int, delegation_id: int | None, day: date, now: datetime) -> bool:
    """Whether a post, and a delegation of it, are in force on the local `day` and not ended by the
    instant `now`; if so they stay until the transaction ends. Waits for whoever is ending one of
    them; the post before its delegation, as whoever ends a post."""
    if not locks_rows():
        return True
    given = {"day": day, "now": now}
    if db.session.execute(_KEEP_POST, {**given, "post": post_id}).first() is None:
        return False
    if delegation_id is None:
        return True
    kept = db.session.execute(_KEEP_DELEGATION, {**given, "delegation": delegation_id})
    return kept.first() is not None
