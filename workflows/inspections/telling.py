"""The inspected hear of what concerns them: that it begins and ends, and what is held meanwhile."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.inspection import Inspection
from models.person import Person
from models.post import Post, held_at
from workflows.act import Act
from workflows.calendar import local_day
from workflows.inspections.asking import inspection_of
from workflows.inspections.reaching import LEADERS
from workflows.notices import Told

HEARD = ("announce", "extend", "freeze", "unfreeze", "draft_conclusion", "conclude", "close")


def those_inspected(act: Act) -> list[Told]:
    """Secretaries and deputies of the inspected units, of an act that concerns them."""
    if act.document.kind != "inspection" or act.spec.name not in HEARD:
        return []
    leaders = leaders_of(inspection_of(act.document), act.now)
    return [Told(person, "decided", act.spec.name) for person in leaders]


def leaders_of(inspection: Inspection, now: datetime) -> list[Person]:
    """Who leads an inspected unit now."""
    held = sa.select(Post.person_id).where(
        Post.unit_id.in_(inspection.unit_ids),
        Post.role.in_(LEADERS),
        held_at(local_day(now), now),
    )
    rows = sa.select(Person).where(Person.id.in_(held)).order_by(Person.id)
    return list(db.session.scalars(rows))
