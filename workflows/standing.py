"""In what right a person is here now: his posts, and those delegated to him. One statement, asked
by nearly every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.base import db, once
from models.person import Person
from models.queries.seats import Lent, Seat, seats
from workflows.calendar import local_day


@dataclass(frozen=True)
class Standing:
    """In what right a person is here: his own posts in force, and the delegations to him in force
    now, of posts themselves in force."""

    own: list[Seat]
    delegations: list[Lent]

    @property
    def posts(self) -> list[Seat]:
        """His own posts, then those delegated to him."""
        return self.own + [delegation.post for delegation in self.delegations]


def standing(person: Person, now: datetime) -> Standing:
    """The person's posts and delegations in force now; asked once in a read snapshot."""
    asked = {"person": person.id, "day": local_day(now), "now": now}
    return once(db.session(), ("standing", person.id, now), lambda: Standing(*seats(asked)))
