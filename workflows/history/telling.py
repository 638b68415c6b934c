"""The trail in sentences: of a document, of a log, of any events, as far as somebody may hear them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db
from models.document import Document
from models.event import AuditEvent
from models.person import Person
from models.unit import Unit
from workflows.history.line import Line
from workflows.history.told import Told
from workflows.scope import can_read_text, takes_part

# What everybody who may know of a paper hears of it: what became of it, without anybody's words.
LISTED = ("approve", "confirm", "report", "receive", "supersede", "revoke", "archive")


def heard_by(
    document: Document, person: Person, now: datetime, *, since: int = 0, readings: bool = False
) -> list[Line]:
    """What happened to a document after its version `since`, as this person may hear it.

    All of it with its quotes for who takes part in it and may read its text; anybody else hears
    what is `LISTED`, without a word of anybody's.
    """
    inside = hears_all(document, person, now)
    lines = [
        line
        for line in sentences(document, readings=readings, quotes=inside)
        if not since or (line.event.document_version or 0) > since
    ]
    if inside:
        return lines
    return [replace(line, quote=None) for line in lines if line.event.action in LISTED]


def hears_all(document: Document, person: Person, now: datetime) -> bool:
    """Whether the person hears everything that happened to a document, and what was said."""
    return takes_part(document, person, now) and can_read_text(document, person, now)


def sentences(document: Document, *, readings: bool = False, quotes: bool = True) -> list[Line]:
    """What happened to a document, oldest first; who only read it is told too if `readings`.
    Without `quotes` nothing is told of what was said about a commitment, nor that it was late."""
    query = _events().where(AuditEvent.document_id == document.id)
    if not readings:
        query = query.where(AuditEvent.action != "read")
    # Acts on one document exclude each other, so that ids grow with its versions.
    events = db.session.scalars(query.order_by(AuditEvent.id)).all()
    return _lines(events, quotes=quotes)


def unit_sentences(
    unit_id: int,
    before_seq: int | None = None,
    limit: int = 50,
    *,
    without: sa.Select[int] | None = None,
) -> list[Line]:
    """The log of a unit, newest first, from below `before_seq`; `without` what concerns these
    documents.

    What was said about a commitment is left to those who may read the commitment.
    """
    query = _events().where(AuditEvent.unit_id == unit_id)
    if without is not None:
        about = AuditEvent.document_id
        query = query.where(sa.or_(about.is_(None), about.not_in(without)))
    if before_seq is not None:
        query = query.where(AuditEvent.seq < before_seq)
    events = db.session.scalars(query.order_by(AuditEvent.seq.desc()).limit(limit)).all()
    return _lines(events, quotes=False)


def told_of(events: Iterable[AuditEvent]) -> list[Line]:
    """These events as sentences, without what was said about a commitment. They come with their
    units and payloads."""
    return _lines(events, quotes=False)


def _events() -> sa.Select[AuditEvent]:
    return sa.select(AuditEvent).options(
        joinedload(AuditEvent.payload), joinedload(AuditEvent.unit)
    )


def _lines(events: Iterable[AuditEvent], *, quotes: bool) -> list[Line]:
    told = [Told(event) for event in events]
    codes = {code for one in told for code in one.unit_codes()}
    units = {
        unit.code: unit for unit in db.session.scalars(sa.select(Unit).where(Unit.code.in_(codes)))
    }
    ids = {one.payload.actor_id for one in told if one.payload and "actor" not in one.sealed}
    people = db.session.scalars(sa.select(Person).where(Person.id.in_(ids - {None})))
    names: dict[int | None, str] = {person.id: person.full_name for person in people}
    return [one.line(units, names, quotes=quotes) for one in told]
