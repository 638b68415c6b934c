"""What a checkpoint says (C2SP tlog-checkpoint): whose log, how many events, and the tree's root.

    <origin>
    <size, decimal>
    <root, base64>

The origin of a unit's log is `<name of the installation>/<code of the unit>`, and the installation's
key signs by its name; see `note.py` for the signatures under it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from typing import NamedTuple

from workflows.trail.merkle import HASH
from workflows.trail.note import Key, NotANote, Note, decode
from workflows.trail.note import parse as parse_note
from workflows.trail.note import verify as verify_note

_SIZE = re.compile("0|[1-9][0-9]{0,15}")


class Checkpoint(NamedTuple):
    """The tree of one log at one size. `extensions`: further lines that somebody else's log may
    have; ours has none."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


def origin(name: str, code: str) -> str:
    """What the log of the unit with this code is called, in the installation of this name."""
    return f"{name}/{code}"


def text(checkpoint: Checkpoint) -> str:
    """The lines that are signed."""
    root = b64encode(checkpoint.root).decode()
    lines = (checkpoint.origin, str(checkpoint.size), root, *checkpoint.extensions)
    return "".join(f"{line}\n" for line in lines)


def parse(text: str) -> Checkpoint:
    """What these lines say. Raises `NotANote`."""
    if not text.endswith("\n"):
        raise NotANote("a checkpoint ends with a line's end")
    found, *more = text[:-1].split("\n")
    if len(more) < 2 or not found or not all(more):
        raise NotANote("a checkpoint has three lines: origin, size, root")
    size, spelt, *extensions = more
    if not _SIZE.fullmatch(size):
        raise NotANote("the size of a checkpoint is a decimal number")
    root = decode(spelt)
    if len(root) != HASH:
        raise NotANote("the root of a checkpoint has 32 bytes")
    return Checkpoint(found, int(size), root, tuple(extensions))


def opened(whole: str, keys: Iterable[Key]) -> tuple[Checkpoint, Note]:
    """The checkpoint of a signed note, after at least one of these keys was found to have signed it.
    Raises `NotANote`."""
    note = parse_note(whole)
    if not verify_note(note, keys):
        raise NotANote("no trusted key signed the checkpoint")
    return parse(note.text), note
