"""Receipts: taken away by who acted, held against the log at any later time."""

from __future__ import annotations

from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from models.checkpoint import Checkpoint, LogLook
from models.event import AuditEvent, EventPayload
from models.unit import Unit
from workflows.trail import checkpoint, merkle, tiles
from workflows.trail.note import parse as parse_note
from workflows.trail.proof import Proof, Receipt, text


class Standing(Enum):
    """Whether the event of a receipt still stands where it stood."""

    STANDS = "stands"
    GONE = "gone"  # it, or something before it, is no longer what was signed
    UNKNOWN = "unknown"  # the signing process has not looked at the log yet


class NotWhole(Exception):
    """The log no longer is what was signed of it: nothing can be proven by it."""


def own_event(session: Session, unit_id: int, seq: int, person_id: int) -> AuditEvent | None:
    """The event at this place of a unit's log, if this person acted in it."""
    here = (AuditEvent.unit_id == unit_id, AuditEvent.seq == seq)
    return session.scalar(_acted_by(person_id).where(*here))


def own_events(
    session: Session, person_id: int, *, below: int | None = None, limit: int = 50
) -> list[AuditEvent]:
    """What this person did, newest first, with units and payloads; below the event with this id."""
    query = _acted_by(person_id).options(
        contains_eager(AuditEvent.payload), contains_eager(AuditEvent.unit)
    )
    if below is not None:
        query = query.where(EventPayload.event_id < below)
    return list(session.scalars(query.order_by(EventPayload.event_id.desc()).limit(limit)))


def _acted_by(person_id: int) -> sa.Select[AuditEvent]:
    return (
        sa.select(AuditEvent)
        .join(AuditEvent.payload)
        .join(AuditEvent.unit)
        .where(EventPayload.actor_id == person_id)
    )


def receipt_of(session: Session, event: AuditEvent) -> str | None:
    """The receipt of an event by the newest checkpoint of its log; None while none covers it.
    Raises `NotWhole`."""
    newest = session.scalar(
        sa.select(Checkpoint)
        .where(Checkpoint.unit_id == event.unit_id)
        .order_by(Checkpoint.id.desc())
        .limit(1)
    )
    if newest is None or newest.size <= event.seq:
        return None
    signed = checkpoint.parse(parse_note(newest.note).text)
    try:
        path = tiles.tree(session, event.unit_id, signed.size).inclusion(event.seq)
    except tiles.Incomplete:
        raise NotWhole from None
    hashed = merkle.leaf_hash(event.leaf)
    if not merkle.includes(signed.root, signed.size, event.seq, hashed, path):
        raise NotWhole
    return text(Proof(event.seq, tuple(path), newest.note, event.leaf))


def standing_of(session: Session, said: checkpoint.Checkpoint) -> Standing:
    """Whether the log of this installation still begins with the tree of a signed checkpoint."""
    unit_id = session.scalar(sa.select(Unit.id).where(Unit.code == unit_code(said)))
    look = unit_id and session.get(LogLook, unit_id)
    if unit_id is None:
        return Standing.GONE
    if not look or (look.size < said.size and look.fault is None):
        return Standing.UNKNOWN
    try:
        root = tiles.tree(session, unit_id, said.size).root()
    except tiles.Incomplete:
        return Standing.GONE
    return Standing.STANDS if root == said.root else Standing.GONE


def unit_code(said: checkpoint.Checkpoint) -> str:
    """The code of the unit whose log it is."""
    return said.origin.rpartition("/")[2]


def standing(session: Session, receipt: Receipt) -> Standing:
    """Whether the event of a receipt, found right before, still stands in the log of this
    installation. Reads the leaves around it, and above them the roots that were signed."""
    code, size = str(receipt.stated["unit"]), receipt.checkpoint.size
    unit_id = session.scalar(sa.select(Unit.id).where(Unit.code == code))
    look = unit_id and session.get(LogLook, unit_id)
    if unit_id is None:
        return Standing.GONE
    if not look or (look.size < size and look.fault is None):
        return Standing.UNKNOWN
    tree = tiles.tree(session, unit_id, size)
    try:
        path, leaf = tree.inclusion(receipt.seq), tree.leaf(receipt.seq)
    except tiles.Incomplete:
        return Standing.GONE
    stands = leaf == merkle.leaf_hash(receipt.leaf) and merkle.includes(
        receipt.checkpoint.root, size, receipt.seq, leaf, path
    )
    return Standing.STANDS if stands else Standing.GONE
