"""One more event in the log of one unit, in the caller's transaction: four statements.

The leaf is what is hashed and never changes. It holds no name and no free text, only facts (ids,
codes, states, figures) and, under "private", a salted commitment to each field of the payload.

Order is by `seq`, never by the clock. An event that is older than the latest one in its log (the
clock was set back, or two acts crossed) keeps its instant and says so: the fact "behind" holds that
latest instant. An older instant without it is a fault that `verify` names.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.queries.at_once import append_event
from workflows.trail.head import HEAD, LOCKED, Head, begin
from workflows.trail.leaf import salted

_LOCK = LOCKED.where(HEAD.c.unit_id == sa.bindparam("unit"))


class Appended(NamedTuple):
    """The event just written: its id, and its place in the log of a unit."""

    id: int
    unit_id: int
    seq: int


def append(
    session: Session,
    *,
    unit_id: int,
    action: str,
    at: datetime,
    facts: dict[str, Any],
    private: dict[str, Any],
    actor_id: int | None,
    document_id: int | None = None,
    document_version: int | None = None,
    about_id: int | None = None,
) -> Appended:
    """Writes one event at the instant `at` and returns where it stands.

    `facts` go into the leaf as they are (dates and bytes are spelt as text), `private` into the
    payload, each value with a salt of its own; fields that are None are left out. `about_id` is the
    person, other than the actor, whom the payload names: who delegated, who got the post.
    Locks the log until the transaction ends: who writes to several logs locks them first, in one
    order (`lock_logs`). Raises `ValueError` for a fact that could be a name or a text.
    """
    head = _lock(session, unit_id)
    fields = salted(private, actor_id)
    seq, text, hashed = head.grow(
        action=action,
        at=at,
        facts=facts,
        fields=fields,
        document_id=document_id,
        document_version=document_version,
    )
    event_id = append_event(
        {
            "unit_id": unit_id,
            "seq": seq,
            "at": at,
            "action": action,
            "document_id": document_id,
            "document_version": document_version,
            "leaf": text,
            "leaf_hash": hashed,
        },
        {"actor_id": actor_id, "about_id": about_id, "fields": fields} if fields else {},
        {"size": head.size, "frontier": head.frontier, "latest_at": head.latest_at},
    )
    return Appended(event_id, unit_id, seq)


def lock_logs(session: Session, unit_ids: Iterable[int]) -> None:
    """Locks the logs of these units, in the one order that every writer keeps: by unit."""
    for unit_id in sorted(set(unit_ids)):
        _lock(session, unit_id)


def _lock(session: Session, unit_id: int) -> Head:
    row = session.execute(_LOCK, {"unit": unit_id}).one_or_none()
    if row is None:
        begin(unit_id)
        row = session.execute(_LOCK, {"unit": unit_id}).one()
    return Head(row.size, row.frontier, row.latest_at, row.code)
