"""The second person: what was typed beside the scan, and one button when they agree."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import transaction
from models.document import Document
from views import present
from views.attached import sheet
from views.document import note_reading
from views.forms import Form
from views.loaders import load_document, viewer
from views.on_paper import paper_facts
from views.policy import policy
from views.recorded.base import blueprint
from workflows import Forbidden, Refused, Stale, available_actions, perform
from workflows.act import Capacity
from workflows.prints import paper as prints
from workflows.recorded import found, papers
from workflows.refusal import N_, Reason
from workflows.scope import revision_for

DONE = N_("Bản giấy này đã được %(name)s xác nhận.")


@blueprint.get("/documents/<int:document_id>/confirmation/new")
@policy("document:act")
def compare(document_id: int) -> str | tuple[str, int]:
    document = load_document(document_id)
    if papers.paper_of(document) is None:
        abort(404)
    return _page(document)


@blueprint.post("/documents/<int:document_id>/confirmation")
@policy("document:act")
def confirm(document_id: int) -> Response | tuple[str, int]:
    document = load_document(document_id)
    if papers.paper_of(document) is None:
        abort(404)
    revision, version = Form(request.form).seen()
    try:
        with transaction():
            perform(
                document,
                "confirm",
                actor=viewer(),
                now=clock.now(),
                revision=revision,
                version=version,
                original=request.form.get("original") == "1" or None,
            )
    except Stale as stale:
        return _page(document, stale.reasons), 409
    except Forbidden as forbidden:
        return _page(document, forbidden.reasons), 403
    except Refused as refused:
        return _page(document, refused.reasons), 422
    flash(gettext("Đã xác nhận bản giấy."), "done")
    return redirect(url_for("document.page", document_id=document_id), 303)


def _page(document: Document, reasons: list[Reason] | tuple[Reason, ...] = ()) -> str:
    now, person = clock.now(), viewer()
    paper = papers.paper_of(document)
    revision = revision_for(document, person, now)
    if paper is None or revision is None:
        abort(404)
    note_reading(document, person, revision.n)
    offered = next(
        (a for a in available_actions(document, person=person, now=now) if a.name == "confirm"),
        None,
    )
    blocked = list(offered.reasons) if offered is not None and not offered.allowed else []
    if paper.confirmed_by is not None:
        blocked.append(Reason("STATE", DONE, {"name": paper.confirmed_by.full_name}))
    expected = []
    if paper.confirmed_at is None:
        held = Capacity(person, document.unit, "system")
        expected = found.reasons_against(document, papers.printed_of(paper), by=held, now=now)
    return render_template(
        "recorded/compare.html",
        document=document,
        revision=revision,
        rows=paper_facts(paper, commitment=document.kind == "commitment"),
        files=sheet(document, revision, person),
        paper=prints.of(document, revision),
        may_open=set(),
        allowed=offered is not None and offered.allowed,
        problems=present.reason_list([*reasons, *blocked]),
        expected=present.reason_list(expected),
    )
