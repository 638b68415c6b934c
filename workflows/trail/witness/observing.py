"""A checkpoint that came on paper, of a log of an installation elsewhere: the words of a QR code off its
minutes. It is held against what is known of that log, and kept until the log shows that it continues
it; what it contradicts is evidence."""

from __future__ import annotations

from enum import Enum

from workflows.trail import checkpoint as checkpoints
from workflows.trail.checkpoint import Checkpoint
from workflows.trail.note import NotANote
from workflows.trail.note import parse as parse_note
from workflows.trail.witness.adding import contradicts, watcher
from workflows.trail.witness.store import Store, Told, Watched

MOST = 100  # checkpoints that a log is asked to show at once


class Verdict(Enum):
    """Whether a checkpoint agrees with what is known of its log."""

    WHOLE = "whole"
    OTHER = "other"  # it cannot be true beside another one of that log's key: both are kept
    UNKNOWN = "unknown"  # kept; the log has not shown yet that it continues it


def observe(store: Store, whole: str, *, at: int) -> tuple[Checkpoint, Watched, Verdict]:
    """Takes down a signed checkpoint of a log elsewhere; what it says, of whose log it is, and what
    follows. `at`: real time, seconds since 1970. Raises `NotANote` for what no watched installation
    elsewhere signed, with a sentence for nobody to see."""
    came = checkpoints.parse(parse_note(whole).text)
    watched = watcher(store, whole, came.origin)
    if not isinstance(watched, Watched) or not watched.unit:
        raise NotANote("no installation elsewhere that is watched signed this")
    if contradicts(store, came, whole, at=at):
        return came, watched, Verdict.OTHER
    known, seen = store.told(came.origin, came.size), store.seen(came.origin)
    if known is None:
        proven = seen is not None and seen.size == came.size
        known = Told(came.size, came.root, whole, at, proven)
        store.tell(came.origin, known)
    return came, watched, Verdict.WHOLE if known.proven else Verdict.UNKNOWN


def wanted(store: Store, name: str) -> list[tuple[str, int]]:
    """(origin, size) of the checkpoints of the installation of this name that its logs have yet to
    show that they continue, the oldest first."""
    waiting = store.waiting()
    return [(origin, told.size) for origin, told in waiting if origin.startswith(f"{name}/")][:MOST]
