"""Fetching through the viewer's scope: what one may not see and what is not there are one 404."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import sqlalchemy as sa
from flask import abort
from flask_login import current_user

import clock
from models.base import Base, db
from models.document import Document
from models.listing import CommitmentList
from models.person import Person
from models.unit import Unit, unit_by_code
from workflows.lists import lists_of, visible_lists
from workflows.scope import visible_among, visible_documents

Row = TypeVar("Row", bound=Base)


def viewer() -> Person:
    """The person behind the request."""
    person: Person = current_user.person
    return person


def find(table: type[Row], row_id: int, seen: sa.ColumnElement[bool]) -> Row | None:
    """The row with this id, if the condition `seen` holds for it."""
    key = sa.inspect(table).primary_key[0]
    return db.session.scalar(sa.select(table).where(key == row_id, seen))


def find_document(document_id: int) -> Document | None:
    """The document, if this viewer may know of it."""
    return find(Document, document_id, visible_documents(viewer(), clock.now()))


def load_document(document_id: int) -> Document:
    """As `find_document`; otherwise 404."""
    document = find_document(document_id)
    if document is None:
        abort(404)
    return document


def load_unit(code: str) -> Unit:
    """The unit with this code; the tree of the organisation is known to everybody signed in."""
    unit = unit_by_code(code) if len(code) <= 64 and code.isprintable() else None
    if unit is None:
        abort(404)
    return unit


def load_list(list_id: int) -> CommitmentList:
    """The list of commitments, if this viewer may open it; otherwise 404."""
    visible = visible_lists(viewer(), clock.now())
    found = lists_of(sa.and_(CommitmentList.id == list_id, visible))
    if not found:
        abort(404)
    return found[0]


def visible_ids(ids: Iterable[int | None]) -> set[int]:
    """Of these documents, those that the viewer may open."""
    wanted = {ident for ident in ids if ident is not None}
    return visible_among(wanted, viewer(), clock.now())
