"""Who of a story's people has to be away, on leave or absent, for each act: those who would be asked
before whoever acts."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.soundness.eyes.cast import Cast, Scene, Seat, remember
from workflows.soundness.eyes.paper import Part
from workflows.soundness.eyes.posts import Line, named
from workflows.soundness.eyes.search import Event


def with_absences(cast: Cast) -> Iterator[Scene]:
    """Each scene with those who would be asked before whoever acts, did they not stay away."""
    held: dict[str, set[Seat]] = {p.name: {p.seat} for p in cast.people if p.seat is not None}
    parts: dict[str, Part] = dict.fromkeys((p.name for p in cast.people), 0)
    for scene in cast.scenes:
        who, way, move = scene.who, scene.step.doing.way, scene.step.move
        if scene.event is Event.CHANGE and who is not None:
            held[who.name] = set()
        if scene.entered is not None and who is not None:
            held.setdefault(who.name, set()).add(scene.entered)
        away: tuple[str, ...] = ()
        if scene.seat is not None and way is not None and who is not None:
            before = _before(way.line, scene.seat)
            away = tuple(
                name
                for name, seats in held.items()
                if seats & before
                and name != who.name
                and not (move is not None and parts[name] & move.barred)
            )
        yield Scene(scene.step, who, scene.seat, scene.owner, scene.event, away)
        _follow(cast, scene, parts)


def _before(line: Line, seat: Seat) -> set[Seat]:
    before: set[Seat] = set()
    for tier in line:
        seats = set(named(tier))
        if seat in seats:
            break
        before |= seats
    return before


def _follow(cast: Cast, scene: Scene, parts: dict[str, Part]) -> None:
    """As `remember`, for the second reading."""
    for person in cast.people:
        person.part = parts[person.name]
    remember(cast, scene)
    for person in cast.people:
        parts[person.name] = person.part
