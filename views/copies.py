"""A copy that another superior got: its receipt, what is asked over it, and the issuer's answer."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

import clock
from models.base import transaction
from models.document import Document
from views import present
from views.document import page
from views.loaders import load_document, viewer
from views.policy import policy
from views.status import status_of
from workflows import copies
from workflows.refusal import WorkflowError

blueprint = Blueprint("copies", __name__, url_prefix="/documents/<id:document_id>/copy")


@blueprint.post("/receipt")
@policy("document")
def receive(document_id: int) -> ResponseReturnValue:
    document = _load(document_id)
    return _done(
        document,
        lambda: copies.receive(document, actor=viewer(), now=clock.now()),
        gettext("Đã nhận bản sao."),
    )


@blueprint.post("/request")
@policy("document")
def request_answer(document_id: int) -> ResponseReturnValue:
    document, text = _load(document_id), request.form.get("text", "")
    return _done(
        document,
        lambda: copies.request(document, text, actor=viewer(), now=clock.now()),
        gettext("Đã gửi ý kiến; đơn vị nhận được việc trả lời."),
    )


@blueprint.post("/answer")
@policy("document")
def answer(document_id: int) -> ResponseReturnValue:
    document, text = _load(document_id), request.form.get("text", "")
    return _done(
        document,
        lambda: copies.answer(document, text, actor=viewer(), now=clock.now()),
        gettext("Đã gửi trả lời."),
    )


def _load(document_id: int) -> Document:
    document = load_document(document_id)
    if not copies.copies_of(document):
        abort(404)
    return document


def _done(document: Document, act: Callable[[], None], said: str) -> ResponseReturnValue:
    """Does it and goes back to the document; refused, that page again with the text kept."""
    try:
        with transaction():
            act()
    except WorkflowError as refusal:
        g.copy_typed = request.form.get("text", "")
        g.copy_problem = " ".join(present.sentence(reason) for reason in refusal.reasons)
        return page(document.id), status_of(refusal)
    flash(said, "done")
    return redirect(url_for("document.page", document_id=document.id) + "#copy", 303)
