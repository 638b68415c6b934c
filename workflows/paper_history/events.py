"""One search over events: by unit, act, date and document, newest first, as far as an inspector reads.

Events about a person's paper are found only within an open inspection whose scope covers it, and then
without anybody's words. Pages follow each other by (instant, id), so that a page costs the same
wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.document import Document
from models.event import AuditEvent
from workflows.calendar import end_of_day, start_of_day
from workflows.history import Line, told_of
from workflows.paper_history.reach import Reach
from workflows.questions.scope import one_of
from workflows.symbols import read

COUNTED = 100  # more are not counted
SAME_NUMBER = 500  # documents of one number are looked at
TOLD = (joinedload(AuditEvent.payload), joinedload(AuditEvent.unit))
UNSEARCHED = ("read",)  # who read whose commitment is told to its author


@dataclass(frozen=True)
class Wanted:
    """What is looked for; whatever is None or empty is not asked. Days are local, both inclusive.
    `number` is a document's, however it is spelt."""

    unit_id: int | None = None
    action: str = ""
    first: date | None = None
    last: date | None = None
    document_id: int | None = None
    number: str = ""


@dataclass(frozen=True)
class Found:
    """One page: the events as sentences, and the id after which the next page begins or None."""

    lines: list[Line]
    after: int | None


def find_events(
    wanted: Wanted, reach: Reach, *, after: int | None = None, limit: int = 50
) -> Found:
    """The events that this inspector may read and that fit, newest first, from below the one with
    the id `after`."""
    query = _fitting(sa.select(AuditEvent).options(*TOLD), wanted, reach)
    if after is not None:
        last = sa.select(AuditEvent.at).where(AuditEvent.id == after).scalar_subquery()
        older = sa.or_(AuditEvent.at < last, AuditEvent.id < after)
        query = query.where(AuditEvent.at <= last, older)
    newest_first = query.order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
    events = list(db.session.scalars(newest_first.limit(limit + 1)))
    shown = events[:limit]
    return Found(told_of(shown), shown[-1].id if len(events) > limit else None)


def count_events(wanted: Wanted, reach: Reach) -> int:
    """How many there are, counted up to `COUNTED`."""
    some = _fitting(sa.select(AuditEvent.id), wanted, reach).limit(COUNTED).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(some)) or 0


def _fitting(query: sa.Select[Any], wanted: Wanted, reach: Reach) -> sa.Select[Any]:
    query = query.outerjoin(Document, Document.id == AuditEvent.document_id)
    conditions = [AuditEvent.action.not_in(UNSEARCHED), *_where(wanted, reach)]
    if wanted.action:
        conditions.append(AuditEvent.action == wanted.action)
    if wanted.first is not None:
        conditions.append(AuditEvent.at >= start_of_day(wanted.first))
    if wanted.last is not None:
        conditions.append(AuditEvent.at < end_of_day(wanted.last))
    return query.where(*conditions)


def _where(wanted: Wanted, reach: Reach) -> Iterator[sa.ColumnElement[bool]]:
    """In which logs, and about what: of a document everything that any body did with it, otherwise
    what the units inspected wrote down, about no document or one whose history may be read."""
    documents = _documents(wanted, reach)
    if documents is None:
        yield one_of(AuditEvent.unit_id, reach.unit_ids)
        yield sa.or_(AuditEvent.document_id.is_(None), reach.documents())
    else:
        yield AuditEvent.document_id.in_(documents)
    if wanted.unit_id is not None:
        yield AuditEvent.unit_id == wanted.unit_id


def _documents(wanted: Wanted, reach: Reach) -> list[int] | None:
    """The documents asked for, as far as they are within reach; None where none is named."""
    query = sa.select(Document.id).where(reach.documents())
    if wanted.document_id is not None:
        query = query.where(Document.id == wanted.document_id)
    elif wanted.number:
        spelt = read(wanted.number).canonical or wanted.number
        query = query.where(Document.number == spelt).limit(SAME_NUMBER)
    else:
        return None
    return list(db.session.scalars(query))
