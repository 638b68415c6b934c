"""In what right somebody speaks for a body: by a post there or at its advisory body, his own or
delegated to him, at that moment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from models.base import db
from models.person import Person
from models.queries.seats import Lent, Seat
from models.unit import Unit
from workflows import keeping, trail
from workflows.act import who_acts
from workflows.standing import standing

SAYS_WHY, ANSWERS = "state_reason", "answer_escalation"  # as a delegation names them


class Right(NamedTuple):
    """The post by which somebody speaks, and the delegation where it is another's."""

    post: Seat
    delegation: Lent | None


def right_at(
    unit: Unit, roles: Collection[str], person: Person, now: datetime, *, kind: str, action: str
) -> Right | None:
    """The person's right to speak for a body in one of these roles now; his own post before a
    delegated one. None: he has none."""
    here = standing(person, now)
    own = [Right(post, None) for post in here.own]
    lent = [Right(d.post, d) for d in here.delegations if covers(d, kind, action)]
    for right in (*own, *lent):
        at = right.post.unit
        if right.post.role in roles and unit.id in (at.id, at.attached_to_id):
            return right
    return None


def keep(right: Right, now: datetime, also: Collection[int] = ()) -> None:
    """Holds the right until the transaction ends, and the log it writes to with those of the units
    `also`. Raises Forbidden when it has just ended."""
    keeping.keep(right.post.id, right.delegation.id if right.delegation else None, now)
    trail.lock_logs(db.session(), [right.post.unit_id, *also])


def named(right: Right, person: Person) -> dict[str, Any]:
    """Who speaks, as the payload of an event names him."""
    holder = db.session.get_one(Person, right.post.person_id) if right.delegation else None
    return who_acts(person, right.post, holder)


class Scope(Protocol):
    """What a delegation is for; empty means all."""

    @property
    def kinds(self) -> Collection[str]: ...
    @property
    def actions(self) -> Collection[str]: ...


def covers(lent: Scope, kind: str, action: str) -> bool:
    """Whether a delegation lends this act upon this kind of document."""
    return (not lent.kinds or kind in lent.kinds) and (not lent.actions or action in lent.actions)
