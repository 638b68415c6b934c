"""One round of witnessing in an installation: every log that grew is shown to its witness.

A log with a superior here is shown to the witness of this installation; that of a top unit to the one
elsewhere, where there is one. Then each superior states in its own log one root over what it saw of the
logs below it, so that the head of the top log commits to the whole organisation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import db, table_of, transaction
from models.checkpoint import Checkpoint, LogLook
from models.queries.adding import added_unless_there
from models.queries.chunks import cut
from models.unit import Unit
from models.witness import Cosignature, WitnessLook
from workflows.calendar import local_day
from workflows.trail import keys, tiles
from workflows.trail.note import Key, NotANote, Signature, parse
from workflows.trail.witness import committing, evidence
from workflows.trail.witness.adding import BEHIND, Ahead, Answer, Cosigned, Refused, add
from workflows.trail.witness.cosignature import cosigners, key_of, with_lines
from workflows.trail.witness.doors import Away, Door
from workflows.trail.witness.request import Request
from workflows.trail.witness.store import Store, alone, opened

AWAY, GAP, FALSE = "away", "gap", "false"
AT_ONCE = 200  # logs in one transaction


class Elsewhere(NamedTuple):
    """A witness of another installation: the way to it, and its verifier key."""

    door: Door
    key: Key


@dataclass
class Round:
    """What one round did: logs cosigned, superiors that stated what they saw, and what was refused:
    {unit: why}."""

    cosigned: int = 0
    stated: int = 0
    faults: dict[int, str] = field(default_factory=dict)


class _Log(NamedTuple):
    unit_id: int
    code: str
    checkpoint_id: int
    size: int
    note: str
    signed_at: datetime
    before: int  # how much of it is witnessed already


LOOK, SEEN, UNIT, CHECKPOINT = map(table_of, (LogLook, WitnessLook, Unit, Checkpoint))
_BEFORE = sa.func.coalesce(SEEN.c.size, 0)
_SAME = CHECKPOINT.alias()  # of one size signed by two keys the later one counts
_NEWEST = (
    sa.select(sa.func.max(_SAME.c.id))
    .where(_SAME.c.unit_id == LOOK.c.unit_id, _SAME.c.size == LOOK.c.size)
    .scalar_subquery()
)
_UNSEEN = (
    sa.select(
        UNIT.c.id,
        UNIT.c.code,
        CHECKPOINT.c.id,
        CHECKPOINT.c.size,
        CHECKPOINT.c.note,
        CHECKPOINT.c.signed_at,
        _BEFORE,
    )
    .join_from(LOOK, UNIT, LOOK.c.unit_id == UNIT.c.id)
    .join(CHECKPOINT, CHECKPOINT.c.id == _NEWEST)
    .join(SEEN, SEEN.c.unit_id == UNIT.c.id, isouter=True)
    .where(LOOK.c.fault.is_(None), sa.or_(LOOK.c.size > _BEFORE, SEEN.c.fault.is_not(None)))
    .order_by(UNIT.c.id)
)


def witness_round(
    folder: Path, *, elsewhere: Elsewhere | None, real_now: datetime, now: datetime
) -> Round:
    """Shows what was signed since the last round to its witnesses, and lets superiors state it.

    `folder`: of the witness of this installation. `now` is the organisation's instant, at which
    superiors state what they saw. Raises `OSError` and `sqlite3.Error` when the folder cannot be
    used, `NotANote` when its key file holds none.
    """
    done = Round()
    at = int(real_now.timestamp())
    with alone(folder):
        db.session.rollback()  # what another round wrote meanwhile is seen
        logs = [_Log._make(row) for row in db.session.execute(_UNSEEN)]
        above = committing.superiors([log.unit_id for log in logs], local_day(now))
        near = [log for log in logs if above.get(log.unit_id)]
        # While another installation is waited for, nobody waits for the memory here: it may be
        # waiting for this one.
        _show_afar([log for log in logs if not above.get(log.unit_id)], elsewhere, at, done)
        with opened(folder) as store:
            for key in keys.known(db.session()):
                store.watch(key)
        for part in cut(
            near, AT_ONCE
        ):  # between two of them whoever asks from elsewhere is answered
            with opened(folder) as store, store.at_once():
                answers = [_shown(log, store, at) for log in part]
            _keep(part, answers, done)
        with opened(folder) as store:
            evidence.copy(store)
            done.stated = committing.state(store, logs, above, real_now=real_now, now=now)
    return done


Found = tuple[Key, Signature, datetime] | str | None  # a cosignature, or why there is none


def _shown(log: _Log, store: Store, at: int) -> Found:
    """What the witness here says of a log's newest checkpoint."""
    return _asked(log, lambda request, at: add(store, request, at=at), key_of(store.signer), at)


