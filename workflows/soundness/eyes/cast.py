"""A path of the search as people: four or so persons by letter, who holds which post, who does what,
and who has to be away for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.kinds import PERSONAL
from workflows.definition import Spec
from workflows.soundness.eyes.paper import (
    ACTED,
    AUTHOR,
    DECIDED,
    TYPED,
    WROTE,
    Move,
    Part,
    Way,
)
from workflows.soundness.eyes.posts import ANY, Line, Posts, named, union
from workflows.soundness.eyes.search import Event, Hole, Node, Step

Seat = tuple[int, str, str]  # body, "own" or "advisory", role
ALONE = ("secretary", "deputy", "clerk")  # of whom a body has one


@dataclass
class Someone:
    """A person of a story."""

    name: str
    seat: Seat | None = None  # the post he begins with
    part: Part = 0


@dataclass(frozen=True)
class Scene:
    """One act of a story: `who` did it in the post `seat` (as author, or by the vote of a meeting,
    without one), perhaps for the `owner` of the post; `entered` is the post given to him just before.
    `away`: who stands before him and is absent that day."""

    step: Step
    who: Someone | None
    seat: Seat | None = None
    owner: Someone | None = None
    event: Event = Event.NONE
    away: tuple[str, ...] = ()

    @property
    def entered(self) -> Seat | None:
        return self.seat if self.event in (Event.SECOND, Event.CHANGE) else None


@dataclass
class Cast:
    """The persons of one hole, in the order in which they appear; `hero` is the one who decides
    alone, or nobody in particular."""

    hole: Hole
    spec: Spec
    hero: Someone = field(default_factory=lambda: Someone(""))
    people: list[Someone] = field(default_factory=list)
    scenes: list[Scene] = field(default_factory=list)

    @property
    def first(self) -> Node:
        """The paper as it was begun, with the followed person's part in it."""
        return self.hole.steps[0].after


def play(hole: Hole, spec: Spec) -> Cast:
    """The story of a hole, each post and person chosen."""
    cast = Cast(hole, spec)
    cast.hero.seat, seats = _hero_seats(hole)
    for n, step in enumerate(hole.steps):
        scene = _scene(cast, step, seats.get(n))
        cast.scenes.append(scene)
        remember(cast, scene)
    return cast


def _hero_seats(hole: Hole) -> tuple[Seat | None, dict[int, Seat]]:
    """The post that the followed person begins with, and the one he uses at each step: of what the
    later steps leave of what he may hold, the one that is asked first."""
    last, steps = hole.steps[-1].after, hole.steps
    changes = [step for step in steps if step.doing.event is Event.CHANGE]
    left = [*(step.before.post for step in changes if step.before is not None), last.post]
    chosen: dict[int | str, Seat] = {}  # by the number of changes before, or "second"
    used: dict[int, Seat] = {}
    span = 0
    for n, step in enumerate(steps):
        way, event = step.doing.way, step.doing.event
        span += event is Event.CHANGE
        his = step.doing.mine or step.doing.for_him
        if not his or way is None or not way.line or event is Event.TAKES:
            continue
        posts = union(way.line)
        own = event is not Event.SECOND and bool(
            step.before is None or event is Event.CHANGE or step.before.post & posts
        )
        key: int | str = span if own else "second"
        chosen.setdefault(key, _first(way.line, left[span] if own else last.second))
        used[n] = chosen[key]
    begins = chosen.get(0)
    if begins is None and left[0] != ANY:
        begins = named(left[0])[0]
    return begins, used


def _first(line: Line, allowed: Posts, taken: frozenset[Seat] = frozenset()) -> Seat:
    """The post that is asked first of those allowed; one that somebody else has only if need be."""
    seats = [seat for tier in line for seat in named(tier & allowed)]
    return next((seat for seat in seats if seat not in taken), seats[0])


def _taken(cast: Cast) -> frozenset[Seat]:
    """Posts that somebody else has, or that nobody may have for this story."""
    people = [*cast.people, cast.hero]
    alone = {p.seat for p in people if p.seat is not None and p.seat[2] in ALONE}
    moves = (step.move for step in cast.hole.steps if step.move is not None)
    return frozenset(alone.union(*(named(move.vacant) for move in moves)))


def _scene(cast: Cast, step: Step, seat: Seat | None) -> Scene:
    doing = step.doing
    way = doing.way or Way()
    if step.before is None and cast.first.part:
        _appear(cast)  # his name stands under a paper that somebody else may have typed off
    if way.confirmed:
        return Scene(step, None)
    if way.author:
        return Scene(step, _appear(cast) if doing.mine else _author(cast))
    if doing.mine and doing.event is not Event.TAKES:
        return Scene(step, _appear(cast), seat, event=doing.event)
    if doing.mine:
        owner = _other(cast, step, way.line)
        return Scene(step, _appear(cast), owner.seat, owner, doing.event)
    if doing.for_him:
        hero = _appear(cast)
        return Scene(step, _other(cast, step, ()), seat, hero, doing.event)
    other = _other(cast, step, way.line)
    return Scene(step, other, other.seat)


def _appear(cast: Cast) -> Someone:
    if not cast.hero.name:
        _enter(cast, cast.hero)
    return cast.hero


def _enter(cast: Cast, someone: Someone) -> Someone:
    someone.name = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[len(cast.people)]
    cast.people.append(someone)
    return someone


def _author(cast: Cast) -> Someone:
    """Who wrote it, where the followed person did not."""
    for person in cast.people:
        if person.part & AUTHOR:
            return person
    return _enter(cast, Someone(""))


def _other(cast: Cast, step: Step, line: Line) -> Someone:
    """Somebody else who may do it: a known person if one can without deciding alone himself; `line`
    empty: anybody to whom a post is delegated."""
    move = step.move
    for person in cast.people:
        if person is cast.hero or (move is not None and _stained(move, person.part)):
            continue
        if not line or (person.seat is not None and person.seat in _seats(line)):
            return person
    seat = _first(line, union(line), _taken(cast)) if line else None
    return _enter(cast, Someone("", seat))


def _seats(line: Line) -> list[Seat]:
    return [seat for tier in line for seat in named(tier)]


def _stained(move: Move, part: Part) -> bool:
    hands = part & (move.wrote | ACTED | DECIDED | TYPED)
    return bool(part & move.barred or ((move.decides or move.confirms) and hands))


def remember(cast: Cast, scene: Scene) -> None:
    """What everybody has had to do with the paper after an act."""
    move, who = scene.step.move, scene.who
    if move is None:
        if who is not None:
            who.part = TYPED if cast.first.paper.recorded else AUTHOR | WROTE
    else:
        gone = (DECIDED | ACTED if move.renews else 0) | (TYPED if move.amends else 0)
        handed_on = move.amends and move.writes and not _own(cast)
        for person in cast.people:
            person.part &= ~(gone | (AUTHOR if handed_on else 0))
        if who is not None:
            who.part |= (WROTE if move.writes else 0) | (TYPED if move.types else 0)
            who.part |= AUTHOR if handed_on else 0
        for decider in (who, scene.owner):
            if decider is not None and move.decides:
                decider.part |= ACTED | (DECIDED if move.kept else 0)
    if cast.hero.name:
        cast.hero.part = scene.step.after.part


def _own(cast: Cast) -> bool:
    return cast.spec.kind in PERSONAL
