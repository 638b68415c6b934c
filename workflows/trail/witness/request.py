"""What a log sends to a witness (C2SP tlog-witness, add-checkpoint): from which size on, the proof that
nothing before was changed, and the new signed checkpoint.

    old <size>
    <base64 of one hash of the consistency proof>
    …
    <empty line>
    <the signed checkpoint>
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import NamedTuple

from workflows.trail.merkle import HASH
from workflows.trail.note import NotANote, decode

MOST_HASHES = 63
LARGEST = 64 * 1024  # characters of a request
_OLD = re.compile("old (0|[1-9][0-9]{0,15})")


class Request(NamedTuple):
    """A new checkpoint, and what shows that it continues the tree of `old` leaves."""

    old: int
    proof: tuple[bytes, ...]
    note: str


def text(request: Request) -> str:
    """The request as it is sent."""
    hashes = [b64encode(one).decode() for one in request.proof]
    return "\n".join([f"old {request.old}", *hashes, "", request.note])


def parse(text: str) -> Request:
    """What was sent, nothing of it checked. Raises `NotANote`."""
    head, between, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    old = _OLD.fullmatch(first)
    if len(text) > LARGEST or not between or old is None or len(lines) > MOST_HASHES:
        raise NotANote("a request says from which size on, the proof, and the checkpoint")
    proof = tuple(map(decode, lines))
    if any(len(one) != HASH for one in proof):
        raise NotANote("a hash of the proof has 32 bytes")
    return Request(int(old[1]), proof, note)
