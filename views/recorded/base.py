"""What the pages of recorded papers share: whose papers the viewer keeps, and the fields that stand
on a paper."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, abort
from flask_babel import gettext

import clock
from models.base import db
from models.campaign import Campaign
from models.person import Membership, Person
from models.recorded import RecordedPaper
from models.unit import Unit, in_force_on
from views import present
from views.forms import Form
from views.loaders import load_unit, viewer
from workflows import routing
from workflows.act import Printed
from workflows.authority import recording_capacity
from workflows.scope import officer_unit_ids

blueprint = Blueprint("recorded", __name__)

FIELDS = (
    "number",
    "dated_on",
    "signed_by",
    "signed_as",
    "minutes",
    "reported_on",
    "via",
    "received_on",
)


def load_own(code: str) -> Unit:
    """The unit whose office the viewer works in, or whose papers he keeps; otherwise 404."""
    unit = load_unit(code)
    if unit.id not in officer_unit_ids(viewer(), clock.now()) and not keeps(unit):
        abort(404)
    return unit


def keeps(unit: Unit) -> bool:
    """Whether the viewer may enter signed papers of this unit, on any line."""
    now = clock.now()
    return any(
        recording_capacity(unit, line, viewer(), kind="plan", now=now) is not None
        for line in ("party", "union")
    )


def members(unit: Unit) -> list[Person]:
    """Who belongs to the unit today, by name."""
    return list(
        db.session.scalars(
            sa.select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.unit_id == unit.id,
                in_force_on(Membership, present.local_day(clock.now())),
            )
            .order_by(Person.sort_key, Person.id)
            .limit(500)
        )
    )


def vias(unit: Unit, campaign: Campaign) -> list[tuple[str, str]]:
    """The advisory body through which this unit's papers go up (R18), for the form."""
    today = present.local_day(clock.now())
    superior = next(routing.superiors(unit, line=campaign.line, day=today), None)
    body = routing.advisory_of(superior, today) if superior is not None else None
    return [(body.code, present.unit_name(body))] if body is not None else []


def read_printed(form: Form) -> Printed:
    """What was typed off the paper; mistakes go into the form's errors."""
    return Printed(
        signed_by=form.line(
            "signed_by",
            required=gettext("Chưa ghi người ký. Cần ghi họ và tên người ký trên văn bản."),
        ),
        signed_as=form.line("signed_as") or None,
        number=form.line("number", limit=60) or None,
        dated_on=form.day("dated_on"),
        minutes=form.line("minutes") or None,
        votes=form.votes(),
        reported_on=form.day("reported_on"),
        via=form.line("via", limit=64) or None,
        received_on=form.day("received_on"),
    )


def typed(paper: RecordedPaper) -> dict[str, str]:
    """A recorded paper as its form shows it."""
    votes = {
        "votes.present": paper.votes_present,
        "votes.for": paper.votes_for,
        "votes.against": paper.votes_against,
    }
    shown: dict[str, str] = {name: "" if n is None else str(n) for name, n in votes.items()}
    for name in FIELDS:
        value = getattr(paper, name)
        shown[name] = present.day(value) if name.endswith("_on") else value or ""
    return shown
