"""What stands at the edge of every page, beside what the page is about. One statement."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from models.base import asked, db, once
from models.event import LogHead
from models.notification import Notification
from models.person import Person
from workflows.dossier.awaiting import AWAITING as TO_SIGN
from workflows.recorded.findings import WAITING, kept_units
from workflows.sittings.seeing import AWAITING
from workflows.standing import standing

MANY = 100


class Edge(NamedTuple):
    """`unread`: notices, counted up to `MANY`. `log_size`: how far the log of one's own body has
    grown; whether it holds is for `verify` to say. `minutes`, `findings`, `signatures`: whether any
    wait for this person's word (`awaiting_me`, `waiting_for`, `awaiting_signature`)."""

    unread: int
    log_size: int
    minutes: bool
    findings: bool
    signatures: bool


_UNREAD = (
    sa.select(Notification.id)
    .where(Notification.person_id == sa.bindparam("person"), Notification.read_at.is_(None))
    .limit(sa.literal_column(str(MANY), sa.Integer))
    .subquery()
)
_EDGE = sa.select(
    sa.select(sa.func.count()).select_from(_UNREAD).scalar_subquery(),
    sa.select(LogHead.size).where(LogHead.unit_id == sa.bindparam("unit")).scalar_subquery(),
    AWAITING.exists(),
    WAITING.exists(),
    TO_SIGN.exists(),
)


def edge(person: Person, now: datetime) -> Edge:
    """What waits for the person beside his tasks; asked once in a read snapshot."""

    def find() -> Edge:
        posts = standing(person, now).posts
        given = {
            "person": person.id,
            "unit": posts[0].unit_id if posts else None,
            "kept": kept_units(person, now),
        }
        unread, size, *waits = asked(_EDGE, given).one()
        return Edge(unread, size or 0, *map(bool, waits))

    return once(db.session(), ("edge", person.id, now), find)
