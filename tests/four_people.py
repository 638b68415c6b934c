"""Four people in an office, each with the posts he has, every order of their acts: the search for a
decision alone as one would do it by hand, against which `workflows.soundness.eyes` is held.

Nobody is followed here and nobody is away: who stands first in a role acts, and only he. It shares
with the search what may become of a paper, and nothing of what it thinks about people.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from workflows.definition import Spec
from workflows.soundness.eyes.paper import (
    ACTED,
    AUTHOR,
    DECIDED,
    SIGNED,
    TYPED,
    WROTE,
    Move,
    Moves,
    Paper,
    Way,
    begun,
)
from workflows.soundness.eyes.posts import POSTS, line

PEOPLE = range(4)
EVENTS = ("", "second", "change", "delegation")
Seats = frozenset[int]  # posts, by the number of their bit
USUAL = [
    body * len(POSTS) + POSTS.index(("own", role))
    for body, roles in enumerate(
        (("secretary", "deputy", "committee", "clerk"), ("secretary", "deputy", "advisor", "clerk"))
    )
    for role in roles
]


class Office(NamedTuple):
    paper: Paper
    parts: tuple[int, ...]  # by person
    seats: tuple[Seats, ...]  # by person
    lent: tuple[int, int, int] | None = None  # post, its holder, his delegate
    events: int = 1  # still to come
    edits: int = 1


def some(dice: random.Random) -> tuple[Seats, ...]:
    """Posts for four people: one each, now and then two, or none."""
    return tuple(
        frozenset(dice.sample(USUAL, dice.choices((0, 1, 2), (1, 8, 1))[0])) for _ in PEOPLE
    )


def alone(
    spec: Spec, seats: tuple[Seats, ...], event: str, *, deciding: int, meets: bool
) -> set[tuple[str, str]]:
    """Every (act, what is wrong) by which one of these four decides alone, with at most one `event`
    and one edit on the way."""
    moves, found, seen = Moves(spec), set[tuple[str, str]](), set[Office]()
    waiting: deque[Office] = deque()

    def come(office: Office) -> None:
        if office not in seen:
            seen.add(office)
            waiting.append(office)

    for office in _beginnings(spec, seats, deciding=deciding, meets=meets):
        come(office._replace(events=int(bool(event))))
    while waiting:
        office = waiting.popleft()
        for after in _events(office, event):
            come(after)
        for move in moves.of(office.paper):
            edit = move.act.name in ("revise", "correct")
            if move.amends or (edit and not office.edits):
                continue
            for doers in _doers(move, office):
                if wrong := _wrong(move, office, doers):
                    found.add((move.act.name, wrong))
                elif not move.ends:
                    parts = _parts(move, office.parts, doers)
                    come(office._replace(paper=move.after, parts=parts, edits=office.edits - edit))
    return found


def _beginnings(
    spec: Spec, seats: tuple[Seats, ...], *, deciding: int, meets: bool
) -> Iterator[Office]:
    written = begun(spec, deciding=deciding, meets=meets, recorded=False)
    empty = Office(written, (0,) * 4, seats)
    drafter = Way(line("drafter", 0, later=False, meeting=False))
    for person in PEOPLE:
        if spec.kind == "commitment" or (person,) in set(_holders(drafter, empty, 0)):
            yield empty._replace(parts=_with(empty.parts, person, AUTHOR | WROTE))
    typed = begun(spec, deciding=deciding, meets=meets, recorded=True)
    recorder = Way(line("recorder", 0, later=False, meeting=False)[:1])
    for (person,) in set(_holders(recorder, empty, 0)):
        for signer in PEOPLE:
            typist = _with(empty.parts, person, TYPED)
            at_issuer = any(seat < len(POSTS) for seat in seats[signer])
            parts = _with(typist, signer, SIGNED) if at_issuer else typist
            yield empty._replace(paper=typed, parts=parts)


def _with(parts: tuple[int, ...], person: int, more: int) -> tuple[int, ...]:
    return tuple(part | (more if n == person else 0) for n, part in enumerate(parts))


def _events(office: Office, event: str) -> Iterator[Office]:
    if not office.events:
        return
    spent = office._replace(events=0)
    for person in PEOPLE:
        if event == "delegation":
            for seat in office.seats[person]:
                for other in PEOPLE:
                    if other != person:
                        yield spent._replace(lent=(seat, person, other))
        elif event:
            for seat in USUAL:
                had = office.seats[person] if event == "second" else frozenset()
                new = had | {seat}
                yield spent._replace(
                    seats=tuple(new if n == person else s for n, s in enumerate(office.seats))
                )


Doers = tuple[int, ...]  # who does it, and in whose post if not his own; nobody: a confirmed vote


def _doers(move: Move, office: Office) -> Iterator[Doers]:
    for way in move.ways:
        if way.confirmed:
            yield ()
        elif way.author:
            yield from (
                (n,)
                for n, part in enumerate(office.parts)
                if part & AUTHOR and not part & move.barred
            )
        else:
            yield from set(_holders(way, office, move.barred))


def _holders(way: Way, office: Office, barred: int) -> Iterator[Doers]:
    """The first of the line with somebody left, and the delegate of one of them."""
    for tier in way.line:
        there = [
            (person, seat)
            for person, seats in enumerate(office.seats)
            for seat in seats
            if tier >> seat & 1 and not office.parts[person] & barred
        ]
        for person, seat in there:
            yield (person,)
            if office.lent is not None and office.lent[:2] == (seat, person):
                delegate = office.lent[2]
                if not office.parts[delegate] & barred:
                    yield delegate, person
        if there:
            return


def _wrong(move: Move, office: Office, doers: Doers) -> str:
    parts = [office.parts[n] for n in doers]
    if move.decides and any(part & move.wrote for part in parts):
        return "wrote"
    if move.decides and move.once and any(part & (ACTED | SIGNED) for part in parts):
        return "twice"
    if move.confirms and any(part & TYPED for part in parts[:1]):
        return "typed"
    return "unvetted" if move.decides and move.unvetted and doers else ""


def _parts(move: Move, parts: tuple[int, ...], doers: Doers) -> tuple[int, ...]:
    if move.renews:
        parts = tuple(part & ~(DECIDED | ACTED) for part in parts)
    for person in doers:
        if move.decides:
            parts = _with(parts, person, ACTED | (DECIDED if move.kept else 0))
    for person in doers[:1]:
        parts = _with(parts, person, (WROTE * move.writes) | (TYPED * move.types))
    return parts
