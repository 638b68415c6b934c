"""Steps of the clock: days pass, what is late climbs, the clock is set back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from models import db
from models.deadline import Escalation
from tests.cast import EPOCH
from tests.model import reference as ref
from tests.model.compare import expect
from tests.model.tables import SUPERIOR, Document
from workflows import day, ladder

if TYPE_CHECKING:
    from tests.model.history import History

LAST_DAY = date(2026, 6, 12)  # what the reference knows of days off ends here


def days_pass(h: History) -> None:
    days = h.dice.choice((1, 1, 1, 2, 3, 3, 7, 12, 40))
    if h.w.day + timedelta(days=days) > LAST_DAY:
        return
    h.now += timedelta(days=days)
    h.tell(f"{days} days pass, it is {h.w.day}")
    begin_the_day(h)
    if h.dice.random() < 0.7:
        climb(h)


def set_back(h: History) -> None:
    """Somebody puts the clock right that had gone too fast: by minutes, hours, or past midnight."""
    h.latest = max(h.latest, h.now)
    h.now = max(EPOCH, h.now - timedelta(minutes=h.dice.choice((10, 60, 300, 1300))))
    h.unsettled = True
    h.counts["clocks set back"] += 1
    h.tell(f"the clock is set back to {h.now}")


def begin_the_day(h: History) -> None:
    """What the schedule does each minute, where there is anything in it to do. The lists are right
    again with the first morning after a clock that was set back has caught up."""
    if h.w.day != h.begun:
        day.begin(h.now)
        h.begun = h.w.day
        h.unsettled = h.unsettled and h.now <= h.latest


def climb(h: History) -> None:
    """Every rung that is due is climbed, once and in order, as far as somebody is above to hear."""
    due = 0
    for doc in h.w.documents.values():
        if doc.waits is not None:
            due += doc.waits.climbs(h.now, _height_of(h, doc))
    for (_, unit, person), clock in h.w.begins.items():
        due += clock.climbs(h.now, _height(h, unit, person))
    told = db.session.scalar(sa.select(sa.func.count()).select_from(Escalation)) or 0
    climbed = ladder.sweep(h.now)
    expect(ladder.sweep(h.now) == 0, "a rung was climbed twice")
    h.tell(f"the ladder: {climbed}")
    h.counts["rungs"] += climbed
    heard = db.session.scalar(sa.select(sa.func.count()).select_from(Escalation))
    db.session.rollback()
    if not h.unsettled:
        expect(climbed == due, f"{climbed} rungs were climbed where {due} were due")
    expect(heard == told + climbed, f"{climbed} rungs were climbed, {heard} told after {told}")


def _height_of(h: History, doc: Document) -> int:
    """How many bodies above whoever is late with a paper may hear of it."""
    _, held = ref.waited_for(h.w, doc)
    alone = held.rights and held.rights[0].role == "author"
    places = {unit.removesuffix("-XDD") for unit, _ in held.posts}
    late = places.pop() if held.climbed else doc.here
    return _height(h, late, doc.author if alone else None)


def _height(h: History, unit: str, person: str | None) -> int:
    """All that are above a body; of what a person owes none, or one for the secretary's own and where
    nobody leads his body."""
    above, place = 0, SUPERIOR[unit]
    while place is not None:
        above, place = above + 1, SUPERIOR[place]
    if person is None:
        return above
    held = [p for p in h.w.posts.values() if p.unit == unit and p.holds(h.now)]
    himself = any(p.person == person and p.role == "secretary" for p in held)
    others = any(p.person != person and p.role in ("secretary", "deputy") for p in held)
    return min(above, 1) if himself or not others else 0
