"""Whom a commission may inspect, and which inspections somebody may know of."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.inspection import Inspection, InspectionUnit
from models.person import Person
from models.unit import Unit
from workflows.calendar import local_day
from workflows.scope import below
from workflows.standing import standing
from workflows.succession import predecessors

LEADERS = ("secretary", "deputy")
HIDDEN = ("planned", "cancelled")  # the inspected learn of it by its announcement


def may_inspect(commission: Unit, now: datetime) -> set[int]:
    """The ids of the units below a commission's body: those that report to it, with their advisory
    bodies, but neither itself nor its own."""
    own = {commission.id} | {body.id for body in commission.advisory_bodies}
    return below({commission.id}, now) - own


def commissions_of(person: Person, now: datetime) -> list[int]:
    """The bodies at which the person holds an inspector's post of his own now."""
    return sorted({post.unit_id for post in standing(person, now).own if post.role == "inspector"})


def led_by(person: Person, now: datetime) -> set[int]:
    """The units that the person leads by a post of his own, with those that closed into them: as
    inspected he hears of it."""
    posts = [post for post in standing(person, now).own if post.role in LEADERS]
    units = {post.unit_id for post in posts}
    return units | (predecessors(units) if any(post.unit.succeeds for post in posts) else set())


def known_to(person: Person, now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on Inspection joined with its Document: those of a commission whose inspector the
    person is; and once announced, those of a unit that he leads."""
    inspected = sa.select(InspectionUnit.inspection_id).where(
        InspectionUnit.unit_id.in_(led_by(person, now))
    )
    announced = sa.and_(Document.state.not_in(HIDDEN), Inspection.id.in_(inspected))
    return sa.or_(Document.unit_id.in_(commissions_of(person, now)), announced)


def visible(person: Person, now: datetime) -> list[Inspection]:
    """The inspections that the person may know of, newest first."""
    rows = sa.select(Inspection).join(Document, Inspection.document_id == Document.id)
    rows = rows.where(known_to(person, now)).order_by(Inspection.id.desc())
    return list(db.session.scalars(rows))


def find(inspection_id: int, person: Person, now: datetime) -> Inspection | None:
    """The inspection, if the person may know of it."""
    rows = sa.select(Inspection).join(Document, Inspection.document_id == Document.id)
    rows = rows.where(Inspection.id == inspection_id, known_to(person, now))
    return db.session.scalar(rows)


def is_inspector_of(inspection: Inspection, person: Person, now: datetime) -> bool:
    """Whether he holds an inspector's post at its commission now, on the team or not."""
    return inspection.document.unit_id in commissions_of(person, now)


def is_over(inspection: Inspection, now: datetime) -> bool:
    """Whether it has been concluded, or its last day is over: then the inspected see what was read."""
    return inspection.ended_at is not None or inspection.closes_on < local_day(now)
