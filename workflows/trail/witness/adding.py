"""Whether a witness cosigns a checkpoint (C2SP tlog-witness): only what continues the tree that it saw
last, and only after it has written down what it saw."""

from __future__ import annotations

from typing import NamedTuple

from workflows.trail import checkpoint as checkpoints
from workflows.trail import merkle
from workflows.trail.checkpoint import Checkpoint
from workflows.trail.note import Key, NotANote, Signature
from workflows.trail.note import parse as parse_note
from workflows.trail.witness.cosignature import cosign
from workflows.trail.witness.request import Request
from workflows.trail.witness.store import Conflict, Seen, Store, Told, Watched

UNKNOWN = "unknown"  # no installation that is watched has such a log
UNSIGNED = "unsigned"  # none of that installation's keys signed it
MALFORMED = "malformed"
UNPROVEN = "unproven"  # the proof that came with it does not hold; of itself that proves nothing
REWRITTEN = "rewritten"  # of one size another tree than the one seen, signed by the log's own key
BEHIND = "behind"  # fewer events than were seen: the log was put back to an older copy

MOST_WAITING = 20  # checkpoints of one log that came over the line and were not proven yet
NOTHING = Seen(0, merkle.EMPTY_ROOT, "", 0)


class Cosigned(NamedTuple):
    """The witness's line, to be put under the checkpoint."""

    line: Signature


class Ahead(NamedTuple):
    """The witness last saw the log at another size than the request starts from: `size`. Where that
    is more than came, an old checkpoint was sent again, or the log went back: whoever sent it knows
    which, and an old checkpoint alone is evidence of nothing."""

    size: int


class Refused(NamedTuple):
    """What came is not cosigned. `kind`: unknown, unsigned, malformed, unproven, or rewritten; of this
    the evidence is kept. `size`: at which the witness last saw the log, where it is rewritten."""

    kind: str
    size: int = 0


Answer = Cosigned | Ahead | Refused


def add(store: Store, request: Request, *, at: int) -> Answer:
    """Looks at a new checkpoint; `at`: real time, seconds since 1970.

    What its own key signed of a log elsewhere is remembered, even where the proof does not hold or an
    older one comes again: the log can show at any time that it continues it (`observing`), and of one
    size there are not two.
    """
    try:
        note = parse_note(request.note)
        came = checkpoints.parse(note.text)
    except NotANote:
        return Refused(MALFORMED)
    watched = watcher(store, request.note, came.origin)
    if not isinstance(watched, Watched):
        return Refused(watched)
    if request.old > came.size or (came.size == 0 and came.root != merkle.EMPTY_ROOT):
        return Refused(MALFORMED)
    seen = store.seen(came.origin) or NOTHING
    if contradicts(store, came, request.note, at=at):
        return Refused(REWRITTEN, seen.size)
    if came.size < seen.size:
        _wait(store, watched, came, request.note, at)
        return Ahead(seen.size)
    if came.size > seen.size and request.old != seen.size:
        return Ahead(seen.size)
    if not _holds(store, seen, came, request):
        _wait(store, watched, came, request.note, at)
        return Refused(UNPROVEN)
    if watched.unit:
        store.tell(came.origin, Told(came.size, came.root, request.note, at, True))
    store.keep(came.origin, Seen(came.size, came.root, request.note, at))
    return Cosigned(cosign(note.text, store.signer, at=at))


def watcher(store: Store, note: str, origin: str) -> Watched | str:
    """The watched installation whose key signed this for a log of its own; else why there is none."""
    owners = [one for one in store.watched() if origin.startswith(f"{one.key.name}/")]
    if not owners:
        return UNKNOWN
    for one in owners:
        if _is_signed(note, one.key):
            return one
    return UNSIGNED


def contradicts(store: Store, came: Checkpoint, note: str, *, at: int) -> bool:
    """Whether a checkpoint signed by the log's key cannot be true beside what is known of that size;
    of this the evidence is kept."""
    known: Told | Seen | None = store.told(came.origin, came.size)
    if known is None:
        seen = store.seen(came.origin)
        known = seen if seen and seen.size == came.size else None
    if known is None or known.root == came.root:
        return False
    store.keep_conflict(Conflict(came.origin, REWRITTEN, known.note, note, at))
    return True


def _holds(store: Store, seen: Seen, came: Checkpoint, request: Request) -> bool:
    """Whether a checkpoint continues the tree seen. The very tree seen, come again, may bring the
    proof that it continues a checkpoint that waits for one."""
    if came.size > seen.size:
        return merkle.extends(seen.root, seen.size, came.root, came.size, request.proof)
    waits = store.told(came.origin, request.old)
    if request.old == came.size or waits is None or waits.proven:
        return True
    if not merkle.extends(waits.root, waits.size, came.root, came.size, request.proof):
        return False
    store.tell(came.origin, waits._replace(proven=True))
    return True


def _wait(store: Store, watched: Watched, came: Checkpoint, note: str, at: int) -> None:
    waiting = sum(origin == came.origin for origin, _ in store.waiting())
    if watched.unit and waiting < MOST_WAITING:
        store.tell(came.origin, Told(came.size, came.root, note, at, False))


def _is_signed(note: str, key: Key) -> bool:
    try:
        checkpoints.opened(note, [key])
    except NotANote:
        return False
    return True
