"""What a conclusion requires: written into its draft by the team, carried out and reported back by the
inspected unit, confirmed by the team."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.dossier import ConclusionRequirement, ReportBack
from models.inspection import Inspection
from models.stored_file import Attachment
from views import attached as file_rows
from views import present, uploads
from views.inspector.dossier_base import (
    conclusion_badge,
    load_conclusion,
    number,
    status_of,
    unit_chosen,
    units_of,
    writes,
)
from views.inspector.inspections_base import load, load_own, title
from views.inspector.pages import blueprint
from views.loaders import viewer
from views.policy import policy
from views.sending import sent
from views.sheet import Sheet
from workflows import files
from workflows.dossier import conclusions, reporting
from workflows.dossier.who import CONCLUDED, leader_right
from workflows.inspections import reaching
from workflows.refusal import Refused
from workflows.succession import successor


@blueprint.get("/inspections/<int:inspection_id>/conclusions")
@policy("inspection")
def inspection_conclusions(inspection_id: int) -> str:
    return _page(load(inspection_id), Sheet())


@blueprint.post("/inspections/<int:inspection_id>/conclusions")
@policy("inspection")
def require_conclusion(inspection_id: int) -> Response | tuple[str, int]:
    inspection, form = load_own(inspection_id), Sheet(request.form)
    given = _required(inspection, form)
    done = form.attempt(
        lambda session: conclusions.require(inspection, given, actor=viewer(), now=clock.now())
    )
    if not done:
        return _page(load_own(inspection_id), form), status_of(form)
    flash(gettext("Đã ghi yêu cầu vào dự thảo kết luận."), "done")
    return _listed(inspection_id)


@blueprint.get("/requirements")
@policy("signed_in")
def requirements() -> str:
    """What the conclusions of inspections require: of the units that the viewer leads, and of those
    that his commission inspected; by the day, the earliest first."""
    person, now = viewer(), clock.now()
    rows = [
        made
        for inspection in reaching.visible(person, now)
        for made in conclusions.shown(inspection, person, now)
        if made.obligation is not None
    ]
    rows.sort(key=lambda made: (made.obligation.state != "open", _due(made), made.id))  # type: ignore[union-attr]
    return render_template("inspector/requirements.html", rows=[_row(made) for made in rows])


@blueprint.get("/conclusions/<int:conclusion_id>")
@policy("signed_in")
def conclusion(conclusion_id: int) -> str:
    return _one(load_conclusion(conclusion_id), Sheet())


@blueprint.post("/conclusions/<int:conclusion_id>")
@policy("signed_in")
def change_conclusion(conclusion_id: int) -> Response | tuple[str, int]:
    made, form = load_conclusion(conclusion_id), Sheet(request.form)
    given = _required(made.inspection, form)
    return _done(
        made,
        form,
        lambda: conclusions.change(
            made, given, version=number(form), actor=viewer(), now=clock.now()
        ),
        gettext("Đã sửa yêu cầu."),
    )


@blueprint.post("/conclusions/<int:conclusion_id>/removal")
@policy("signed_in")
def drop_conclusion(conclusion_id: int) -> Response | tuple[str, int]:
    made, form = load_conclusion(conclusion_id), Sheet(request.form)
    inspection_id = made.inspection_id
    done = form.attempt(
        lambda session: conclusions.drop(
            made, version=number(form), actor=viewer(), now=clock.now()
        )
    )
    if not done:
        return _one(load_conclusion(conclusion_id), _bare(form)), status_of(form)
    flash(gettext("Đã bỏ yêu cầu khỏi dự thảo."), "done")
    return _listed(inspection_id)


@blueprint.post("/conclusions/<int:conclusion_id>/report")
@policy("signed_in")
@uploads.receives_files()
def report_conclusion(conclusion_id: int) -> Response | tuple[str, int]:
    """The report, with a file that shows it where one is sent."""
    made, form = load_conclusion(conclusion_id), Sheet(request.form)
    words = form.text("text")

    def report(clean: files.Clean | None = None) -> None:
        now, person = clock.now(), viewer()
        kept = reporting.report_back(made, words, version=number(form), actor=person, now=now)
        if clean is not None:
            stored = files.keep(clean, now)
            files.attach(kept, stored, purpose="attachment", name=clean.name, actor=person, now=now)

    said = gettext("Đã báo cáo kết quả thực hiện, chờ đoàn kiểm tra xác nhận.")
    if uploads.chosen() is None:
        return _done(made, form, report, said)
    try:
        with uploads.for_purpose("attachment") as clean:
            return _done(made, form, lambda: report(clean), said)
    except Refused as refusal:
        form.refuse(refusal.reasons)
        return _one(load_conclusion(conclusion_id), form), status_of(form)


@blueprint.get("/conclusions/<int:conclusion_id>/files/<int:attachment_id>")
@policy("signed_in")
def conclusion_file(conclusion_id: int, attachment_id: int) -> Response:
    """A file of a report back, for whoever reads the requirement."""
    made = load_conclusion(conclusion_id)
    beside = [one for report in made.reports for one in files.attachments_of(report)]
    found = next((one for one in beside if one.id == attachment_id), None)
    if found is None:
        abort(404)
    return sent(found)


@blueprint.post("/conclusions/<int:conclusion_id>/confirmation")
@policy("signed_in")
def confirm_conclusion(conclusion_id: int) -> Response | tuple[str, int]:
    made, form = load_conclusion(conclusion_id), Sheet(request.form)
    return _done(
        made,
        form,
        lambda: reporting.confirm(made, version=number(form), actor=viewer(), now=clock.now()),
        gettext("Đã xác nhận."),
    )


@blueprint.post("/conclusions/<int:conclusion_id>/return")
@policy("signed_in")
def return_conclusion(conclusion_id: int) -> Response | tuple[str, int]:
    made, form = load_conclusion(conclusion_id), Sheet(request.form)
    said = form.text("said")
    return _done(
        made,
        form,
        lambda: reporting.give_back(
            made, said, version=number(form), actor=viewer(), now=clock.now()
        ),
        gettext("Đã đề nghị báo cáo thêm."),
    )


def _done(
    made: ConclusionRequirement, form: Sheet, act: Callable[[], Any], said: str
) -> Response | tuple[str, int]:
    ident = made.id
    if not form.attempt(lambda session: act()):
        return _one(load_conclusion(ident), form), status_of(form)
    flash(said, "done")
    return redirect(url_for("inspector.conclusion", conclusion_id=ident), 303)


def _listed(inspection_id: int) -> Response:
    return redirect(url_for("inspector.inspection_conclusions", inspection_id=inspection_id), 303)


def _bare(form: Sheet) -> Sheet:
    """Only what is wrong, without fields that belong to another form."""
    plain = Sheet()
    plain.reasons, plain.errors = form.reasons, form.errors
    return plain


def _page(inspection: Inspection, form: Sheet) -> str:
    draft = inspection.state not in CONCLUDED
    shown = conclusions.shown(inspection, viewer(), clock.now())
    return render_template(
        "inspector/conclusions.html",
        inspection=inspection,
        title=title(inspection),
        state=present.state_badge(inspection.document),
        rows=[_row(made) for made in shown],
        own=reaching.is_inspector_of(inspection, viewer(), clock.now()),
        writes=writes(inspection) and draft,
        units=units_of(inspection),
        form=form,
        problems=form.wrong,
    )


def _one(made: ConclusionRequirement, form: Sheet) -> str:
    inspection, now = made.inspection, clock.now()
    team = writes(inspection)
    owed = made.obligation is not None and made.obligation.state == "open"
    return render_template(
        "inspector/conclusion.html",
        made=made,
        inspection=inspection,
        title=title(inspection),
        standing=conclusion_badge(made),
        unit=_unit_words(made),
        due=_due_words(made),
        reports=[_report(report) for report in made.reports],
        changes=team and inspection.state not in CONCLUDED,
        reporting=owed
        and made.waiting is None
        and leader_right(made.unit, viewer(), now) is not None,
        judging=owed and team and made.waiting is not None,
        units=units_of(inspection),
        version=form.raw("version") or made.version,
        most=files.LIMIT // uploads.MB,
        form=form,
        problems=form.wrong,
    )


def _row(made: ConclusionRequirement) -> dict[str, Any]:
    return {
        "n": made.n,
        "unit": _unit_words(made),
        "text": made.text,
        "due": _due_words(made),
        "badge": conclusion_badge(made),
        "url": url_for("inspector.conclusion", conclusion_id=made.id),
        "title": title(made.inspection),
        "number": made.inspection.decision_number,
    }


def _report(report: ReportBack) -> dict[str, Any]:
    return {
        "text": report.text,
        "when": present.instant(report.at),
        "iso": present.iso(report.at),
        "who": report.by.full_name,
        "verdict": report.verdict or "",
        "said": report.said,
        "judged": present.instant(report.judged_at),
        "judge": report.judged_by.full_name if report.judged_by is not None else "",
        "files": [_file(report, one) for one in files.attachments_of(report)],
    }


def _file(report: ReportBack, attachment: Attachment) -> file_rows.Row:
    address = url_for(
        "inspector.conclusion_file",
        conclusion_id=report.requirement_id,
        attachment_id=attachment.id,
    )
    return file_rows.row(attachment, address)


def _unit_words(made: ConclusionRequirement) -> str:
    """The unit that carries it out; of one that closed also into which."""
    heir = successor(made.unit)
    if heir.id == made.unit_id:
        return present.unit_name(heir)
    was = present.unit_name(made.unit)
    return gettext("%(unit)s (nay là %(heir)s)", unit=was, heir=present.unit_name(heir))


def _due(made: ConclusionRequirement) -> date:
    """The last good day that counts: of the obligation, once there is one."""
    return made.obligation.effective_due if made.obligation is not None else made.due_on


def _due_words(made: ConclusionRequirement) -> str:
    if made.obligation is None:
        return present.day(made.due_on)
    return str(present.deadline_words(made.obligation))


def _required(inspection: Inspection, form: Sheet) -> conclusions.Required:
    return conclusions.Required(
        unit=unit_chosen(inspection, form.raw("unit").strip()),
        text=form.text("text"),
        due_on=form.day("due_on"),
    )
