"""Another team, or another head, while the inspection is under way."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import transaction
from models.inspection import Inspection
from views.forms import Form
from views.inspector.inspections_base import address_of, load_own, title
from views.inspector.inspections_new import chosen
from views.inspector.pages import blueprint
from views.loaders import viewer
from views.policy import policy
from workflows.inspections.asking import inspectors_of
from workflows.inspections.team import change_team, mark
from workflows.refusal import Forbidden, Reason, Stale, WorkflowError


@blueprint.get("/inspections/<id:inspection_id>/team")
@policy("inspection")
def team(inspection_id: int) -> str:
    inspection = load_own(inspection_id)
    head = inspection.head
    proposed = {f"members.{member.person_id}": "1" for member in inspection.members}
    shown = {"head": str(head.id) if head else "", "seen": mark(inspection)}
    return _page(inspection, Form({**proposed, **shown}))


@blueprint.post("/inspections/<id:inspection_id>/team")
@policy("inspection")
def change_of_team(inspection_id: int) -> Response | tuple[str, int]:
    inspection = load_own(inspection_id)
    form = Form(request.form)
    now = clock.now()
    people = {str(person.id): person for person in inspectors_of(inspection.commission, now)}
    reason = form.text("reason", limit=1000)
    if not form.ok:
        return _page(inspection, form), 422
    try:
        with transaction():
            change_team(
                inspection,
                head=people.get(form.raw("head")),
                members=chosen(form, people),
                reason=reason,
                seen=form.raw("seen"),
                actor=viewer(),
                now=now,
            )
    except WorkflowError as refusal:
        form.refuse(refusal.reasons)
        status = {Forbidden: 403, Stale: 409}.get(type(refusal), 422)
        return _page(load_own(inspection_id), form, refusal.reasons), status
    flash(gettext("Đã đổi đoàn kiểm tra."), "done")
    return redirect(address_of(load_own(inspection_id)), 303)


def _page(
    inspection: Inspection, form: Form, reasons: list[Reason] | tuple[Reason, ...] = ()
) -> str:
    able = inspectors_of(inspection.commission, clock.now())
    return render_template(
        "inspector/team.html",
        inspection=inspection,
        title=title(inspection),
        form=form,
        problems=form.problems(reasons),
        people=[(person.id, person.full_name) for person in able],
    )
