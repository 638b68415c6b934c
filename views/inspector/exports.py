"""What an inspector takes away: ordered here for an inspection's scope or one unit's log, made by a
worker, fetched here, verified anywhere."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext

import clock
from models.base import db
from models.export import ExportJob
from models.inspection import Inspection
from models.unit import Unit, unit_by_code
from views import present
from views.forms import whole
from views.inspector.asking import choices
from views.inspector.inspections_base import title
from views.inspector.pages import blueprint, reach
from views.loaders import viewer
from views.policy import policy
from views.prints.exports import REFRESH, UNDER_WAY, packed, size_words
from views.sheet import Sheet
from workflows import exports
from workflows.exports import trail as trail_exports
from workflows.questions import standing_scope
from workflows.refusal import WorkflowError
from workflows.trail import export

INSPECTION, UNIT = "inspection-", "unit-"


@blueprint.get("/exports")
@policy("inspector")
def export_orders() -> Response:
    """What the viewer ordered, with its progress; looks again by itself while something is made."""
    reach()
    return _page(Sheet(), request.args.get("scope", ""))


@blueprint.post("/exports")
@policy("inspector")
def order_export() -> Response:
    reach()
    sheet = Sheet(request.form)
    chosen = sheet.line("scope", required=gettext("Chọn cuộc kiểm tra hoặc đơn vị cần xuất."))
    done = sheet.attempt(
        lambda session: trail_exports.order(viewer(), _wanted(chosen), real_now=clock.real_now())
    )
    if not done:
        answer = _page(sheet, chosen)
        answer.status_code = 422
        return answer
    return redirect(url_for("inspector.export_orders"), 303)  # type: ignore[return-value]


@blueprint.get("/exports/<id:job_id>/file")
@policy("inspector")
def fetch_export(job_id: int) -> Response:
    reach()
    try:
        found = exports.file_of(
            job_id,
            viewer(),
            now=clock.now(),
            real_now=clock.real_now(),
            kind=trail_exports.KIND,
        )
    except WorkflowError as refusal:
        sheet = Sheet()
        sheet.refuse(refusal.reasons)
        sheet.reasons = refusal.reasons
        answer = _page(sheet, "")
        answer.status_code = 422
        return answer
    if found is None:
        abort(404)
    return packed(*found, name="ho-so-duyet.zip")


def _wanted(chosen: str) -> export.Wanted:
    """What was chosen; 404 where the viewer knows of no such inspection or unit."""
    now = clock.now()
    if chosen.startswith(INSPECTION):
        number = whole(chosen.removeprefix(INSPECTION))
        known = {one.id: one for one in export.teams_of(viewer(), now)}
        if number in known:
            return export.of_inspection(known[number], viewer(), now)
    elif chosen.startswith(UNIT):
        unit = unit_by_code(chosen.removeprefix(UNIT))
        if unit is not None and unit.id in reach():
            return export.of_unit(unit, viewer(), now)
    abort(404)


def _page(sheet: Sheet, chosen: str) -> Response:
    jobs = exports.jobs_of(viewer(), clock.real_now(), trail_exports.KIND)
    answer = Response(
        render_template(
            "inspector/exports.html",
            rows=[_row(job) for job in jobs],
            scopes=_scopes(),
            chosen=chosen,
            sheet=sheet,
            problems=sheet.wrong,
        )
    )
    if any(job.state in UNDER_WAY for job in jobs) and not sheet.wrong:
        answer.headers["Refresh"] = REFRESH
    return answer


def _scopes() -> list[tuple[str, str]]:
    """The inspections on whose team the viewer is, then the units that he inspects."""
    person, now = viewer(), clock.now()
    cases = [(f"{INSPECTION}{one.id}", _case(one)) for one in export.teams_of(person, now)]
    units = choices(standing_scope(person, now))
    return cases + [(f"{UNIT}{code}", name) for code, name in units]


def _case(inspection: Inspection) -> str:
    return gettext(
        "%(title)s, Quyết định số %(number)s",
        title=title(inspection),
        number=inspection.decision_number,
    )


def _row(job: ExportJob) -> dict[str, Any]:
    return {
        "id": job.id,
        "name": _name(job),
        "when": present.real_instant(job.ordered_at),
        "state": job.state,
        "total": job.total,
        "finished": job.finished,
        "sealing": bool(job.total) and job.finished == job.total - 1,
        "signed": bool(job.params.get("signed")),
        "size": size_words(job.file.size) if job.file is not None else "",
        "until": present.day(present.local_day(job.ordered_at + exports.KEPT)),
        "nothing": job.error == trail_exports.NOTHING,
    }


def _name(job: ExportJob) -> str:
    number = job.params.get("inspection")
    if number is not None:
        inspection = db.session.get(Inspection, number)
        return _case(inspection) if inspection is not None else ""
    units = [db.session.get(Unit, one) for one in job.params.get("units", [])]
    return ", ".join(present.unit_name(unit) for unit in units if unit is not None)
