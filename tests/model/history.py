"""One random history of an office, acted by the application and by the reference side by side.

Everything random comes from one seed, so a history that fails is told again by its number.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta

from models import db
from tests.cast import EPOCH
from tests.model import merging, papers, tables
from tests.model.application import Application
from tests.model.compare import Comparison, Violation
from tests.model.steps import mail, meetings, people, time
from tests.model.steps import papers as paperwork

MEMBERS = {"An": "full", "Chi": "full", "Dung": "full", "Moi": "probationary", "Sau": "full"}
CLOSINGS = 3  # in one history of so many the cell closes at the end
WRITTEN = 60  # lines of the story that a failure tells


class History:
    """`History(seed).run(steps)` raises `Violation` with the seed and the story so far. With the
    address of a Redis server the relay and a worker take part."""

    def __init__(self, seed: int, redis_url: str | None = None) -> None:
        self.seed = seed
        self.dice = random.Random(seed)
        self.story: list[str] = []
        self.counts: Counter[str] = Counter()
        self.app = Application()
        self.people = sorted(self.app.ids)
        self.kinds_owed = self.app.kinds_owed()
        self.reporters: dict[int, str] = {}
        self.minutes = 0  # the last number in the series of the cell's minutes
        self.begun: date | None = None
        self.latest = EPOCH
        self.unsettled = False  # the clock was set back: lists are right from the next morning
        self.bell = mail.Doorbell(redis_url) if redis_url else None
        self.w = self._found()
        self.compare = Comparison(self)

    def _found(self) -> tables.World:
        """An office that varies; the reference learns it as it stands."""
        deciding = {
            "plan": self.dice.choice((1, 2, 2, 2, 3)),
            "report": self.dice.choice((1, 2, 2)),
            "commitment": self.dice.choice((1, 1, 2)),
        }
        accept, meets = self.dice.random() < 0.25, {"CELL"} if self.dice.random() < 0.7 else set()
        self.app.set_up(deciding, accept, meets)
        owed: dict[tables.Key, date] = {
            ("plan", unit, None): date(2026, 3, 31) for unit in tables.SUPERIOR
        }
        owed["report", "BASE", None] = date(2026, 4, 7)
        w = tables.World(EPOCH, deciding, accept, MEMBERS, owed, meets)
        for row in self.app.posts():
            first, last = row.valid_from or date.min, row.valid_to or date.max
            holder, unit = self.app.names[row.person_id], self.app.codes[row.unit_id]
            w.posts[row.id] = tables.Post(first, last, None, row.id, holder, unit, row.role)
        papers.what_is_owed(w)
        return w

    @property
    def now(self) -> datetime:
        return self.w.now

    @now.setter
    def now(self, instant: datetime) -> None:
        self.w.now = instant

    def tell(self, line: str) -> None:
        self.story.append(line)

    def run(self, steps: int) -> None:
        try:
            if self.w.meets and self.dice.random() < 0.5:
                people.end_committee(self)
            for _ in range(self.dice.randint(0, 6)):
                people.change(self)
            time.begin_the_day(self)
            self.compare.after_a_step()
            for _ in range(steps):
                self.step()
                self.compare.after_a_step()
            self.end()
        except Exception as error:
            lines = "\n  ".join(self.story[-WRITTEN:])
            raise Violation(
                f"history {self.seed}: {type(error).__name__}: {error}\n  {lines}"
            ) from error

    def step(self) -> None:
        db.session.remove()
        self.now += timedelta(minutes=self.dice.randint(1, 90))
        time.begin_the_day(self)
        roll = self.dice.random()
        if roll < 0.02:
            time.set_back(self)
        elif roll < 0.12:
            time.days_pass(self)
        elif roll < 0.24:
            people.change(self)
        elif roll < 0.34 and self.bell:
            mail.ring(self)
        elif roll < (0.7 if self.w.sittings else 0.85) and self.w.meets:
            meetings.meet(self)
        else:
            paperwork.act(self)
        time.begin_the_day(self)

    def end(self) -> None:
        from tests.model import whole

        if self.bell:
            mail.deliver_all(self)
            self.compare.after_a_step()
        if self.seed % CLOSINGS == 0:
            merging.end(self)
        whole.check(self)