def _show_afar(logs: Sequence[_Log], elsewhere: Elsewhere | None, at: int, done: Round) -> None:
    """Shows the logs that have no superior here to the witness elsewhere, if there is one. Once it
    does not answer it is not asked again in this round."""
    away = False
    for part in cut(logs, AT_ONCE):
        answers: list[Found] = []
        for log in part:
            if elsewhere is None:
                answers.append(None)
                continue
            answers.append(AWAY if away else _asked(log, elsewhere.door, elsewhere.key, at))
            away = answers[-1] == AWAY
        _keep(part, answers, done)


def _asked(log: _Log, door: Door, key: Key, at: int) -> Found:
    try:
        answer = _answer(log, log.before, door, at)
        if isinstance(answer, Ahead) and answer.size <= log.size:
            answer = _answer(log, answer.size, door, at)
    except Away:
        return AWAY
    except tiles.Incomplete:
        return GAP
    if isinstance(answer, Refused):
        return answer.kind
    if isinstance(answer, Ahead):
        return BEHIND
    return _checked(log, answer, key)


def _answer(log: _Log, old: int, door: Door, at: int) -> Answer:
    proof = tiles.tree(db.session(), log.unit_id, log.size).consistency(min(old, log.size))
    return door(Request(min(old, log.size), tuple(proof), log.note), at)


def _checked(log: _Log, answer: Cosigned, key: Key) -> Found:
    """The cosignature, when it is the witness's over this very checkpoint, of a time there is."""
    try:
        said = cosigners(with_lines(parse(log.note), [answer.line]), [key])
        return (key, answer.line, datetime.fromtimestamp(said[0].at, UTC)) if said else FALSE
    except (NotANote, ValueError, OverflowError, OSError):
        return FALSE


def _keep(logs: Sequence[_Log], answers: Sequence[Found], done: Round) -> None:
    """Writes down what the witnesses said, in one transaction."""
    with transaction() as session:
        rows = [{"unit_id": log.unit_id, "size": 0} for log in logs]
        if rows:
            added_unless_there(WitnessLook, rows, WitnessLook.unit_id)
        lines = []
        for log, answer in zip(logs, answers, strict=True):
            if isinstance(answer, tuple):
                key, line, at = answer
                lines.append(
                    {
                        "checkpoint_id": log.checkpoint_id,
                        "witness": key.text,
                        "line": line.line,
                        "at": at,
                    }
                )
                _look(
                    session, log, size=log.size, at=at, behind_since=None, fault=None, fault_at=None
                )
                done.cosigned += 1
                continue
            since = sa.func.coalesce(SEEN.c.behind_since, log.signed_at)
            if answer is None:
                _look(session, log, behind_since=since)
                continue
            done.faults[log.unit_id] = answer
            fault_at = sa.func.coalesce(SEEN.c.fault_at, log.signed_at)
            _look(session, log, behind_since=since, fault=answer, fault_at=fault_at)
        if lines:
            added_unless_there(Cosignature, lines, Cosignature.id)


def _look(session: Session, log: _Log, **values: object) -> None:
    session.execute(sa.update(SEEN).where(SEEN.c.unit_id == log.unit_id).values(**values))
