"""A receipt: one text file (C2SP tlog-proof) by which an event can be shown to have stood in a log.

    c2sp.org/tlog-proof@v1
    extra <base64 of the leaf: the event's canonical bytes, exactly as they were hashed>
    index <place in the log, from 0>
    <base64 of one hash of the inclusion proof, bottom up>
    …
    <empty line>
    <the signed checkpoint, with all its signatures>

The leaf stands in the line `extra`, which other readers pass over, so that a receipt is one file and
nothing beside it can be lost. To check it: the leaf's hash is SHA-256(0x00 ‖ leaf); with the hashes it
leads to the checkpoint's root (RFC 6962); a trusted key signed the checkpoint; the leaf names the unit
that the checkpoint's origin ends with, and the place `seq` that `index` says. File names end in
`.tlog-proof`. It holds ids, codes and salted commitments, no name and no free text.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from typing import Any, NamedTuple

from workflows.trail import checkpoint as checkpoints
from workflows.trail import merkle
from workflows.trail.note import Key, NotANote, decode

FIRST = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 64
_INDEX = re.compile("0|[1-9][0-9]{0,15}")


class Proof(NamedTuple):
    """That an event stands at the place `seq` in the log whose signed checkpoint is `note`."""

    seq: int
    hashes: tuple[bytes, ...]
    note: str
    extra: bytes | None = None  # the leaf, in our receipts


class Receipt(NamedTuple):
    """A receipt that was found to be right: the event's leaf, as bytes and read, and the tree in
    which it stood."""

    leaf: bytes
    stated: dict[str, Any]
    checkpoint: checkpoints.Checkpoint
    seq: int


def text(proof: Proof) -> str:
    """The file."""
    extra = [] if proof.extra is None else [f"extra {b64encode(proof.extra).decode()}"]
    hashes = [b64encode(one).decode() for one in proof.hashes]
    return "\n".join([FIRST, *extra, f"index {proof.seq}", *hashes, "", proof.note])


def parse(text: str) -> Proof:
    """What the file says, nothing of it checked. Raises `NotANote`."""
    head, between, note = text.partition("\n\n")
    lines = head.split("\n")
    if not between or lines.pop(0) != FIRST:
        raise NotANote(f"a receipt begins with {FIRST} and has a checkpoint under an empty line")
    extra = decode(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
    index = lines.pop(0).removeprefix("index ") if lines else ""
    if not _INDEX.fullmatch(index):
        raise NotANote("a receipt says at which place the event stands")
    hashes = tuple(map(decode, lines))
    if len(hashes) > MOST_HASHES or any(len(one) != merkle.HASH for one in hashes):
        raise NotANote("a hash of the proof has 32 bytes")
    return Proof(int(index), hashes, note, extra)


def opened(text: str, keys: Iterable[Key], leaf: bytes | None = None) -> Receipt:
    """The receipt, after all of it was found to be right. `leaf`: the event's bytes where they do
    not stand in the file. Raises `NotANote`, which says what is wrong."""
    proof = parse(text)
    checkpoint, _ = checkpoints.opened(proof.note, keys)
    found = proof.extra if leaf is None else leaf
    if found is None:
        raise NotANote("the receipt holds no event")
    hashed = merkle.leaf_hash(found)
    if not merkle.includes(checkpoint.root, checkpoint.size, proof.seq, hashed, proof.hashes):
        raise NotANote("the event does not stand in the tree of the checkpoint")
    try:
        stated = json.loads(found)
        unit, seq = stated["unit"], stated["seq"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NotANote("the event cannot be read") from None
    if seq != proof.seq or not checkpoint.origin.endswith(f"/{unit}"):
        raise NotANote("the event says that it stands elsewhere")
    return Receipt(found, stated, checkpoint, proof.seq)
