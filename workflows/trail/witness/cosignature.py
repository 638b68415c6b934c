"""What a witness signs (C2SP tlog-cosignature): a checkpoint, and when it saw it.

    cosignature/v1
    time <seconds since 1970, decimal>
    <the lines of the checkpoint>

The line under the checkpoint holds the time in eight bytes before the signature.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from workflows.trail.note import COSIGNER, Key, NotANote, Note, Signature, Signer

TIME = 8  # bytes
_SIGNED = TIME + 64


class Cosigned(NamedTuple):
    """Which witness saw a checkpoint, and when: seconds since 1970."""

    key: Key
    at: int


def key_of(signer: Signer) -> Key:
    """The verifier key of a witness whose private half this is."""
    return Key(signer.name, signer.key.public, COSIGNER)


def cosign(text: str, signer: Signer, *, at: int) -> Signature:
    """The line by which the witness says that it saw the checkpoint with these lines at `at`."""
    signed = signer.private.sign(_said(text, at))
    return Signature(signer.name, key_of(signer).id, at.to_bytes(TIME, "big") + signed)


def cosigners(note: Note, keys: Iterable[Key]) -> list[Cosigned]:
    """Which of these witnesses cosigned the note. Raises `NotANote` when a line bears a witness's
    name and id but is not its signature."""
    found = []
    for key in keys:
        for line in note.signatures:
            if key.kind != COSIGNER or (line.name, line.key_id) != (key.name, key.id):
                continue
            at = int.from_bytes(line.signature[:TIME], "big")
            try:
                if len(line.signature) != _SIGNED:
                    raise ValueError
                public = Ed25519PublicKey.from_public_bytes(key.public)
                public.verify(line.signature[TIME:], _said(note.text, at))
            except (InvalidSignature, ValueError):
                raise NotANote(f"the cosignature of {key.name} is not of this text") from None
            found.append(Cosigned(key, at))
            break
    return found


def with_lines(note: Note, lines: Iterable[Signature]) -> Note:
    """The note with these lines under the others."""
    return Note(note.text, (*note.signatures, *lines))


def _said(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
