"""The form of a decision: whom, what, from when to when, by whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.campaign import Campaign
from models.inspection import INSPECTION_KINDS
from models.kinds import KINDS
from models.person import Person
from models.unit import Unit, unit_by_code
from views import present
from views.forms import Form
from views.inspector.inspections_base import address_of
from views.inspector.pages import blueprint, reach
from views.loaders import viewer
from views.policy import policy
from workflows.inspections import opening, reaching
from workflows.inspections.asking import inspectors_of
from workflows.inspections.limits import BASE_DAYS
from workflows.refusal import Forbidden, Reason, WorkflowError

UNITS = 400  # choices of a form
USUAL_DAYS = 60  # from the opening to the closing day, as a proposal


def commission() -> Unit:
    """The body at which the viewer orders inspections: that of his inspector's post, the lowest
    first where he holds several; otherwise 404."""
    reach()
    own = reaching.commissions_of(viewer(), clock.now())
    wanted = request.values.get("commission", "")
    units = [db.session.get_one(Unit, ident) for ident in own]
    chosen = [unit for unit in units if unit.code == wanted] or units
    if not chosen:
        abort(404)
    return chosen[0]


@blueprint.get("/inspections/new")
@policy("inspector")
def new_inspection() -> str:
    today = present.local_day(clock.now())
    proposed = {
        "decided_on": present.day(today),
        "opens_on": present.day(today),
        "closes_on": present.day(today + timedelta(days=USUAL_DAYS)),
        "limit_days": str(BASE_DAYS),
        "kind": "inspection",
        "head": str(viewer().id),
        **{f"kinds.{kind}": "1" for kind in KINDS},
    }
    return _page(commission(), Form(proposed))


@blueprint.post("/inspections")
@policy("inspector")
def create_inspection() -> Response | tuple[str, int]:
    unit = commission()
    form = Form(request.form)
    order = _order(form, unit)
    if not form.ok:
        return _page(unit, form), 422
    try:
        with transaction():
            made = opening.begin(order, commission=unit, actor=viewer(), now=clock.now())
            address = address_of(made)
    except WorkflowError as refusal:
        form.refuse(refusal.reasons)
        status = 403 if isinstance(refusal, Forbidden) else 422
        return _page(unit, form, refusal.reasons), status
    flash(gettext("Đã ghi quyết định. Cuộc kiểm tra chưa triển khai."), "done")
    return redirect(address, 303)


def _order(form: Form, unit: Unit) -> opening.Order:
    people = {str(person.id): person for person in inspectors_of(unit, clock.now())}
    limit = form.count("limit_days", required=gettext("Ghi thời hạn."))
    return opening.Order(
        number=form.line("number", limit=60, required=gettext("Ghi số quyết định.")),
        decided_on=form.day("decided_on", required=gettext("Ghi ngày quyết định.")),
        kind=form.raw("kind"),
        campaign=_campaign(form.raw("campaign")),
        units=tuple(_units(form, unit)),
        document_kinds=tuple(kind for kind in KINDS if form.raw(f"kinds.{kind}")),
        opens_on=form.day("opens_on", required=gettext("Ghi ngày bắt đầu.")),
        closes_on=form.day("closes_on", required=gettext("Ghi ngày kết thúc.")),
        head=people.get(form.raw("head")),
        members=tuple(chosen(form, people)),
        period_from=form.day("period_from"),
        period_to=form.day("period_to"),
        limit_days=limit or 0,
    )


def chosen(form: Form, people: dict[str, Person]) -> list[Person]:
    """Who is ticked of those whom a team may be made of."""
    return [person for ident, person in people.items() if form.raw(f"members.{ident}")]


def _units(form: Form, commission: Unit) -> list[Unit]:
    found = []
    for name in form.source:
        if not name.startswith("units."):
            continue
        unit = unit_by_code(name.removeprefix("units."))
        if unit is not None:
            found.append(unit)
    return sorted(found, key=lambda unit: unit.id)


def _campaign(code: str) -> Campaign | None:
    return db.session.scalar(sa.select(Campaign).where(Campaign.code == code.replace("\0", "")))


def _page(unit: Unit, form: Form, reasons: list[Reason] | tuple[Reason, ...] = ()) -> str:
    return render_template(
        "inspector/inspection_new.html",
        commission=unit,
        form=form,
        problems=form.problems(reasons),
        kinds=[(kind, kind_name(kind)) for kind in INSPECTION_KINDS],
        campaigns=_campaigns(unit),
        document_kinds=[(kind, present.kind_words(kind)) for kind in KINDS],
        units=unit_choices(unit),
        people=[(person.id, person.full_name) for person in inspectors_of(unit, clock.now())],
    )


def kind_name(kind: str) -> str:
    """What the two kinds are called."""
    return gettext("Giám sát chuyên đề") if kind == "supervision" else gettext("Kiểm tra")


def unit_choices(commission: Unit) -> list[tuple[str, str]]:
    """The units that may be inspected, by name."""
    allowed = reaching.may_inspect(commission, clock.now())
    rows = sa.select(Unit).where(Unit.id.in_(allowed), Unit.attached_to_id.is_(None))
    units = db.session.scalars(rows.order_by(Unit.sort_key, Unit.id).limit(UNITS))
    return [(unit.code, present.unit_name(unit)) for unit in units]


def _campaigns(commission: Unit) -> list[tuple[str, Any]]:
    """Those that are open, of the commission's own line first, the newest before the others."""
    other_line = Campaign.line != commission.sector
    rows = sa.select(Campaign).where(Campaign.opened_at.is_not(None))
    rows = rows.order_by(other_line, Campaign.id.desc())
    return [(campaign.code, campaign.title) for campaign in db.session.scalars(rows)]
