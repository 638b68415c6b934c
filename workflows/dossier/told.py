"""One event for each act on a dossier, and who hears of it. Names and texts go to the payload."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.dossier import ConclusionRequirement
from models.inspection import Inspection
from models.person import Person
from models.post import Post, held_at
from models.unit import Unit
from workflows import notices, trail
from workflows.calendar import local_day
from workflows.dossier.who import LEADERS
from workflows.ladder.posts import Right, keep, named
from workflows.succession import successor
from workflows.trail import Appended


def record(
    action: str,
    inspection: Inspection,
    *,
    actor: Person,
    now: datetime,
    right: Right | None = None,
    unit_id: int | None = None,
    facts: dict[str, Any] | None = None,
    private: dict[str, Any] | None = None,
    about: Person | None = None,
) -> Appended:
    """One event in the log of the body whose post acts (of who acts as himself: of `unit_id`), in the
    caller's transaction. Raises Forbidden when the right has just ended."""
    if right is not None:
        keep(right, now)
        place, names = right.post.unit_id, named(right, actor)
    else:
        assert unit_id is not None
        place, names = unit_id, {"actor": actor.full_name}
        trail.lock_logs(db.session(), [place])
    db.session.flush()
    stated = {"inspection": inspection.id, **(facts or {})}
    return trail.append(
        db.session(),
        unit_id=place,
        action=action,
        at=now,
        facts={name: value for name, value in stated.items() if value is not None},
        private={**names, **(private or {})},
        actor_id=actor.id,
        document_id=inspection.document_id,
        about_id=about.id if about is not None and about.id != actor.id else None,
    )


def record_required(
    action: str,
    made: ConclusionRequirement,
    right: Right,
    actor: Person,
    now: datetime,
    *,
    private: dict[str, Any],
    **facts: Any,
) -> Appended:
    """As `record`, of what happens to one requirement of a conclusion."""
    stated = {"number": made.n, "conclusion": made.id, "obligation": made.obligation_id}
    return record(
        action,
        made.inspection,
        actor=actor,
        now=now,
        right=right,
        facts=stated | facts,
        private=private,
    )


def tell(
    event: Appended,
    persons: Iterable[Person],
    inspection: Inspection,
    *,
    topic: str,
    action: str,
    actor: Person,
    now: datetime,
) -> None:
    """A notice for each of these persons but who acted."""
    others = [person for person in persons if person.id != actor.id]
    notices.notify(event, others, topic=topic, action=action, document=inspection.document, now=now)


def team(inspection: Inspection) -> list[Person]:
    """The members of the team."""
    return [member.person for member in inspection.members]


def leaders(unit_ids: Collection[int], now: datetime) -> list[Person]:
    """Who leads these units now, or those into which they closed."""
    units = db.session.scalars(sa.select(Unit).where(Unit.id.in_(unit_ids)))
    heirs = {successor(unit).id for unit in units}
    held = sa.select(Post.person_id).where(
        Post.unit_id.in_(heirs), Post.role.in_(LEADERS), held_at(local_day(now), now)
    )
    return list(
        db.session.scalars(sa.select(Person).where(Person.id.in_(held)).order_by(Person.id))
    )
