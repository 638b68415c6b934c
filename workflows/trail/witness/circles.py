"""Superiors in a circle: over two lines A may stand above B and B above A.

What a superior states makes its own log grow. In a circle each would state that growth of the other for
ever, so that growth by statements alone is passed on only towards the way out of the circle; whatever
else is written is stated by whoever stands directly above it. So a round ends, and still the head of
whoever stands above the circle commits to all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

Graph = Mapping[int, set[int]]  # {unit: who is directly above it}


def upward(units: Collection[int], superiors: Callable[[list[int]], Graph]) -> dict[int, set[int]]:
    """Who is above these units, and above those, to the top; `superiors` gives one level."""
    graph: dict[int, set[int]] = {}
    level = set(units)
    while level:
        found = superiors(sorted(level))
        graph |= {unit: found.get(unit, set()) for unit in level}
        level = {above for unit in level for above in graph[unit]} - graph.keys()
    return graph


def passes_on(graph: Graph) -> Callable[[int, int], bool]:
    """Whether (a unit, who is directly above it) is a way on which growth by statements alone is
    stated. `graph` holds all who are above whoever it names."""
    reached = {unit: _reached(graph, unit) for unit in graph}
    circles = {
        unit: frozenset(one for one in above if unit in reached[one]) | {unit}
        for unit, above in reached.items()
        if unit in above
    }
    steps: dict[int, int] = {}  # of a unit in a circle: how far from the way out
    for circle in set(circles.values()):
        steps |= _steps(graph, circle)

    def asked(unit: int, above: int) -> bool:
        return above not in circles.get(unit, ()) or steps[above] < steps[unit]

    return asked


def _reached(graph: Graph, unit: int) -> set[int]:
    """Whoever is above a unit; the unit itself only in a circle."""
    found: set[int] = set()
    level = graph[unit]
    while level:
        found |= level
        level = {above for one in level for above in graph[one]} - found
    return found


def _steps(graph: Graph, circle: frozenset[int]) -> dict[int, int]:
    """How many steps each of a circle stands below those that have somebody above outside it; where
    nobody has, below the first."""
    level = {unit for unit in circle if graph[unit] - circle} or {min(circle)}
    found: dict[int, int] = {}
    while level:
        found |= dict.fromkeys(level, len(set(found.values())))
        level = {unit for unit in circle if graph[unit] & level} - found.keys()
    return found
