"""One round of the signing process: checkpoints of the logs that grew, and the orders that wait.

A log is signed only if its new tree adds to the last signed one, by the database and by the process's
own memory. One that does not is marked, and stays marked until it does again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import db, table_of, transaction
from models.checkpoint import Checkpoint, LogLook, LogTile, SigningOrder
from models.queries import bulk
from models.queries.adding import added_unless_there
from models.queries.chunks import cut
from workflows.trail import checkpoint, keys, memory, note, orders
from workflows.trail.growing import Growing
from workflows.trail.looking import Fault, State, changed, look

AT_ONCE = 200  # logs in one transaction
OFTEN = 100  # events after which a log is signed before the minute is over

CHECKPOINT, LOOK, TILES = map(table_of, (Checkpoint, LogLook, LogTile))


@dataclass
class Round:
    """What one round did: how many logs and orders were signed, and what was not signed and why."""

    signed: int = 0
    orders: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Hand:
    """What signs: the key, its number in the database, and what it signed before."""

    signer: note.Signer
    key_id: int
    memory: memory.Memory


def sign_round(
    folder: keys.KeyFolder,
    *,
    now: datetime,
    least: int = 0,
    alive: Callable[[], None] = lambda: None,
) -> Round:
    """Signs what there is to sign. `least`: only logs that grew by so many events; orders always.

    `now`: real time. `alive` is called between any two logs, however long the round. Raises
    `keys.KeyTrouble` when there is no key to sign with.
    """
    done = Round()
    with folder.held():
        db.session.rollback()  # what another process signed meanwhile is seen
        signer = keys.begin(folder, now=now)
        current = keys.current(db.session())
        assert current is not None
        with memory.opened(folder.folder) as kept:
            hand = Hand(signer, current.id, kept)
            states = changed(db.session(), least=least)
            for some in cut(states, AT_ONCE):
                _sign_logs(some, hand, now, done, alive)
        _sign_orders(signer, now, done)
    return done


def _sign_logs(
    states: Sequence[State], hand: Hand, now: datetime, done: Round, alive: Callable[[], None]
) -> None:
    origins = {state.unit_id: checkpoint.origin(hand.signer.name, state.code) for state in states}
    signed = hand.memory.of(origins.values())
    seen: list[tuple[State, Growing]] = []
    faults: list[Fault] = []
    for state in states:
        alive()
        found = look(db.session(), state, signed.get(origins[state.unit_id]))
        if isinstance(found, Fault):
            faults.append(found)
        else:
            seen.append((state, found))
    trees = {origins[s.unit_id]: memory.Tree(tree.size, tree.root) for s, tree in seen}
    hand.memory.keep((origin, tree) for origin, tree in trees.items() if tree.size)
    with transaction() as session:
        _keep_looks(session, seen, faults, now)
        _keep_checkpoints([(s, trees[origins[s.unit_id]]) for s, _ in seen], hand, now)
        rows = [
            (s.unit_id, *tile)
            for s, tree in seen
            for tile in tree.tiles
            if tile.past > s.seen  # the others are kept already
        ]
        bulk.insert(session, TILES, ("unit_id", "level", "n", "hash"), rows)
    done.signed += sum(state.size > 0 for state, _ in seen)
    done.faults += faults


def _keep_looks(
    session: Session, seen: Sequence[tuple[State, Growing]], faults: Sequence[Fault], now: datetime
) -> None:
    known = [state.unit_id for state, _ in seen] + [fault.unit_id for fault in faults]
    rows = [{"unit_id": unit_id, "size": 0, "frontier": b""} for unit_id in known]
    if rows:
        added_unless_there(LogLook, rows, LogLook.unit_id)
    good = [(s.unit_id, tree.size, tree.frontier, None, None, None) for s, tree in seen]
    columns = ("size", "frontier", "fault", "fault_seq", "fault_at")
    bulk.update(session, LOOK, "unit_id", columns, good)
    for fault in faults:
        session.execute(
            sa.update(LOOK)
            .where(LOOK.c.unit_id == fault.unit_id)
            .values(
                fault=fault.kind,
                fault_seq=fault.seq,
                fault_at=sa.func.coalesce(LOOK.c.fault_at, now),
            )
        )


def _keep_checkpoints(
    trees: Sequence[tuple[State, memory.Tree]], hand: Hand, now: datetime
) -> None:
    rows: list[dict[str, Any]] = []
    for state, (size, root) in trees:
        if not size:
            continue
        said = checkpoint.Checkpoint(checkpoint.origin(hand.signer.name, state.code), size, root)
        rows.append(
            {
                "unit_id": state.unit_id,
                "size": size,
                "root": root,
                "key_id": hand.key_id,
                "note": note.sign(checkpoint.text(said), hand.signer).whole,
                "signed_at": now,
            }
        )
    if rows:
        added_unless_there(Checkpoint, rows, Checkpoint.id)


def _sign_orders(signer: note.Signer, now: datetime, done: Round) -> None:
    waiting = orders.waiting(db.session())
    if not waiting:
        return
    with transaction() as session:
        for order in session.scalars(
            sa.select(SigningOrder).where(SigningOrder.id.in_([order.id for order in waiting]))
        ):
            order.signed_at = now
            if order.purpose not in orders.PURPOSES:
                continue
            try:
                text = orders.text(order.purpose, order.body)
                order.signature = note.sign(text, signer).whole
                done.orders += 1
            except ValueError:  # a body that nobody may have signed holds up no other order
                continue
