"""Whether a log still is the tree that was last seen of it, with new events behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import table_of
from models.checkpoint import LogLook
from models.event import AuditEvent, LogHead
from models.unit import Unit
from workflows.trail import merkle
from workflows.trail.growing import Growing
from workflows.trail.memory import Tree
from workflows.trail.tiles import Incomplete
from workflows.trail.tiles import tree as tree_of

EVENT, HEAD, LOOK, UNIT = map(table_of, (AuditEvent, LogHead, LogLook, Unit))
PAGE = 4096

# What was found instead: kept in `log_look.fault`.
SHORTER = "shorter"  # events that were signed are gone, or the whole database is an older copy
REWRITTEN = "rewritten"  # the tree is another one than that which was signed
GAP = "gap"  # an event is missing, or is not what was hashed
ALTERED = "altered"  # one that was signed before is not what it was (`patrol`)

LEAVES = (
    sa.select(EVENT.c.seq, EVENT.c.leaf, EVENT.c.leaf_hash)
    .where(
        EVENT.c.unit_id == sa.bindparam("unit"),
        EVENT.c.seq >= sa.bindparam("first"),
        EVENT.c.seq < sa.bindparam("past"),
    )
    .order_by(EVENT.c.seq)
)
_STATES = (
    sa.select(
        UNIT.c.id,
        UNIT.c.code,
        sa.func.coalesce(HEAD.c.size, 0).label("size"),
        sa.func.coalesce(HEAD.c.frontier, b"").label("frontier"),
        sa.func.coalesce(LOOK.c.size, 0).label("seen"),
        sa.func.coalesce(LOOK.c.frontier, b"").label("seen_frontier"),
        LOOK.c.fault,
    )
    .join_from(UNIT, LOOK, LOOK.c.unit_id == UNIT.c.id, isouter=True)
    .join(HEAD, HEAD.c.unit_id == UNIT.c.id, isouter=True)
)
_OTHER = sa.or_(
    sa.func.coalesce(HEAD.c.size, 0) != sa.func.coalesce(LOOK.c.size, 0),
    HEAD.c.frontier != LOOK.c.frontier,
    LOOK.c.fault.is_not(None),
)
_GROWN_BY = _STATES.where(
    HEAD.c.size - sa.func.coalesce(LOOK.c.size, 0) >= sa.bindparam("least"), LOOK.c.fault.is_(None)
)


class State(NamedTuple):
    """A log as its head has it now, and as it was last seen."""

    unit_id: int
    code: str
    size: int
    frontier: bytes
    seen: int
    seen_frontier: bytes
    fault: str | None


class Fault(NamedTuple):
    """Why a log is not signed. `seq`: the first event of which that is known."""

    unit_id: int
    kind: str
    seq: int


def changed(session: Session, *, least: int = 0) -> list[State]:
    """The logs whose heads are not what was last seen, by unit; with `least`, only those that grew by
    so many events."""
    query, values = (_GROWN_BY, {"least": least}) if least else (_STATES.where(_OTHER), {})
    return [State._make(row) for row in session.execute(query.order_by(UNIT.c.id), values)]


def look(session: Session, state: State, signed: Tree | None) -> Growing | Fault:
    """The tree of a log as it stands now, when it only added to the one last seen and to the one last
    `signed` (None: none was). One in which an old event was found altered is read from its
    beginning."""
    if state.fault == ALTERED:
        anew = look(session, state._replace(seen=0, seen_frontier=b"", fault=None), signed)
        return anew._replace(kind=ALTERED) if isinstance(anew, Fault) else anew
    remembered = signed or Tree(0, merkle.EMPTY_ROOT)
    if state.size < max(state.seen, remembered.size):
        return Fault(state.unit_id, SHORTER, state.size)
    growing = Growing(state.seen, state.seen_frontier)
    if remembered.size <= growing.size and not _stood(session, state, growing, remembered):
        return Fault(state.unit_id, REWRITTEN, 0)
    for page in _pages(session, state, remembered.size):
        bad = next((n for n, row in enumerate(page, growing.size) if not is_whole(n, row)), None)
        if bad is not None:
            return Fault(state.unit_id, GAP, bad)
        growing.add([row.leaf_hash for row in page])
        if growing.size == remembered.size and growing.root != remembered.root:
            return Fault(state.unit_id, REWRITTEN, state.seen)
    if growing.size != state.size:
        return Fault(state.unit_id, GAP, growing.size)
    if growing.frontier != state.frontier:
        return Fault(state.unit_id, REWRITTEN, state.seen)
    return growing


def _stood(session: Session, state: State, growing: Growing, remembered: Tree) -> bool:
    """Whether the tree that was signed is the beginning of the one last seen."""
    if remembered.size == growing.size:
        return remembered.root == growing.root
    try:
        return tree_of(session, state.unit_id, remembered.size).root() == remembered.root
    except Incomplete:
        return False


def _pages(session: Session, state: State, cut: int) -> Iterator[list[Any]]:
    """The events behind what was last seen; a page ends at `cut`, should that lie between."""
    first = state.seen
    while first < state.size:
        past = min(first + PAGE, state.size)
        if first < cut < past:
            past = cut
        place = {"unit": state.unit_id, "first": first, "past": past}
        page = list(session.execute(LEAVES, place))
        if page:
            yield page
        if len(page) < past - first:
            return
        first = past


def is_whole(seq: int, row: Any) -> bool:
    """Whether this row of `LEAVES` stands at its place and is what was hashed."""
    return row.seq == seq and merkle.leaf_hash(row.leaf) == row.leaf_hash
