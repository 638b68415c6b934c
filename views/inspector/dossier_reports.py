"""Reports back on a conclusion: sent by the inspected unit with a file that shows it, confirmed or sent
back by the team."""

from __future__ import annotations

from flask import abort, request
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from views import uploads
from views.inspector.dossier_base import load_conclusion, status_of
from views.inspector.dossier_conclusions import answered, page_of
from views.inspector.pages import blueprint
from views.loaders import viewer
from views.policy import policy
from views.sending import sent
from views.sheet import Sheet
from workflows import files
from workflows.dossier import reporting
from workflows.refusal import Refused


@blueprint.post("/conclusions/<id:conclusion_id>/report")
@policy("signed_in")
@uploads.receives_files()
def report_conclusion(conclusion_id: int) -> Response | tuple[str, int]:
    """The report, with a file that shows it where one is sent."""
    made, form = load_conclusion(conclusion_id), Sheet(request.form)
    words = form.text("text")

    def report(clean: files.Clean | None = None) -> None:
        now, person = clock.now(), viewer()
        kept = reporting.report_back(made, words, version=form.version(), actor=person, now=now)
        if clean is not None:
            stored = files.keep(clean, now)
            files.attach(kept, stored, purpose="attachment", name=clean.name, actor=person, now=now)

    said = gettext("Đã báo cáo kết quả thực hiện, chờ đoàn kiểm tra xác nhận.")
    if uploads.chosen() is None:
        return answered(made, form, report, said)
    try:
        with uploads.for_purpose("attachment") as clean:
            return answered(made, form, lambda: report(clean), said)
    except Refused as refusal:
        form.refuse(refusal.reasons)
        return page_of(load_conclusion(conclusion_id), form), status_of(form)


@blueprint.get("/conclusions/<id:conclusion_id>/files/<id:attachment_id>")
@policy("signed_in")
def conclusion_file(conclusion_id: int, attachment_id: int) -> Response:
    """A file of a report back, for whoever reads the requirement."""
    made = load_conclusion(conclusion_id)
    beside = [one for report in made.reports for one in files.attachments_of(report)]
    found = next((one for one in beside if one.id == attachment_id), None)
    if found is None:
        abort(404)
    return sent(found)


@blueprint.post("/conclusions/<id:conclusion_id>/confirmation")
@policy("signed_in")
def confirm_conclusion(conclusion_id: int) -> Response | tuple[str, int]:
    made, form = load_conclusion(conclusion_id), Sheet(request.form)
    return answered(
        made,
        form,
        lambda: reporting.confirm(made, version=form.version(), actor=viewer(), now=clock.now()),
        gettext("Đã xác nhận."),
    )


@blueprint.post("/conclusions/<id:conclusion_id>/return")
@policy("signed_in")
def return_conclusion(conclusion_id: int) -> Response | tuple[str, int]:
    made, form = load_conclusion(conclusion_id), Sheet(request.form)
    said = form.text("said")
    return answered(
        made,
        form,
        lambda: reporting.give_back(
            made, said, version=form.version(), actor=viewer(), now=clock.now()
        ),
        gettext("Đã đề nghị báo cáo thêm."),
    )
