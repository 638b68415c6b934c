"""What a superior saw of the logs below it, stated as one root in its own log.

The root is that of a Merkle tree whose leaves are the checkpoints' lines, in the order of their
origins. Whoever holds the superior's log can then prove what it had seen, and when.

Kept beside the event is what is new since the statement before it; now and then, and where much is new,
the whole list. A round whose rows are as many as the logs it states is a whole list by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol, TypeVar

import sqlalchemy as sa

from models.base import db, table_of, transaction
from models.event import AuditEvent
from models.queries import hearers
from models.queries.chunks import chunks
from models.unit import ReportingLine, Unit, in_force_on
from models.witness import WitnessedTree, WitnessRound
from workflows import trail
from workflows.calendar import local_day
from workflows.trail import keys, merkle
from workflows.trail.checkpoint import origin
from workflows.trail.checkpoint import parse as parse_checkpoint
from workflows.trail.note import parse
from workflows.trail.witness.circles import passes_on, upward
from workflows.trail.witness.store import Seen, Store

ACTION = "logs_seen"
WHOLE_EVERY = 24  # rounds of one superior, of which the first keeps its whole list
UNIT, EVENT, ROUND, TREE = map(table_of, (Unit, AuditEvent, WitnessRound, WitnessedTree))
T = TypeVar("T")


class Log(Protocol):
    """What is asked of a log that was shown to its witness."""

    @property
    def unit_id(self) -> int: ...


def root(notes: Mapping[str, str]) -> bytes:
    """The root over {origin: signed checkpoint}."""
    return root_of({name: leaf(note) for name, note in notes.items()})


def leaf(note: str) -> bytes:
    """The hash of one signed checkpoint, as a leaf of what a superior saw. Raises `NotANote`."""
    return merkle.leaf_hash(parse(note).text.encode())


def root_of(leaves: Mapping[str, bytes]) -> bytes:
    """The root over {origin: `leaf`}."""
    return merkle.root([leaves[name] for name in sorted(leaves)])


def after(before: Mapping[str, T], said: Mapping[str, T | None], logs: int) -> dict[str, T]:
    """The whole list of a statement about so many `logs` whose round keeps `said` (None: no longer
    below), after the list `before` it."""
    kept = {name: one for name, one in said.items() if one is not None}
    if len(kept) == logs:
        return kept
    return {
        name: one for name, one in {**before, **kept}.items() if said.get(name, one) is not None
    }


def superiors(units: Sequence[int], day: date) -> dict[int, set[int]]:
    """{unit: who was directly above it on `day`, on any line}; an advisory body's is whom it
    serves."""
    found: dict[int, set[int]] = {}
    for part in chunks(units):
        for (unit, _), body in hearers.superiors(part, day).items():
            found.setdefault(unit, set()).add(body.id)
        for unit, body in hearers.served(part).items():
            found.setdefault(unit, set()).add(body.id)
    return found


def state(
    store: Store,
    logs: Iterable[Log],
    above: Mapping[int, set[int]],
    *,
    real_now: datetime,
    now: datetime,
) -> int:
    """Lets each superior of these logs, and each that watches an installation elsewhere, state what
    the witness has seen of all the logs below it, unless it stated the same before. Returns how
    many did."""
    seen = store.all_seen()
    bodies = {body for log in logs for body in above.get(log.unit_id, ())}
    afar = _afar(store, seen)
    trees = {body: _below(body, seen, local_day(now)) for body in bodies}
    for body, notes in afar.items():
        trees[body] = {**trees.get(body, _below(body, seen, local_day(now))), **notes}
    told = {body: _told(body, notes) for body, notes in trees.items() if notes}
    news = _worth_stating({body: one for body, one in told.items() if one.new}, local_day(now))
    if not news:
        return 0
    new = {body: one.kept(trees[body]) for body, one in news.items()}
    trail.begin_logs(new)
    with transaction() as session:
        heads = trail.lock_many(session, new)
        order = sorted(new)
        entries = [
            trail.Entry(
                unit_id=body,
                action=ACTION,
                at=now,
                facts={"logs": len(trees[body]), "root": root(trees[body])},
            )
            for body in order
        ]
        events = trail.append_many(session, heads, entries)
        for body, event_id in zip(order, events, strict=True):
            made = WitnessRound(unit_id=body, event_id=event_id, at=real_now)
            session.add(made)
            session.flush()
            session.add_all(
                WitnessedTree(
                    round_id=made.id,
                    origin=name,
                    size=seen[name].size if note else 0,
                    note=note or "",
                )
                for name, note in new[body].items()
            )
    return len(new)


def _below(body: int, seen: Mapping[str, Seen], day: date) -> dict[str, str]:
    """{origin: the last checkpoint seen} of the logs directly below a body here."""
    current = keys.current(db.session())
    if current is None:
        return {}
    lines = sa.select(ReportingLine.unit_id).where(
        ReportingLine.superior_id == body, in_force_on(ReportingLine, day)
    )
    codes = db.session.scalars(
        sa.select(UNIT.c.code).where(sa.or_(UNIT.c.id.in_(lines), UNIT.c.attached_to_id == body))
    )
    names = [origin(current.name, code) for code in codes]
    return {name: seen[name].note for name in names if name in seen}


def _afar(store: Store, seen: Mapping[str, Seen]) -> dict[int, dict[str, str]]:
    """{body here: {origin: the last checkpoint seen}} of installations elsewhere."""
    found: dict[int, dict[str, str]] = {}
    for watched in store.watched():
        if not watched.unit:
            continue
        body = db.session.scalar(sa.select(UNIT.c.id).where(UNIT.c.code == watched.unit))
        if body is not None:
            notes = {n: s.note for n, s in seen.items() if n.startswith(f"{watched.key.name}/")}
            found.setdefault(body, {}).update(notes)
    return found


class _Told(NamedTuple):
    """What a body stated last, of how many rounds that is made, and what is new since: {origin: its
    checkpoint, None: no longer below}."""

    before: dict[str, str]
    rounds: int
    new: dict[str, str | None]

    def kept(self, notes: Mapping[str, str]) -> Mapping[str, str | None]:
        """What the round keeps by which the body states the list `notes`."""
        whole = self.rounds in (0, WHOLE_EVERY) or 2 * len(self.new) > len(notes)
        return notes if whole else self.new


def _told(body: int, notes: dict[str, str]) -> _Told:
    before, rounds = _last(body)
    gone: dict[str, str | None] = dict.fromkeys(before.keys() - notes.keys())
    new = gone | {name: note for name, note in notes.items() if before.get(name) != note}
    return _Told(before, rounds, new)


def _worth_stating(news: Mapping[int, _Told], day: date) -> dict[int, _Told]:
    """Those bodies to whom something is new beside what a circle of superiors says of itself."""
    graph = upward(news, lambda units: superiors(units, day))
    passed = passes_on(graph)
    found = dict(news)
    for body, told in news.items():
        held_back = [unit for unit in graph if body in graph[unit] and not passed(unit, body)]
        if held_back and not _is_new(told, held_back):
            del found[body]
    return found


def _is_new(told: _Told, held_back: Sequence[int]) -> bool:
    """Whether anything is new but what these units, in whose logs nothing else was written, state of
    the logs below them."""
    current = keys.current(db.session())
    codes = db.session.execute(sa.select(UNIT.c.id, UNIT.c.code).where(UNIT.c.id.in_(held_back)))
    of = {origin(current.name, code): ident for ident, code in codes} if current else {}
    for name, note in told.new.items():
        before = told.before.get(name)
        if name not in of or not before or not note:
            return True
        written = sa.select(EVENT.c.id).where(
            EVENT.c.unit_id == of[name],
            EVENT.c.seq >= _size(before),
            EVENT.c.seq < _size(note),
            EVENT.c.action != ACTION,
        )
        if db.session.scalar(written.limit(1)) is not None:
            return True
    return False


def _size(note: str) -> int:
    return parse_checkpoint(parse(note).text).size


def _last(body: int) -> tuple[dict[str, str], int]:
    """What a body stated last, and of how many rounds that is made."""
    rounds = db.session.execute(
        sa.select(ROUND.c.id, EVENT.c.leaf)
        .join_from(ROUND, EVENT, ROUND.c.event_id == EVENT.c.id)
        .where(ROUND.c.unit_id == body)
        .order_by(ROUND.c.id.desc())
        .limit(WHOLE_EVERY)
    )
    parts: list[tuple[dict[str, str | None], int]] = []
    for ident, stated in rounds.all():
        kept = sa.select(TREE.c.origin, TREE.c.note).where(TREE.c.round_id == ident)
        said = {name: note or None for name, note in db.session.execute(kept)}
        parts.append((said, json.loads(stated)["logs"]))
        if len(list(filter(None, said.values()))) == parts[-1][1]:
            break
    else:
        return {}, 0
    notes: dict[str, str] = {}
    for said, logs in reversed(parts):
        notes = after(notes, said, logs)
    return notes, len(parts)
