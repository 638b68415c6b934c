"""Which witness elsewhere the settings name."""

from __future__ import annotations

from workflows.trail.note import parse_key
from workflows.trail.witness.doors import Elsewhere, elsewhere, wanted_by


def witness_elsewhere(url: str | None, key: str | None) -> Elsewhere | None:
    """The witness at this address with this verifier key; None without an address. Raises
    `NotANote` for a key that cannot be read."""
    return Elsewhere(elsewhere(url), parse_key(key or ""), wanted_by(url)) if url else None
