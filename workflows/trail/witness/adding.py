"""Whether a witness cosigns a checkpoint: only what continues the tree that it saw last, and only after
it has written down what it saw."""

from __future__ import annotations

from typing import NamedTuple

from workflows.trail import checkpoint as checkpoints
from workflows.trail import merkle
from workflows.trail.note import Key, NotANote, Signature
from workflows.trail.note import parse as parse_note
from workflows.trail.witness.cosignature import cosign
from workflows.trail.witness.request import Request
from workflows.trail.witness.store import Conflict, Seen, Store

UNKNOWN = "unknown"  # no installation that is watched signed it
MALFORMED = "malformed"
REWRITTEN = "rewritten"  # another tree than the one seen, signed by the log's own key
BEHIND = "behind"  # fewer events than were seen: the log was put back to an older copy


class Cosigned(NamedTuple):
    """The witness's line, to be put under the checkpoint."""

    line: Signature


class Ahead(NamedTuple):
    """The witness last saw the log at another size than the request starts from: `size`. Where that
    is more than came, an old checkpoint was sent again, or the log went back: whoever sent it knows
    which, and an old checkpoint alone is evidence of nothing."""

    size: int


class Refused(NamedTuple):
    """What came is not cosigned. `kind`: unknown, malformed, or rewritten; of this the evidence is
    kept."""

    kind: str


Answer = Cosigned | Ahead | Refused


def add(store: Store, request: Request, *, at: int) -> Answer:
    """Looks at a new checkpoint; `at`: real time, seconds since 1970.

    A checkpoint that the log's own key signed and that is not shown to continue the tree seen is kept
    as evidence: of one size, two signed texts that cannot both be true.
    """
    try:
        note = parse_note(request.note)
        came = checkpoints.parse(note.text)
    except NotANote:
        return Refused(MALFORMED)
    if not _is_watched(store, request.note, came.origin):
        return Refused(UNKNOWN)
    if request.old > came.size:
        return Refused(MALFORMED)
    seen = store.seen(came.origin) or Seen(0, merkle.EMPTY_ROOT, "", 0)
    same = came.size == seen.size and came.root == seen.root
    if came.size < seen.size or (request.old != seen.size and came.size > seen.size):
        return Ahead(seen.size)
    if not same and not merkle.extends(seen.root, seen.size, came.root, came.size, request.proof):
        store.keep_conflict(Conflict(came.origin, REWRITTEN, seen.note, request.note, at))
        return Refused(REWRITTEN)
    store.keep(came.origin, Seen(came.size, came.root, request.note, at))
    return Cosigned(cosign(note.text, store.signer, at=at))


def _is_watched(store: Store, note: str, origin: str) -> bool:
    """Whether a watched installation signed it, for a log of its own."""
    keys: list[Key] = [
        watched.key for watched in store.watched() if origin.startswith(f"{watched.key.name}/")
    ]
    try:
        checkpoints.opened(note, keys)
    except NotANote:
        return False
    return True
