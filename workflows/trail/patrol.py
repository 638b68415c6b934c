"""A walk through what was signed long ago: the leaves themselves, some thousands a minute, log by log.

A round of signing reads only what is new. Somebody who changes an old event in place, and nothing else,
is found here: each stretch is hashed again and held against its stored root, those against the tree
last seen, and that against what the process remembers to have signed.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import db, table_of, transaction
from models.checkpoint import TILE, TILE_BITS, LogLook, LogTile
from models.unit import Unit
from workflows.trail import checkpoint, keys, memory, merkle
from workflows.trail.looking import ALTERED, LEAVES, Fault, is_whole

LOOK, TILES, UNIT = map(table_of, (LogLook, LogTile, Unit))
MOST = 16 * TILE  # leaves in one walk

_NEXT = (
    sa.select(LOOK.c.unit_id, UNIT.c.code, LOOK.c.size, LOOK.c.frontier)
    .join_from(LOOK, UNIT, LOOK.c.unit_id == UNIT.c.id)
    .where(LOOK.c.unit_id >= sa.bindparam("unit"), LOOK.c.size > 0, LOOK.c.fault.is_(None))
    .order_by(LOOK.c.unit_id)
    .limit(1)
)
_ROOTS = (
    sa.select(TILES.c.hash)
    .where(TILES.c.unit_id == sa.bindparam("unit"), TILES.c.level == 1)
    .order_by(TILES.c.n)
)


class Place(NamedTuple):
    """Where a walk goes on: the log of this unit or the next, from this event on."""

    unit_id: int = 0
    seq: int = 0


START = Place()


class _Log(NamedTuple):
    unit_id: int
    code: str
    size: int
    frontier: bytes


def walk(
    folder: keys.KeyFolder, place: Place, *, now: datetime, most: int = MOST
) -> tuple[Place, list[Fault]]:
    """Reads on from `place`, at most so many leaves (at least 256); where to go on the next time
    (`START` after the last log), and what was found, which is marked. `now`: real time."""
    signer = folder.read()
    if signer is None:
        return START, []
    with folder.held(), memory.opened(folder.folder) as kept:
        return _walk(signer.name, kept, place, most, now)


def _walk(
    name: str, kept: memory.Memory, place: Place, left: int, now: datetime
) -> tuple[Place, list[Fault]]:
    faults: list[Fault] = []
    while left > 0:
        row = db.session.execute(_NEXT, {"unit": place.unit_id}).first()
        if row is None:
            return START, faults
        log = _Log._make(row)
        seq = place.seq if place.unit_id == log.unit_id else 0
        count = log.size - seq
        if count > left:  # whole stretches only: of half a one no root was kept
            count = left & ~(TILE - 1)
        if not count:
            return place, faults
        bad = None
        if seq == 0:
            bad = _unlike_signed(log, kept, checkpoint.origin(name, log.code))
        if bad is None:
            bad = _unlike_roots(db.session(), log, seq, seq + count)
        if bad is not None:
            faults.append(Fault(log.unit_id, ALTERED, bad))
            _mark(faults[-1], now)
        left -= count
        ended = bad is not None or seq + count >= log.size
        place = Place(log.unit_id + 1) if ended else Place(log.unit_id, seq + count)
    return place, faults


def _unlike_signed(log: _Log, kept: memory.Memory, origin: str) -> int | None:
    """The first event in doubt when the stored roots, or the tree last seen, are not what was
    signed."""
    signed = kept.of([origin]).get(origin)
    last = memory.Tree(log.size, merkle.root_of(log.frontier))
    if signed is not None and signed.size == log.size and signed != last:
        return 0
    roots = list(db.session.scalars(_ROOTS, {"unit": log.unit_id}))[: log.size >> TILE_BITS]
    whole = merkle.grown_by(b"", 0, roots)
    return None if log.frontier.startswith(whole) and _is_tail(log, whole) else 0


def _is_tail(log: _Log, whole: bytes) -> bool:
    """Whether the rest of the frontier is of the events that fill no stretch yet."""
    return len(log.frontier) - len(whole) == (log.size & TILE - 1).bit_count() * merkle.HASH


def _unlike_roots(session: Session, log: _Log, first: int, past: int) -> int | None:
    """The first of these events that is not what was hashed, or whose stretch has another root."""
    place = {"unit": log.unit_id, "first": first, "past": past}
    page = session.execute(LEAVES, place).all()
    for seq, row in enumerate(page, first):
        if not is_whole(seq, row):
            return seq
    if len(page) < past - first:
        return first + len(page)
    hashes = [row.leaf_hash for row in page]
    for start in range(first, past, TILE):
        stretch = hashes[start - first : start - first + TILE]
        if merkle.grown_by(b"", 0, stretch) != _kept(session, log, start, len(stretch)):
            return start
    return None


def _kept(session: Session, log: _Log, start: int, count: int) -> bytes:
    """What was kept of a stretch: its root, or what of the frontier belongs to the last one."""
    if count < TILE:
        length = count.bit_count() * merkle.HASH
        return log.frontier[-length:]
    tile = session.get(LogTile, (log.unit_id, 1, start >> TILE_BITS))
    return tile.hash if tile is not None else b""


def _mark(fault: Fault, now: datetime) -> None:
    with transaction() as session:
        session.execute(
            sa.update(LogLook)
            .where(LogLook.unit_id == fault.unit_id, LogLook.fault.is_(None))
            .values(fault=fault.kind, fault_seq=fault.seq, fault_at=now)
        )
