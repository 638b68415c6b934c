"""Steps of the clock: days pass, what is late climbs, the clock is set back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from models import db
from models.deadline import Deadline, Escalation
from tests.cast import EPOCH
from tests.model.compare import expect
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
    """Every rung that is due is climbed, once; it is heard of above, save at the top of the tree."""
    due = []
    waiting = [d.waits for d in h.w.documents.values() if d.waits is not None]
    for clock in (*waiting, *h.w.begins.values()):
        if not clock.rung and clock.rings() <= h.now:
            due.append(clock)
            clock.rung = 1
    climbed = ladder.sweep(h.now)
    expect(ladder.sweep(h.now) == 0, "a rung was climbed twice")
    h.tell(f"the ladder: {climbed}")
    h.counts["rungs"] += climbed
    rungs, heard = db.session.execute(
        sa.select(
            sa.select(sa.func.count())
            .select_from(Deadline)
            .where(Deadline.rung > 0, Deadline.unit_id != h.app.unit_ids["PROVINCE"])
            .scalar_subquery(),
            sa.select(sa.func.count()).select_from(Escalation).scalar_subquery(),
        )
    ).one()
    db.session.rollback()
    expect(climbed <= len(due), f"{climbed} rungs were climbed where {len(due)} were due")
    expect(rungs == heard, f"{rungs} rungs were climbed, of {heard} somebody heard")
