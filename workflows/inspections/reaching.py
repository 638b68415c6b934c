"""Whom a commission may inspect, and which inspections somebody may know of."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.inspection import Inspection
from models.person import Person
from models.queries.seats import Seat
from models.unit import Unit
from workflows.calendar import local_day
from workflows.inspections.lookups import inspecting, own_units
from workflows.ladder.posts import covers
from workflows.scope import below
from workflows.standing import standing
from workflows.succession import predecessors

LEADERS = ("secretary", "deputy")
INSPECTOR = "inspector"
KIND, ACTION = (
    "inspection",
    "answer_inspection",
)  # as a delegation names what an inspected leader does
HIDDEN = ("planned", "cancelled")  # the inspected learn of it by its announcement


def may_inspect(commission: Unit, now: datetime) -> set[int]:
    """The ids of the units below a commission's body: those that report to it, with their advisory
    bodies, but neither itself nor its own."""
    own = {commission.id} | {body.id for body in commission.advisory_bodies}
    return below({commission.id}, now) - own


def commissions_of(person: Person, now: datetime) -> list[int]:
    """The bodies at which the person holds an inspector's post of his own now."""
    return sorted({post.unit_id for post in standing(person, now).own if post.role == INSPECTOR})


def led_by(person: Person, now: datetime) -> set[int]:
    """The units for which the person speaks by a leader's post, his own or lent to him for that, with
    those that closed into them: as inspected he hears of it."""
    here = standing(person, now)
    lent = [d.post for d in here.delegations if covers(d, KIND, ACTION)]
    posts = [post for post in (*here.own, *lent) if post.role in LEADERS]
    units = {post.unit_id for post in posts}
    return units | (predecessors(units) if any(post.unit.succeeds for post in posts) else set())


def carried_out_by(person: Person, now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on Inspection joined with its Document: those of a commission whose inspector the
    person is, on the team or not; but none of a unit that he belongs or answers to, of which he sees
    what the inspected see."""
    commissions = commissions_of(person, now)
    if not commissions:
        return sa.false()
    own = inspecting(own_units(person, now))
    return sa.and_(Document.unit_id.in_(commissions), Inspection.id.not_in(own))


def known_to(person: Person, now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition on Inspection joined with its Document: those that the person carries out; and
    once announced, those of a unit for which he speaks."""
    inspected = inspecting(led_by(person, now))
    announced = sa.and_(Document.state.not_in(HIDDEN), Inspection.id.in_(inspected))
    return sa.or_(carried_out_by(person, now), announced)


def visible(person: Person, now: datetime) -> list[Inspection]:
    """The inspections that the person may know of, newest first."""
    return list(db.session.scalars(newest_first(known_to(person, now))))


def carried_out(person: Person, now: datetime) -> list[Inspection]:
    """The inspections that the person carries out as a commission's inspector, newest first."""
    return list(db.session.scalars(newest_first(carried_out_by(person, now))))


def find(inspection_id: int, person: Person, now: datetime) -> Inspection | None:
    """The inspection, if the person may know of it."""
    rows = newest_first(known_to(person, now)).where(Inspection.id == inspection_id)
    return db.session.scalar(rows)


def inspectors_post(inspection: Inspection, person: Person, now: datetime) -> Seat | None:
    """The post of his own at its commission by which the person carries it out, on the team or not;
    None: none, or he belongs or answers to a unit that is inspected."""
    at = inspection.document.unit_id
    posts = standing(person, now).own
    found = next((p for p in posts if (p.unit_id, p.role) == (at, INSPECTOR)), None)
    if found is None or own_units(person, now) & inspection.unit_ids:
        return None
    return found


def is_inspector_of(inspection: Inspection, person: Person, now: datetime) -> bool:
    """Whether he carries it out as an inspector of its commission, on the team or not."""
    return inspectors_post(inspection, person, now) is not None


def kept_from(person: Person, now: datetime) -> sa.Select[int]:
    """A statement for the ids of the documents of inspections that a commission's inspector may not
    know of: those of a unit that he belongs or answers to."""
    rows = sa.select(Inspection.document_id).join(Document, Inspection.document_id == Document.id)
    return rows.where(Document.unit_id.in_(commissions_of(person, now)), ~known_to(person, now))


def is_over(inspection: Inspection, now: datetime) -> bool:
    """Whether it has been concluded, or its last day is over: then the inspected see what was read."""
    return inspection.ended_at is not None or inspection.ends_on < local_day(now)


def newest_first(condition: sa.ColumnElement[bool]) -> sa.Select[Inspection]:
    """A statement for the inspections, joined with their Document, that fulfil a condition."""
    rows = sa.select(Inspection).join(Document, Inspection.document_id == Document.id)
    return rows.where(condition).order_by(Inspection.id.desc())
