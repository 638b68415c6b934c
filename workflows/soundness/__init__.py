"""Whether a definition can trap a document, leave it to nobody, or let one person decide alone.

Pure functions over the text of a definition: no database, no clock.
"""

from __future__ import annotations

import functools

from workflows.definition import DefinitionError, Spec, parse
from workflows.soundness import (
    acts,
    eyes,
    graph,
    hands,
    holders,
    inspecting,
    taking,
    waiting,
    words,
)
from workflows.soundness.fault import Both, Fault, Found, Unsound, unreadable

__all__ = ["Both", "Fault", "Unsound", "check", "faults", "read_sound"]


def faults(spec: Spec, file: str) -> list[Fault]:
    """Everything that is wrong with a definition; empty when it is sound."""
    found = Found(file)
    reached = graph.reach(spec)
    graph.check(spec, reached, found)
    waiting.check(spec, reached, found)
    acts.check(spec, reached, found)
    holders.check(spec, found)
    words.check(spec, found)
    if acts.inspects(spec):
        inspecting.check(spec, found)
        return found.faults
    taking.check(spec, found)
    hands.check(spec, found)
    if not found.faults:  # a paper must have a way before it is asked who goes it
        eyes.check(spec, found)
    acts.four_eyes(spec, found)
    return found.faults


def check(source: str, *, file: str) -> tuple[Spec | None, list[Fault]]:
    """The definition in a text, None if it cannot be read, with everything that is wrong."""
    try:
        spec = parse(source, file=file)
    except DefinitionError as error:
        return None, unreadable(error)
    return spec, faults(spec, file)


@functools.lru_cache(maxsize=16)
def read_sound(source: str, *, file: str) -> Spec:
    """A definition that may be published. Raises DefinitionError; `Unsound` with every fault."""
    spec = parse(source, file=file)
    if found := faults(spec, file):
        raise Unsound(found)
    return spec
