"""Explaining what a rule has against a signed paper."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

import clock
from models.base import transaction
from models.document import Document
from models.recorded import Finding
from views.forms import Form
from views.loaders import load_document, viewer
from views.on_paper import finding_row
from views.policy import policy
from views.recorded.base import blueprint
from views.status import status_of
from workflows import WorkflowError, perform
from workflows.recorded import findings
from workflows.refusal import Reason
from workflows.scope import readable_revisions


@blueprint.get("/documents/<id:document_id>/findings/<id:finding_id>/explanation/new")
@policy("document:act")
def explanation(document_id: int, finding_id: int) -> str:
    document, finding = _load(document_id, finding_id)
    return _page(document, finding, Form({}))


@blueprint.post("/documents/<id:document_id>/findings/<id:finding_id>/explanation")
@policy("document:act")
def explain(document_id: int, finding_id: int) -> Response | tuple[str, int]:
    document, finding = _load(document_id, finding_id)
    form = Form(request.form)
    reason = form.text("reason", limit=4000)
    revision, version = form.seen()
    try:
        with transaction():
            perform(
                document,
                "explain",
                actor=viewer(),
                now=clock.now(),
                revision=revision,
                version=version,
                finding=finding_id,
                reason=reason,
            )
    except WorkflowError as refused:
        form.refuse(refused.reasons)
        return _page(document, finding, form, refused.reasons), status_of(refused)
    flash(gettext("Đã ghi giải trình."), "done")
    return redirect(url_for("document.page", document_id=document_id) + "#findings", 303)


def _load(document_id: int, finding_id: int) -> tuple[Document, Finding]:
    document = load_document(document_id)
    readable = readable_revisions(document, viewer(), clock.now())
    finding = next(
        (f for f in findings.of(document) if f.id == finding_id and f.revision in readable), None
    )
    if finding is None:
        abort(404)
    return document, finding


def _page(
    document: Document,
    finding: Finding,
    form: Form,
    reasons: list[Reason] | tuple[Reason, ...] = (),
) -> str:
    return render_template(
        "recorded/explain.html",
        document=document,
        finding=finding_row(document, finding, may=False),
        finding_id=finding.id,
        form=form,
        problems=form.problems(reasons),
    )
