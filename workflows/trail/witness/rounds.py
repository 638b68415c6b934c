"""One round of witnessing in an installation: every log that grew is shown to its witness.

A log with a superior here is shown to the witness of this installation; that of a top unit to the one
elsewhere, where there is one. Then each superior states in its own log one root over what it saw of the
logs below it, so that the head of the top log commits to the whole organisation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import db, table_of, transaction
from models.checkpoint import Checkpoint, LogLook
from models.queries.adding import added_unless_there
from models.queries.chunks import cut
from models.unit import ReportingLine, Unit, in_force_on
from models.witness import Cosignature, WitnessLook
from workflows.calendar import local_day
from workflows.trail import checkpoint as checkpoints
from workflows.trail import keys
from workflows.trail.note import parse
from workflows.trail.witness import committing, evidence
from workflows.trail.witness.adding import REWRITTEN, add
from workflows.trail.witness.asking import AWAY, Found, Log, asked, shown_from
from workflows.trail.witness.cosignature import key_of
from workflows.trail.witness.doors import Away, Elsewhere
from workflows.trail.witness.standing import CONTRADICTED
from workflows.trail.witness.store import Conflict, Store, alone, opened

AT_ONCE = 200  # logs in one transaction
AGAIN = timedelta(
    minutes=30
)  # after which a log that rests is shown to the witness elsewhere again


@dataclass
class Round:
    """What one round did: logs cosigned, superiors that stated what they saw, and what was refused:
    {unit: why}."""

    cosigned: int = 0
    stated: int = 0
    faults: dict[int, str] = field(default_factory=dict)


LOOK, SEEN, UNIT, LINE, CHECKPOINT = map(
    table_of, (LogLook, WitnessLook, Unit, ReportingLine, Checkpoint)
)
_BEFORE = sa.func.coalesce(SEEN.c.size, 0)
_SAME = CHECKPOINT.alias()  # of one size signed by two keys the later one counts
_NEWEST = (
    sa.select(sa.func.max(_SAME.c.id))
    .where(_SAME.c.unit_id == LOOK.c.unit_id, _SAME.c.size == LOOK.c.size)
    .scalar_subquery()
)
_LOGS = (
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
    .where(LOOK.c.fault.is_(None))
    .order_by(UNIT.c.id)
)
_UNSEEN = _LOGS.where(sa.or_(LOOK.c.size > _BEFORE, SEEN.c.fault.is_not(None)))


def witness_round(
    folder: Path,
    *,
    elsewhere: Elsewhere | None,
    real_now: datetime,
    now: datetime,
    alive: Callable[[], None] = lambda: None,
) -> Round:
    """Shows what was signed since the last round to its witnesses, and lets superiors state it.

    `folder`: of the witness of this installation. `now` is the organisation's instant, at which
    superiors state what they saw. `alive` is called between any two logs shown elsewhere, and any
    two parts of those shown here. Raises `OSError` and `sqlite3.Error` when the folder cannot be
    used, `NotANote` when its key file holds none.
    """
    done = Round()
    at = int(real_now.timestamp())
    with alone(folder):
        db.session.rollback()  # what another round wrote meanwhile is seen
        logs = [Log._make(row) for row in db.session.execute(_UNSEEN)]
        above = committing.superiors([log.unit_id for log in logs], local_day(now))
        near = [log for log in logs if above.get(log.unit_id)]
        # While another installation is waited for, nobody waits for the memory here: it may be
        # waiting for this one.
        far = [log for log in logs if not above.get(log.unit_id)]
        if elsewhere is not None:
            far += _resting(local_day(now), real_now)
        _show_afar(far, elsewhere, at, done, alive)
        if elsewhere is not None and AWAY not in done.faults.values():
            _show_wanted(elsewhere, at, done)
        with opened(folder) as store:
            for key in keys.known(db.session()):
                store.watch(key)
        for part in cut(
            near, AT_ONCE
        ):  # between two of them whoever asks from elsewhere is answered
            with opened(folder) as store, store.at_once():
                answers = [_shown(log, store, at) for log in part]
            _keep(part, answers, done)
            alive()
        with opened(folder) as store:
            evidence.copy(store)
            done.stated = committing.state(store, logs, above, real_now=real_now, now=now)
    return done


def _resting(day: date, real_now: datetime) -> list[Log]:
    """The logs without a superior here that did not grow: shown elsewhere now and then all the same,
    so that it is seen there that this installation has not fallen silent."""
    superior = sa.exists().where(LINE.c.unit_id == UNIT.c.id, in_force_on(ReportingLine, day))
    query = _LOGS.where(
        LOOK.c.size == _BEFORE,
        SEEN.c.fault.is_(None),
        SEEN.c.at <= real_now - AGAIN,
        UNIT.c.attached_to_id.is_(None),
        ~superior,
    )
    return [Log._make(row) for row in db.session.execute(query)]


def _shown(log: Log, store: Store, at: int) -> Found:
    """What the witness here says of a log's newest checkpoint. A log that does not continue what was
    seen was read here and now, so that both checkpoints are evidence."""
    key = key_of(store.signer)
    found = asked(log, lambda request, at: add(store, request, at=at), key, at)
    if found == REWRITTEN:
        origin = checkpoints.parse(parse(log.note).text).origin
        seen = store.seen(origin)
        if seen is not None:
            store.keep_conflict(Conflict(origin, REWRITTEN, seen.note, log.note, at))
    return found


def _show_afar(
    logs: Sequence[Log],
    elsewhere: Elsewhere | None,
    at: int,
    done: Round,
    alive: Callable[[], None],
) -> None:
    """Shows the logs that have no superior here to the witness elsewhere, if there is one. Once it
    does not answer it is not asked again in this round."""
    away = False
    for part in cut(logs, AT_ONCE):
        answers: list[Found] = []
        for log in part:
            if elsewhere is None:
                answers.append(None)
                continue
            alive()
            answers.append(AWAY if away else asked(log, elsewhere.door, elsewhere.key, at))
            away = answers[-1] == AWAY
        _keep(part, answers, done)


def _show_wanted(elsewhere: Elsewhere, at: int, done: Round) -> None:
    """Shows the witness elsewhere that the logs continue what it holds of them on paper."""
    current = keys.current(db.session())
    if current is None:
        return
    try:
        wanted = elsewhere.wanted(current.name)
    except Away:
        return
    sizes: dict[str, list[int]] = {}
    for origin, size in wanted:
        sizes.setdefault(origin.removeprefix(f"{current.name}/"), []).append(size)
    query = _LOGS.where(UNIT.c.code.in_(sizes))
    for log in [Log._make(row) for row in db.session.execute(query)]:
        found = asked(log, elsewhere.door, elsewhere.key, at)
        for size in sizes[log.code]:
            if isinstance(found, tuple) and size <= log.size:
                found = shown_from(log, size, elsewhere.door, elsewhere.key, at)
        if isinstance(found, str):
            done.faults[log.unit_id] = found
        if found == AWAY:
            return


def _keep(logs: Sequence[Log], answers: Sequence[Found], done: Round) -> None:
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
            grew = log.size > log.before  # a log that rests is witnessed to its end
            since = sa.func.coalesce(SEEN.c.behind_since, log.signed_at if grew else None)
            if answer is None:  # nobody is asked: what a witness found stays, that it was away not
                stays = SEEN.c.fault.in_(CONTRADICTED)
                kept = {
                    "fault": sa.case((stays, SEEN.c.fault)),
                    "fault_at": sa.case((stays, SEEN.c.fault_at)),
                }
                _look(session, log, behind_since=since, **kept)
                continue
            done.faults[log.unit_id] = answer
            fault_at = sa.func.coalesce(SEEN.c.fault_at, log.signed_at)
            _look(session, log, behind_since=since, fault=answer, fault_at=fault_at)
        if lines:
            added_unless_there(Cosignature, lines, Cosignature.id)


def _look(session: Session, log: Log, **values: object) -> None:
    session.execute(sa.update(SEEN).where(SEEN.c.unit_id == log.unit_id).values(**values))
