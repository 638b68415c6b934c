"""Which body hears of a rung: so many bodies above the one that is late, by the line of the campaign,
as the lines ran on that day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from models.queries import hearers
from models.queries.hearers import Body

HIGHEST = 12  # bodies above one another; more is a circle


class Lines:
    """The bodies above, on one day; asked of the database a level at a time, for all at once."""

    def __init__(self, day: date):
        self.day = day
        self._known: dict[int, dict[str, Body]] = {}

    def learn(self, units: Iterable[int]) -> None:
        """Reads who is directly above these units."""
        new = set(units) - self._known.keys()
        if not new:
            return
        self._known.update({unit: {} for unit in new})
        for (unit, line), body in hearers.superiors(new, self.day).items():
            self._known[unit][line] = body
        alone = {unit for unit in new if not self._known[unit]}
        for unit, body in hearers.served(alone).items() if alone else ():
            self._known[unit][""] = body  # an advisory body's superior is whom it serves

    def above(self, unit: int, line: str) -> Body | None:
        """Who is directly above a unit that was `learn`ed; None at the top."""
        found = self._known[unit]
        return found.get(line) or found.get("")

    def climb(self, places: list[tuple[Body, str, int]]) -> list[Body | None]:
        """For each (body, line, height) the body so many above it; None where the top is lower, or
        the line turns back to where it has been."""
        here: list[Body | None] = [body for body, _, _ in places]
        been = [{body.id} for body, _, _ in places]
        for level in range(max((height for *_, height in places), default=0)):
            going = [n for n, (*_, height) in enumerate(places) if height > level and here[n]]
            self.learn(body.id for n in going if (body := here[n]))
            for n in going:
                body = here[n]
                assert body is not None
                up = self.above(body.id, places[n][1])
                here[n] = up if up is not None and up.id not in been[n] else None
                been[n] |= {up.id} if up is not None else set()
        return here

    def chains(self, places: list[tuple[int, str]]) -> list[list[int]]:
        """For each (unit, line) the unit and all above it, to where the line ends or turns back."""
        found = [[unit] for unit, _ in places]
        going = list(range(len(places)))
        while going:
            self.learn(found[n][-1] for n in going)
            above = {n: self.above(found[n][-1], places[n][1]) for n in going}
            going = [n for n, body in above.items() if body is not None and body.id not in found[n]]
            for n in going:
                found[n].append(above[n].id)  # type: ignore[union-attr]
        return found
