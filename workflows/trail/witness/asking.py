"""Showing one log to its witness, and what comes of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from models.base import db
from workflows.trail import checkpoint as checkpoints
from workflows.trail import merkle, tiles
from workflows.trail.note import Key, NotANote, Signature, parse
from workflows.trail.witness.adding import (
    BEHIND,
    REWRITTEN,
    UNPROVEN,
    Ahead,
    Answer,
    Cosigned,
    Refused,
)
from workflows.trail.witness.cosignature import cosigners, with_lines
from workflows.trail.witness.doors import Away, Door
from workflows.trail.witness.request import Request

AWAY, GAP, FALSE = "away", "gap", "false"

Found = tuple[Key, Signature, datetime] | str | None  # a cosignature, or why there is none


class Log(NamedTuple):
    """A log with its newest checkpoint."""

    unit_id: int
    code: str
    checkpoint_id: int
    size: int
    note: str
    signed_at: datetime
    before: int  # how much of it is witnessed already


def asked(log: Log, door: Door, key: Key, at: int) -> Found:
    """What the witness behind this door says of the log's newest checkpoint, which continues what
    it saw last, whatever size that was."""
    return _told(log, log.before, door, key, at, again=True)


def shown_from(log: Log, size: int, door: Door, key: Key, at: int) -> Found:
    """What the witness, which has seen the newest checkpoint, says of the proof that it continues
    the tree of `size` events."""
    return _told(log, size, door, key, at, again=False)


def _told(log: Log, old: int, door: Door, key: Key, at: int, *, again: bool) -> Found:
    old = min(old, log.size)
    try:
        proof = tuple(tiles.tree(db.session(), log.unit_id, log.size).consistency(old))
        answer: Answer = door(Request(old, proof, log.note), at)
        if isinstance(answer, Ahead) and answer.size <= log.size and again:
            return _told(log, answer.size, door, key, at, again=False)
        if isinstance(answer, Refused) and answer.kind == UNPROVEN:
            return REWRITTEN if _continues(log, old, proof) else GAP
    except Away:
        return AWAY
    except tiles.Incomplete:
        return GAP
    if isinstance(answer, Refused):
        return answer.kind
    if isinstance(answer, Ahead):
        return _of_another(log, answer.size)
    return _checked(log, answer, key)


def _continues(log: Log, old: int, proof: tuple[bytes, ...]) -> bool:
    """Whether the proof holds for the tree as it stands here: then the witness saw another one."""
    said = checkpoints.parse(parse(log.note).text)
    root = tiles.tree(db.session(), log.unit_id, old).root()
    return merkle.extends(root, old, said.root, said.size, proof)


def _of_another(log: Log, size: int) -> str:
    """The size was asked for already, or lies beyond the log."""
    if size == log.size:
        return REWRITTEN  # of this very size the witness saw another tree
    return BEHIND if size > log.size else AWAY


def _checked(log: Log, answer: Cosigned, key: Key) -> Found:
    """The cosignature, when it is the witness's over this very checkpoint, of a time there is."""
    try:
        said = cosigners(with_lines(parse(log.note), [answer.line]), [key])
        return (key, answer.line, datetime.fromtimestamp(said[0].at, UTC)) if said else FALSE
    except (NotANote, ValueError, OverflowError, OSError):
        return FALSE
