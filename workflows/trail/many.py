"""Many events in the logs of many units, in the caller's transaction: four statements in all.

The same leaves in the same trees as `append` writes one by one, in the order given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.event import AuditEvent, EventPayload, LogHead
from models.queries import bulk
from models.unit import Unit
from workflows.trail import merkle
from workflows.trail.append import lock_logs
from workflows.trail.leaf import leaf, salted
from workflows.trail.tables import table_of

EVENT, PAYLOAD, HEAD, UNIT = map(table_of, (AuditEvent, EventPayload, LogHead, Unit))
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

_UNITS: sa.BindParameter[Any] = sa.bindparam("units", expanding=True)
_BEGUN = sa.select(sa.func.count()).where(HEAD.c.unit_id.in_(_UNITS))
_LOCK = (
    sa.select(HEAD.c.unit_id, HEAD.c.size, HEAD.c.frontier, HEAD.c.latest_at, UNIT.c.code)
    .join_from(HEAD, UNIT, HEAD.c.unit_id == UNIT.c.id)
    .where(HEAD.c.unit_id.in_(_UNITS))
    .order_by(HEAD.c.unit_id)
    .with_for_update(of=HEAD)
)
_BEGIN = sa.text(
    "INSERT INTO log_head (unit_id, size, frontier)"
    " SELECT id, 0, :empty FROM unit WHERE id IN :units"
    " AND NOT EXISTS (SELECT 1 FROM log_head WHERE unit_id = unit.id)"
    " ORDER BY id ON CONFLICT DO NOTHING"
).bindparams(_UNITS, sa.bindparam("empty", b""))


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to be written; the fields are the arguments of `append`."""

    unit_id: int
    action: str
    at: datetime
    facts: dict[str, Any]
    private: dict[str, Any] = field(default_factory=dict)
    actor_id: int | None = None
    document_id: int | None = None
    document_version: int | None = None
    about_id: int | None = None


@dataclass(slots=True)
class _Head:
    """The growing end of a log while events are added to it."""

    size: int
    frontier: bytes
    latest_at: datetime | None
    code: str


def append_many(session: Session, entries: Sequence[Entry]) -> Sequence[int]:
    """Writes these events and returns their ids, in the same order.

    Locks the logs until the transaction ends. Raises `ValueError` as `append` does.
    """
    heads = _locked(session, {entry.unit_id for entry in entries})
    ids = bulk.reserve(session, EVENT, len(entries))
    events, payloads = [], []
    for event_id, entry in zip(ids, entries, strict=True):
        head = heads[entry.unit_id]
        fields = salted(entry.private, entry.actor_id)
        text = leaf(
            head.code,
            head.size,
            head.latest_at,
            action=entry.action,
            at=entry.at,
            facts=entry.facts,
            fields=fields,
            document_id=entry.document_id,
            document_version=entry.document_version,
        )
        hashed = merkle.leaf_hash(text)
        events.append(
            (
                event_id,
                entry.unit_id,
                head.size,
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
        head.frontier = merkle.grown(head.frontier, head.size, hashed)
        head.size += 1
        if head.latest_at is None or head.latest_at < entry.at:
            head.latest_at = entry.at
    bulk.insert(session, EVENT, EVENT_COLUMNS, events)
    bulk.insert(session, PAYLOAD, PAYLOAD_COLUMNS, payloads)
    moved = [(unit_id, h.size, h.frontier, h.latest_at) for unit_id, h in heads.items()]
    bulk.update(session, HEAD, "unit_id", ("size", "frontier", "latest_at"), moved)
    return ids


def begin_logs(session: Session, unit_ids: Iterable[int]) -> None:
    """Gives a log to those of these units that have none yet. For a transaction that holds no other
    lock: new heads are waited for in the order of units, whatever else exists."""
    session.execute(_BEGIN, {"units": sorted(set(unit_ids))})


def lock_many(session: Session, unit_ids: Iterable[int]) -> None:
    """As `lock_logs`, in one statement where all of these units have a log."""
    _locked(session, set(unit_ids))


def _locked(session: Session, unit_ids: set[int]) -> dict[int, _Head]:
    units = sorted(unit_ids)
    if session.scalar(_BEGUN, {"units": units}) != len(units):
        lock_logs(session, units)  # one after the other: an old head must not be held for a new one
    rows = session.execute(_LOCK, {"units": units})
    return {row.unit_id: _Head(row.size, row.frontier, row.latest_at, row.code) for row in rows}
