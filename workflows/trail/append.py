"""One more event in the log of one unit, in the caller's transaction: four statements.

The leaf is what is hashed and never changes. It holds no name and no free text, only facts (ids,
codes, states, figures) and, under "private", a salted commitment to each field of the payload.

Order is by `seq`, never by the clock. An event that is older than the latest one in its log (the
clock was set back, or two acts crossed) keeps its instant and says so: the fact "behind" holds that
latest instant. An older instant without it is a fault that `verify` names.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, make_transient_to_detached

from models.event import AuditEvent, EventPayload, LogHead
from models.unit import Unit
from workflows.trail import merkle
from workflows.trail.canonical import canonical, plain, stamp
from workflows.trail.content import SALT, commitment
from workflows.trail.tables import table_of

VERSION = 1
# What every leaf says of itself; no fact may take these names.
OWN_FIELDS = frozenset(
    ("v", "unit", "seq", "at", "action", "document", "document_version", "behind", "private")
)
LONGEST_FACT = 128

EVENT, PAYLOAD, HEAD, UNIT = map(table_of, (AuditEvent, EventPayload, LogHead, Unit))

_LOCK = (
    sa.select(HEAD.c.size, HEAD.c.frontier, HEAD.c.latest_at, UNIT.c.code)
    .join_from(HEAD, UNIT, HEAD.c.unit_id == UNIT.c.id)
    .where(HEAD.c.unit_id == sa.bindparam("unit"))
    .with_for_update(of=HEAD)
)
_MOVE_HEAD = sa.update(HEAD).where(HEAD.c.unit_id == sa.bindparam("unit"))
_INSERT_EVENT = sa.insert(EVENT).returning(EVENT.c.id)
_INSERT_PAYLOAD = sa.insert(PAYLOAD)


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
) -> AuditEvent:
    """Writes one event at the instant `at` and returns it, with its id.

    `facts` go into the leaf as they are (dates and bytes are spelt as text), `private` into the
    payload, each value with a salt of its own; fields that are None are left out. `about_id` is the
    person, other than the actor, whom the payload names: who delegated, who got the post.
    Locks the log until the transaction ends: who writes to several logs locks them first, in one
    order (`lock_logs`). Raises `ValueError` for a fact that could be a name or a text.
    """
    size, frontier, latest_at, code = _lock(session, unit_id)
    leaf = _facts(facts, code)
    if latest_at is not None and at < latest_at:
        leaf["behind"] = stamp(latest_at)
    fields = _salted(private if actor_id is None else {**private, "actor_id": actor_id})
    leaf |= {
        "v": VERSION,
        "unit": code,
        "seq": size,
        "at": stamp(at),
        "action": action,
        "document": document_id,
        "document_version": document_version,
        "private": {
            name: commitment(field["value"], bytes.fromhex(field["salt"])).hex()
            for name, field in fields.items()
        },
    }
    text = canonical(leaf)
    row: dict[str, Any] = {
        "unit_id": unit_id,
        "seq": size,
        "at": at,
        "action": action,
        "document_id": document_id,
        "document_version": document_version,
        "leaf": text,
        "leaf_hash": merkle.leaf_hash(text),
    }
    event_id = session.execute(_INSERT_EVENT, row).scalar_one()
    if fields:
        payload = {"event_id": event_id, "actor_id": actor_id, "about_id": about_id}
        session.execute(_INSERT_PAYLOAD, payload | {"fields": fields})
    session.execute(
        _MOVE_HEAD,
        {
            "unit": unit_id,
            "size": size + 1,
            "frontier": merkle.grown(frontier, size, row["leaf_hash"]),
            "latest_at": at if latest_at is None else max(at, latest_at),
        },
    )
    return _as_row(session, event_id, row)


def lock_logs(session: Session, unit_ids: Iterable[int]) -> None:
    """Locks the logs of these units, in the one order that every writer keeps: by unit."""
    for unit_id in sorted(set(unit_ids)):
        _lock(session, unit_id)


def _lock(session: Session, unit_id: int) -> tuple[int, bytes, datetime | None, str]:
    head = session.execute(_LOCK, {"unit": unit_id}).one_or_none()
    if head is None:
        dialect = {"sqlite": sqlite, "postgresql": postgresql}[session.get_bind().dialect.name]
        # Two first events of a unit at once: the second waits here for the first to commit.
        session.execute(
            dialect.insert(HEAD)
            .values(unit_id=unit_id, size=0, frontier=b"")
            .on_conflict_do_nothing()
        )
        head = session.execute(_LOCK, {"unit": unit_id}).one()
    return head.size, head.frontier, head.latest_at, head.code


def _facts(facts: dict[str, Any], code: str) -> dict[str, Any]:
    """The facts as the leaf spells them."""
    spelt: dict[str, Any] = plain(facts)
    if spelt.get("unit") == code:
        del spelt["unit"]
    if taken := OWN_FIELDS & spelt.keys():
        raise ValueError(f"every leaf says this of itself: {sorted(taken)}")
    for name, value in spelt.items():
        if isinstance(value, str) and (len(value) > LONGEST_FACT or " " in value):
            raise ValueError(f"{name} may be a name or a text: it belongs into the payload")
    return spelt


def _salted(private: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        name: {"value": plain(value), "salt": secrets.token_hex(SALT)}
        for name, value in private.items()
        if value is not None
    }


def _as_row(session: Session, event_id: int, row: dict[str, Any]) -> AuditEvent:
    """The row just written as an object of the session, without reading it again."""
    event = AuditEvent(id=event_id, **row)
    make_transient_to_detached(event)
    session.add(event)
    return event
