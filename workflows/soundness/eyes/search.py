"""The search for a path on which one person decides alone: breadth first, over what may become of a
paper and over what one person may have had to do with it.

Whoever breaks R30 is one person, so one person is followed exactly: his part in the paper, the post
he holds, a second post, a change of post, a delegation given or taken. All others are whoever is
needed: somebody free can always be found for their acts. That is the symmetry of persons used to the
end, and it covers organisations of four people and of any number.

Nothing is decided about the followed person's post before he uses it: he has a set of posts that he
may hold, and each act leaves of it those that allow the act.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from models.kinds import PERSONAL
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
    Part,
    Way,
    begun,
)
from workflows.soundness.eyes.posts import ANY, Posts, line, of_issuer, union


class Event(Enum):
    """What may happen to posts between two acts."""

    NONE = 0
    SECOND = 1  # a post is given to him besides the one he has
    CHANGE = 2  # he leaves his post and enters another
    TAKES = 3  # somebody delegates to him
    GIVES = 4  # he delegates to somebody


class Node(NamedTuple):
    paper: Paper
    part: Part  # of the one person who is followed
    post: Posts = ANY  # he holds one of these
    second: Posts = 0  # and one of these; none: he has no second post


class Doing(NamedTuple):
    """In what right an act is done: by whom, from which posts, and what happened just before."""

    way: Way | None
    mine: bool = False  # by the person followed
    for_him: bool = False  # by somebody else, in the followed person's post
    event: Event = Event.NONE


class Step(NamedTuple):
    """One act of a story. `move` is None for the first, which begins the paper."""

    before: Node | None
    move: Move | None
    doing: Doing
    after: Node


@dataclass(frozen=True)
class Hole:
    """A path that ends with one person deciding what he must not. `wrong`: "wrote" (he helped to
    write it), "twice", "typed" (confirms what he typed himself), "unvetted" (agrees to a text
    that nobody has reviewed)."""

    wrong: str
    steps: tuple[Step, ...]

    @property
    def last(self) -> Move:
        move = self.steps[-1].move
        assert move is not None
        return move


def holes(spec: Spec, events: Collection[Event] = tuple(Event)) -> list[Hole]:
    """For each act, and each way in which it lets one person decide alone, one shortest path; the
    shortest first. Acts and events count alike. Empty for a definition that keeps four eyes.

    `events`: those that may happen between acts."""
    moves, found = Moves(spec), dict[tuple[int, str], tuple[int, Hole]]()
    came: dict[Node, tuple[int, Step]] = {}
    rounds: dict[int, list[Node]] = {}

    def come(step: Step, length: int) -> None:
        if step.after not in came or length < came[step.after][0]:
            came[step.after] = length, step
            rounds.setdefault(length, []).append(step.after)

    for step in _beginnings(spec):
        come(step, 1)
    length = 1
    while rounds:
        for node in rounds.pop(length, []):
            if came[node][0] < length:
                continue  # a shorter way was found meanwhile
            for step, wrong in _next(spec, moves, node):
                if step.doing.event not in events:
                    continue
                longer = length + (1 if step.doing.event is Event.NONE else 2)
                assert step.move is not None
                if wrong:
                    key = (spec.actions.index(step.move.act), wrong)
                    if key not in found or longer < found[key][0]:
                        found[key] = longer, Hole(wrong, (*_way_to(came, node), step))
                elif not step.move.ends:
                    come(step, longer)
        length += 1
    return [hole for _, hole in sorted(found.values(), key=lambda pair: pair[0])]


def _way_to(came: dict[Node, tuple[int, Step]], node: Node) -> list[Step]:
    steps = [came[node][1]]
    while (before := steps[-1].before) is not None:
        steps.append(came[before][1])
    return steps[::-1]


def _beginnings(spec: Spec) -> Iterator[Step]:
    """Every way in which the followed person, or somebody else, begins a paper."""
    for deciding in (1, 2):
        for meets in (False, True):
            written = begun(spec, deciding=deciding, meets=meets, recorded=False)
            author = Way(author=True)
            if spec.kind not in PERSONAL:
                author = Way(line("drafter", 0, later=False, meeting=False))
            for mine in (True, False):
                part = AUTHOR | WROTE if mine else 0
                post = union(author.line) if mine and author.line else ANY
                yield Step(None, None, Doing(author, mine), Node(written, part, post))
            if not spec.actions_named("confirm"):
                continue
            typed = begun(spec, deciding=deciding, meets=meets, recorded=True)
            recorder = Way(line("recorder", 0, later=False, meeting=False))
            for mine in (True, False):
                for wrote in (0, AUTHOR):
                    for signed in (0, SIGNED):
                        part = wrote | signed | (TYPED if mine else 0)
                        post = union(recorder.line) if mine else ANY
                        post &= of_issuer() if signed else ANY
                        yield Step(None, None, Doing(recorder, mine), Node(typed, part, post))


def _next(spec: Spec, moves: Moves, node: Node) -> Iterator[tuple[Step, str]]:
    """Every act on this paper by the followed person, for him, or by others; with what is wrong about
    it, or nothing."""
    for move in moves.of(node.paper):
        for doing, may, also in _doings(move, node):
            post, second = may & ~move.vacant, also & ~move.vacant
            if not post or (also and not second):
                continue
            his = doing.mine or doing.for_him
            wrong = what_is_wrong(move, node.part) if his else ""
            voted = doing.way is not None and doing.way.confirmed
            if move.decides and move.unvetted and not voted:
                wrong = wrong or "unvetted"
            after = Node(move.after, part_after(spec, move, doing, node.part), post, second)
            yield Step(node, move, doing, after), wrong


Right = tuple[Doing, Posts, Posts]  # how, and what he may hold then


def _doings(move: Move, node: Node) -> Iterator[Right]:
    barred, post, second = bool(node.part & move.barred), node.post, node.second
    for way in move.ways:
        if way.author:
            mine = bool(node.part & AUTHOR)
            others_hand = move.barred & move.wrote and not node.paper.recorded
            if (mine and not barred) or (not mine and not others_hand):
                yield Doing(way, mine), post, second
            continue
        if not way.confirmed and not barred and move.personal:
            yield from _his(way, post, second)
        yield Doing(way), post, second  # somebody else, of whom nothing need be known


def _his(way: Way, post: Posts, second: Posts) -> Iterator[Right]:
    """In what right the followed person does it, or somebody for him."""
    posts = union(way.line)
    if post & posts:
        yield Doing(way, True), post & posts, second
    elif second & posts:
        yield Doing(way, True), post, second & posts
    else:
        if not second:
            yield Doing(way, True, event=Event.SECOND), post, posts
        yield Doing(way, True, event=Event.CHANGE), posts, second
        yield Doing(way, True, event=Event.TAKES), post, second
    if post & posts:
        yield Doing(way, for_him=True, event=Event.GIVES), post & posts, second


def what_is_wrong(move: Move, part: Part) -> str:
    """What is wrong when somebody with this part in the paper does the act, or has it done."""
    if move.decides and part & move.wrote:
        return "wrote"
    if move.decides and move.once and part & (ACTED | SIGNED):
        return "twice"
    return "typed" if move.confirms and part & TYPED else ""


def part_after(spec: Spec, move: Move, doing: Doing, part: Part) -> Part:
    """The followed person's part in the paper after the act."""
    if move.renews:
        part &= ~(DECIDED | ACTED)
    if move.amends:
        part &= ~(TYPED | SIGNED)
        if move.writes and spec.kind not in PERSONAL:
            part = part | AUTHOR if doing.mine else part & ~AUTHOR
    if doing.mine:
        part |= WROTE if move.writes else 0
        part |= TYPED if move.types else 0
    if move.decides and (doing.mine or doing.for_him):
        part |= ACTED
        part |= DECIDED if move.kept else 0
    return part
