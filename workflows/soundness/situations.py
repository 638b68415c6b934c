"""Everything a definition's conditions can ask of a document, as a small finite world.

A set of situations is an integer with one bit for each, so that a whole definition is walked in a
few milliseconds.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from itertools import product
from typing import NamedTuple

RECORDED_IN = "drafted"  # the state in which a signed paper awaits its confirmation
LONGEST = 3  # deciding bodies on a route; a longer route has no kind of place that this one lacks


class Situation(NamedTuple):
    deciding: int  # how many bodies decide; one more receives (routing.build_route)
    position: int  # where the paper lies, 0 with the issuer
    received: bool  # by the body where it lies
    meets: bool  # that body decides by a meeting of its members
    unconfirmed: bool  # a paper signed outside that nobody has compared with its scan
    unexplained: bool  # with a finding that nobody has explained


SITUATIONS = tuple(
    Situation(deciding, position, *flags)
    for deciding in range(1, LONGEST + 1)
    for position in range(deciding + 1)
    for flags in product((False, True), repeat=4)
)
_PLACE = {situation: place for place, situation in enumerate(SITUATIONS)}
EVERYWHERE = (1 << len(SITUATIONS)) - 1

# The conditions of workflows.conditions, of a situation in a state.
HOLDS: dict[str, Callable[[str, Situation], bool]] = {
    "at_issuer": lambda state, s: s.position == 0,
    "at_later_stage": lambda state, s: s.position > 0,
    "next_decides": lambda state, s: s.position + 1 < s.deciding,
    "next_receives": lambda state, s: s.position + 1 == s.deciding,
    "not_received": lambda state, s: not s.received,
    "body_meets": lambda state, s: s.meets,
    "awaits_confirmation": lambda state, s: s.unconfirmed and state == RECORDED_IN,
    "not_awaiting_confirmation": lambda state, s: not (s.unconfirmed and state == RECORDED_IN),
    "awaits_explanation": lambda state, s: s.unexplained,
}


def where(holds: Callable[[Situation], bool]) -> int:
    """The situations of which this is true."""
    return sum(1 << place for situation, place in _PLACE.items() if holds(situation))


@functools.lru_cache(maxsize=4096)
def under(state: str, when: tuple[str, ...]) -> int:
    """The situations in which all these conditions hold of a document in this state."""
    return where(lambda s: all(HOLDS[name](state, s) for name in when))


def begun(*, papers: bool) -> int:
    """The situations of a new document; with `papers`, also of a recorded one."""
    return where(
        lambda s: (
            s.position == 0 and not s.received and (papers or not (s.unconfirmed or s.unexplained))
        )
    )


def _at(s: Situation, position: int) -> Iterator[Situation]:
    """The paper comes to lie with another body, which may meet or not."""
    for meets in (False, True):
        yield s._replace(position=position, received=False, meets=meets)


def _after(act: str, s: Situation) -> Iterator[Situation]:
    """What workflows.effects makes of a situation."""
    if act in ("submit", "return"):
        yield from _at(s, 0)
    elif act == "report":
        if s.position < s.deciding:  # the guard reports_to_superior
            yield from _at(s, s.position + 1)
    elif act == "receive":
        yield s._replace(received=True)
    elif act == "confirm":
        yield s._replace(unconfirmed=False)
    elif act == "explain":
        yield s
        yield s._replace(unexplained=False)
    else:
        yield s


MOVES = ("submit", "return", "report", "receive", "confirm", "explain")


@functools.lru_cache(maxsize=16)
def _targets(act: str) -> tuple[int, ...]:
    return tuple(sum(1 << _PLACE[s] for s in set(_after(act, before))) for before in SITUATIONS)


@functools.lru_cache(maxsize=65536)
def after(act: str, before: int) -> int:
    """The situations that an act may lead to from any of these."""
    if act not in MOVES:
        return before
    result = 0
    for place, target in enumerate(_targets(act)):
        if before >> place & 1:
            result |= target
    return result


@functools.lru_cache(maxsize=65536)
def before(act: str, goal: int) -> int:
    """The situations from which an act may lead into one of these."""
    if act not in MOVES:
        return goal
    return sum(1 << place for place, target in enumerate(_targets(act)) if target & goal)
