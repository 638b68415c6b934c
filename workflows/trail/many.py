"""Many events in the logs of many units, in the caller's transaction: a few statements in all.

The same leaves in the same trees as `append` writes one by one, in the order given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import db, table_of, transaction
from models.event import AuditEvent, EventPayload
from models.queries import bulk
from workflows.trail.head import HEAD, LOCKED, UNIT, Head, begin
from workflows.trail.leaf import salted

EVENT, PAYLOAD = map(table_of, (AuditEvent, EventPayload))
EVENT_COLUMNS = (
    "id",
    "unit_id",
    "seq",
    "at",
    "action",
    "document_id",
    "document_version",
    "leaf",
    "leaf_hash",
)
PAYLOAD_COLUMNS = ("event_id", "actor_id", "about_id", "fields")

_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_BEGUN = sa.select(sa.func.count()).where(HEAD.c.unit_id.in_(_IDS))
_LOCK = LOCKED.where(HEAD.c.unit_id.in_(_IDS)).order_by(HEAD.c.unit_id)
_EXISTS = sa.exists().where(HEAD.c.unit_id == UNIT.c.id)
_NEW = sa.select(UNIT.c.id).where(UNIT.c.id.in_(_IDS), ~_EXISTS).order_by(UNIT.c.id)


NOTHING: dict[str, Any] = {}


class Entry(NamedTuple):
    """One event to be written; the fields are the arguments of `append`."""

    unit_id: int
    action: str
    at: datetime
    facts: dict[str, Any]
    private: dict[str, Any] = NOTHING
    actor_id: int | None = None
    document_id: int | None = None
    document_version: int | None = None
    about_id: int | None = None


def append_many(
    session: Session, heads: dict[int, Head], entries: Sequence[Entry]
) -> Sequence[int]:
    """Writes these events and returns their ids, in the same order.

    `heads` are those of `lock_many`, and move on. Raises `ValueError` as `append` does.
    """
    ids = bulk.reserve(session, EVENT, len(entries))
    events, payloads = [], []
    for event_id, entry in zip(ids, entries, strict=True):
        head = heads[entry.unit_id]
        fields = salted(entry.private, entry.actor_id)
        seq, text, hashed = head.grow(
            action=entry.action,
            at=entry.at,
            facts=entry.facts,
            fields=fields,
            document_id=entry.document_id,
            document_version=entry.document_version,
        )
        events.append(
            (
                event_id,
                entry.unit_id,
                seq,
                entry.at,
                entry.action,
                entry.document_id,
                entry.document_version,
                text,
                hashed,
            )
        )
        if fields:
            payloads.append((event_id, entry.actor_id, entry.about_id, fields))
    bulk.insert(session, EVENT, EVENT_COLUMNS, events)
    bulk.insert(session, PAYLOAD, PAYLOAD_COLUMNS, payloads)
    units = {entry.unit_id for entry in entries}
    moved = [(u, heads[u].size, heads[u].frontier, heads[u].latest_at) for u in sorted(units)]
    bulk.update(session, HEAD, "unit_id", ("size", "frontier", "latest_at"), moved)
    return ids


def begin_logs(unit_ids: Iterable[int]) -> None:
    """Gives a log to those of these units that have none yet, in a transaction of its own: while a
    new head is waited for, no other may be held."""
    units = sorted(set(unit_ids))
    if db.session.connection().execute(_BEGUN, {"ids": units}).scalar_one() == len(units):
        return
    with transaction() as session:
        for unit_id in session.connection().execute(_NEW, {"ids": units}).scalars().all():
            begin(unit_id)


def lock_many(session: Session, unit_ids: Iterable[int]) -> dict[int, Head]:
    """Locks the logs of these units until the transaction ends, in the order of units; each has been
    begun. Returns {unit: the end of its log}."""
    rows = session.connection().execute(_LOCK, {"ids": sorted(set(unit_ids))})
    return {row.unit_id: Head(row.size, row.frontier, row.latest_at, row.code) for row in rows}
