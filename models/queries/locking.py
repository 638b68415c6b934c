"""Holding rows against other writers until the transaction ends, always in one order: the tree,
issuers by id, then a document, then posts and their delegations, then logs by unit.

On SQLite a writer holds the whole database from its BEGIN, so there is nothing to ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import Base, UTCDateTime, db, locks_rows
from models.document import Document, Revision
from models.post import Delegation, Post, delegated_at, held_at
from models.queries.act import PERSON, UNIT
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
_HELD = (
    sa.select(Document)
    .where(Document.id == _DOCUMENT)
    .options(
        joinedload(Document.author, innerjoin=True).load_only(*PERSON),
        joinedload(Document.definition, innerjoin=True),
        joinedload(Document.obligation),
        joinedload(Document.newest).defer(Revision.content).defer(Revision.basis),
        joinedload(Document.unit, innerjoin=True).load_only(*UNIT),
        joinedload(Document.stages),  # whose bodies, but the issuer, are read when asked for
    )
    .with_for_update(key_share=True, of=Document)
    .execution_options(populate_existing=True)
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


def lock_document(document_id: int) -> Document:
    """The document as it is now, with what every act looks at, held until the transaction ends.

    Its issuer is held first: whoever writes a document or its stages holds it too, so that what is
    read beside the document is as new as the document. Raises NoResultFound.
    """
    if locks_rows():
        db.session.execute(_HOLD_ISSUER, {"document": document_id})
    return db.session.execute(_HELD, {"document": document_id}).unique().scalar_one()


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
