"""What a decision is bound to: the salted hash of one revision."""

from __future__ import annotations

import secrets
from datetime import date
from hashlib import sha256
from typing import Any

from workflows.trail.canonical import canonical

SALT = 16


def new_salt() -> bytes:
    """Fresh salt; without it nobody can guess a short text from its hash."""
    return secrets.token_bytes(SALT)


def content_hash(
    title: str,
    content: dict[str, Any],
    basis: list[dict[str, Any]],
    dated_on: date | None,
    salt: bytes,
) -> bytes:
    """SHA-256 over the salt and the canonical JSON of a revision.

    Raises `NotCanonical` when the content holds a float: figures are integers or decimal strings.
    """
    text = canonical(
        {
            "title": title,
            "content": content,
            "basis": basis,
            "dated_on": dated_on and dated_on.isoformat(),
        }
    )
    return sha256(salt + text).digest()


def commitments(fields: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Of every private field of an event (`{"value": …, "salt": hex}`) the SHA-256, in hex, over its
    salt and the canonical JSON of its value.

    Raises `ValueError` (`NotCanonical`, or a salt is no hex), `KeyError` or `TypeError` for what is
    no such field.
    """
    unhex = bytes.fromhex
    return {
        name: sha256(unhex(field["salt"]) + canonical(field["value"])).hexdigest()
        for name, field in fields.items()
    }
