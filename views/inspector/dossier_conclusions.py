"""What a conclusion requires: written into its draft by the team, carried out and reported back by the
inspected unit, confirmed by the team."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
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
    status_of,
    unit_chosen,
    units_of,
    writes,
)
from views.inspector.inspections_base import load, load_own, title
from views.inspector.pages import blueprint
from views.loaders import viewer
from views.policy import policy
from views.sheet import Sheet
from workflows import files
from workflows.dossier import conclusions
from workflows.dossier.who import CONCLUDED, leader_right
from workflows.inspections import reaching
from workflows.succession import successor


@blueprint.get("/inspections/<id:inspection_id>/conclusions")
@policy("inspection")
def inspection_conclusions(inspection_id: int) -> str:
    return _page(load(inspection_id), Sheet())


@blueprint.post("/inspections/<id:inspection_id>/conclusions")
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


@blueprint.get("/conclusions/<id:conclusion_id>")
@policy("signed_in")
def conclusion(conclusion_id: int) -> str:
    return page_of(load_conclusion(conclusion_id), Sheet())


@blueprint.post("/conclusions/<id:conclusion_id>")
@policy("signed_in")
def change_conclusion(conclusion_id: int) -> Response | tuple[str, int]:
    made, form = load_conclusion(conclusion_id), Sheet(request.form)
    given = _required(made.inspection, form)
    return answered(
        made,
        form,
        lambda: conclusions.change(
            made, given, version=form.version(), actor=viewer(), now=clock.now()
        ),
        gettext("Đã sửa yêu cầu."),
    )


@blueprint.post("/conclusions/<id:conclusion_id>/removal")
@policy("signed_in")
def drop_conclusion(conclusion_id: int) -> Response | tuple[str, int]:
    made, form = load_conclusion(conclusion_id), Sheet(request.form)
    inspection_id = made.inspection_id
    done = form.attempt(
        lambda session: conclusions.drop(
            made, version=form.version(), actor=viewer(), now=clock.now()
        )
    )
    if not done:
        return page_of(load_conclusion(conclusion_id), _bare(form)), status_of(form)
    flash(gettext("Đã bỏ yêu cầu khỏi dự thảo."), "done")
    return _listed(inspection_id)


def answered(
    made: ConclusionRequirement, form: Sheet, act: Callable[[], Any], said: str
) -> Response | tuple[str, int]:
    """The answer after an act upon a requirement: its page again, where it was refused with what was
    typed."""
    ident = made.id
    if not form.attempt(lambda session: act()):
        return page_of(load_conclusion(ident), form), status_of(form)
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


def page_of(made: ConclusionRequirement, form: Sheet) -> str:
    """The page of a requirement; a form that was refused stays there with what was typed."""
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
        judging=owed and team and made.waiting is not None and made.waiting.by != viewer(),
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
