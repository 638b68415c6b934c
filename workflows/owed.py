"""What a person may see of what is owed and of what has climbed. Invisible and absent are the same.

Personal lateness stays in the cell: above it nothing names a person (design §3).
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.campaign import Campaign, Requirement
from models.deadline import Escalation
from models.obligation import Obligation
from models.person import Person
from models.post import Post, held_at
from models.task import Task
from models.unit import ReportingLine, in_force_on
from workflows.calendar import local_day
from workflows.scope import (
    below,
    inspector_unit_ids,
    officer_unit_ids,
)
from workflows.standing import standing
from workflows.succession import predecessors

LEADING = ("secretary", "deputy", "committee", "standing")


def visible_obligations(person: Person, now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on Obligation.

    One's own; what one's bodies and the units below them owe; what people owe, only within one's
    own bodies. An inspector sees what the units below him owe.
    """
    officer = officer_unit_ids(person, now)
    units = below(officer, now) | inspector_unit_ids(person, now)
    return sa.or_(
        Obligation.person_id == person.id,
        sa.and_(Obligation.person_id.is_(None), Obligation.unit_id.in_(units)),
        sa.and_(Obligation.person_id.is_not(None), Obligation.unit_id.in_(_leading(person, now))),
    )


def openable_obligations(person: Person, now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on Obligation: those whose page this person may open. Besides what he sees in
    lists, what the secretaries directly below owe themselves: it goes one level up (domain
    §00.6)."""
    below_him = _of_secretaries_below(secretarial(person, now), now)
    return sa.or_(visible_obligations(person, now), below_him)


def _of_secretaries_below(bodies: set[int], now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on Obligation: the secretary of a unit directly below these, on the line of the
    campaign, owes it there."""
    if not bodies:
        return sa.false()
    day = local_day(now)
    leads = sa.exists().where(
        Post.person_id == Obligation.person_id,
        Post.unit_id == Obligation.unit_id,
        Post.role == "secretary",
        held_at(day, now),
    )
    line = (
        sa.select(Campaign.line)
        .join(Requirement, Requirement.campaign_id == Campaign.id)
        .where(Requirement.id == Obligation.requirement_id)
        .scalar_subquery()
    )
    reports = sa.exists().where(
        ReportingLine.unit_id == Obligation.unit_id,
        ReportingLine.line == line,
        ReportingLine.superior_id.in_(bodies),
        in_force_on(ReportingLine, day),
    )
    return sa.and_(Obligation.person_id.is_not(None), leads, reports)


def _leading(person: Person, now: datetime) -> set[int]:
    """Bodies whose members' lateness is this person's business: not a clerk's, not an advisor's."""
    posts = standing(person, now).posts
    return {post.unit_id for post in posts if post.role in LEADING}


def visible_escalations(person: Person, now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on Escalation joined with its Task.

    To or from one's bodies, and for an inspector from the units below him; of what one person owes
    his own, and for the secretary or deputy of the body that hears.
    """
    officer = officer_unit_ids(person, now)
    inspected = inspector_unit_ids(person, now)
    units = sa.or_(
        Escalation.from_unit_id.in_(officer | inspected), Escalation.to_unit_id.in_(officer)
    )
    alone = sa.or_(Task.person_id == person.id, Escalation.to_unit_id.in_(secretarial(person, now)))
    return sa.or_(
        sa.and_(Task.person_id.is_(None), units), sa.and_(Task.person_id.is_not(None), alone)
    )


def secretarial(person: Person, now: datetime) -> set[int]:
    """Bodies whose secretary or deputy the person is: what one of their members owes reaches him."""
    posts = standing(person, now).posts
    units = {post.unit_id for post in posts if post.role in ("secretary", "deputy")}
    return units | predecessors(units)
