"""Putting right what was typed off a signed paper, before anybody has confirmed it."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import transaction
from models.document import Document
from models.kinds import PERSONAL
from views.drafts import Draft
from views.forms import Form
from views.loaders import load_document, viewer
from views.places import Place
from views.policy import policy
from views.recorded.base import blueprint, read_printed, typed
from views.recorded.enter import form_page
from views.status import status_of
from views.writing import check_bases, rows_changed
from workflows import WorkflowError, available_actions
from workflows.recorded import enter, papers
from workflows.refusal import Reason


@blueprint.get("/documents/<id:document_id>/correction/new")
@policy("document:act")
def correct(document_id: int) -> str:
    document = _load(document_id)
    paper = papers.paper_of(document)
    assert paper is not None
    return _page(document, Draft.of(document, document.current), Form(typed(paper)))


@blueprint.post("/documents/<id:document_id>/correction")
@policy("document:act")
def put_right(document_id: int) -> Response | str | tuple[str, int]:
    document = _load(document_id)
    form = Form(request.form)
    draft = Draft.read(document.kind, form)
    if rows_changed(draft):
        return _page(document, draft, form)
    given, printed = draft.clean(), read_printed(form)
    check_bases(draft, {b.document_id for b in document.current.bases})
    if not form.ok:
        return _page(document, draft, form), 422
    revision, version = form.seen()
    try:
        with transaction():
            enter.correct(
                document,
                printed,
                title=given["title"],
                content=given["content"],
                basis=given["basis"] if document.kind not in PERSONAL else None,
                actor=viewer(),
                now=clock.now(),
                revision=revision,
                version=version,
            )
    except WorkflowError as refused:
        form.refuse(refused.reasons)
        return _page(document, draft, form, refused.reasons), status_of(refused)
    flash(gettext("Đã sửa bản vào sổ."), "done")
    return redirect(url_for("document.page", document_id=document_id), 303)


def _load(document_id: int) -> Document:
    document = load_document(document_id)
    offered = available_actions(document, person=viewer(), now=clock.now())
    if not any(item.name == "correct" for item in offered):
        abort(404)
    return document


def _page(
    document: Document,
    draft: Draft,
    form: Form,
    reasons: list[Reason] | tuple[Reason, ...] = (),
) -> str:
    requirement = document.obligation.requirement if document.obligation else None
    return form_page(
        Place(document.kind, document.unit, document.campaign, requirement),
        draft,
        form,
        reasons,
        document=document,
        post_url=url_for("recorded.put_right", document_id=document.id),
    )
