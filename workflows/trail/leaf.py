"""What one event states: the leaf, which is hashed, and the salted fields, which stand apart.

The leaf never changes. It holds no name and no free text, only facts (ids, codes, states, figures)
and, under "private", a salted commitment to each field of the payload.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from workflows.trail.canonical import canonical, plain, stamp
from workflows.trail.content import SALT, commitments

VERSION = 1
# What every leaf says of itself; no fact may take these names.
OWN_FIELDS = frozenset(
    ("v", "unit", "seq", "at", "action", "document", "document_version", "behind", "private")
)
LONGEST_FACT = 128

Fields = dict[str, dict[str, Any]]  # {name: {"value": …, "salt": hex}}


def leaf(
    code: str,
    seq: int,
    latest_at: datetime | None,
    *,
    action: str,
    at: datetime,
    facts: dict[str, Any],
    fields: Fields,
    document_id: int | None = None,
    document_version: int | None = None,
) -> bytes:
    """The canonical bytes of the event at place `seq` in the log of the unit `code`, whose latest
    instant so far is `latest_at`. Raises `ValueError` for a fact that could be a name or a text."""
    stated = _spelt(facts, code)
    if latest_at is not None and at < latest_at:
        stated["behind"] = stamp(latest_at)
    stated |= {
        "v": VERSION,
        "unit": code,
        "seq": seq,
        "at": stamp(at),
        "action": action,
        "document": document_id,
        "document_version": document_version,
        "private": commitments(fields),
    }
    return canonical(stated)


def salted(private: dict[str, Any], actor_id: int | None) -> Fields:
    """The fields of a payload, each with a salt of its own; what is None is left out. Who acted is
    one of them."""
    named = private if actor_id is None else {**private, "actor_id": actor_id}
    return {
        name: {"value": plain(value), "salt": secrets.token_hex(SALT)}
        for name, value in named.items()
        if value is not None
    }


def _spelt(facts: dict[str, Any], code: str) -> dict[str, Any]:
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
