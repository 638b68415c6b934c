"""Who sees a meeting: those who keep its papers, those who presided and wrote, those who sat in it
once it is confirmed, and the inspectors above."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import asked, db, once
from models.person import Person
from models.sitting import Attendance, Sitting
from models.unit import ReportingLine, in_force_on
from workflows.calendar import local_day
from workflows.scope import inspector_unit_ids
from workflows.sittings.who import OFFICERS, has_clerk
from workflows.standing import standing


def visible_sittings(person: Person, now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on Sitting: what this person may see of meetings.

    That says nothing of the texts that were before them: those have their own scope.
    """
    posts = standing(person, now).posts
    own = {post.unit_id for post in posts if post.role in OFFICERS}
    typed_for = {post.unit_id for post in posts if post.role == "clerk"}
    below = sa.select(ReportingLine.unit_id).where(
        ReportingLine.superior_id.in_(typed_for),
        in_force_on(ReportingLine, local_day(now)),
        ~has_clerk(ReportingLine.unit_id, now),
    )
    sat = sa.select(Attendance.sitting_id).where(
        Attendance.person_id == person.id, Attendance.present
    )
    confirmed = Sitting.confirmed_at.is_not(None)
    inspected = inspector_unit_ids(person, now)
    return sa.or_(
        Sitting.unit_id.in_(own),
        Sitting.unit_id.in_(below) if typed_for else sa.false(),
        Sitting.chair_id == person.id,
        Sitting.minute_taker_id == person.id,
        sa.and_(confirmed, Sitting.id.in_(sat)),
        sa.and_(confirmed, Sitting.unit_id.in_(inspected)) if inspected else sa.false(),
    )


_PERSON = sa.bindparam("person", type_=sa.BigInteger)
# Ids of the meetings whose minutes wait for the word of `person`.
AWAITING = sa.select(Sitting.id).where(
    Sitting.state == "awaiting",
    Sitting.closed_by_id != _PERSON,
    sa.or_(
        Sitting.minute_taker_id == _PERSON,
        sa.and_(Sitting.chair_id == _PERSON, Sitting.closed_by_id == Sitting.minute_taker_id),
    ),
)
_IN_ORDER = AWAITING.order_by(Sitting.held_on, Sitting.id)


def awaiting_me(person: Person) -> list[Sitting]:
    """Meetings whose minutes wait for this person's word: he took them, or presided when the
    minute-taker closed the meeting himself."""
    session = db.session()

    def find() -> list[Sitting]:
        ids = asked(_IN_ORDER, {"person": person.id}).scalars().all()
        return [session.get_one(Sitting, ident) for ident in ids]

    return list(once(session, ("awaiting", person.id), find))
