"""Two commitments that are alike, side by side: one pair at a time, after a written reason, each logged
as read and shown to its author."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.document import Document
from models.inspection import Inspection
from models.read import Reading
from views.compare import field_words, shown_part
from views.forms import Form, whole
from views.inspector.inspections_base import title
from views.inspector.inspections_texts import load_running
from views.inspector.pages import blueprint, reach
from views.loaders import viewer
from views.policy import policy
from workflows.compare import compare
from workflows.content import works
from workflows.inspections import opening_of
from workflows.inspections.readings import handed_in, read_text, shown
from workflows.refusal import WorkflowError

SECTION = "sections.3"
Pair = tuple[Document, Document]


@blueprint.get("/inspections/<id:inspection_id>/pair")
@policy("inspection")
def ask_pair(inspection_id: int) -> str:
    inspection = load_running(inspection_id)
    return _ask(inspection, _load_pair(inspection), Form({}))


@blueprint.post("/inspections/<id:inspection_id>/pair")
@policy("inspection")
def open_pair(inspection_id: int) -> Response | tuple[str, int]:
    inspection = load_running(inspection_id)
    pair = _load_pair(inspection)
    ids = [document.id for document in pair]
    form = Form(request.form)
    reason = form.text("reason", limit=1000)
    if not form.ok:
        return _ask(inspection, pair, form), 422
    try:
        with transaction():
            found = [_read(ident, reason, inspection_id) for ident in ids]
    except WorkflowError as refusal:
        form.refuse(refusal.reasons)
        return _ask(inspection, _load_pair(inspection), form), 422
    return redirect(url_for("inspector.pair", one=found[0], other=found[1]), 303)


@blueprint.get("/pair")
@policy("inspector")
def pair() -> str:
    """The two sections 3, aligned, on the day on which the reason was given."""
    reach()
    one, other = _reading("one"), _reading("other")
    documents = [db.session.get_one(Document, reading.document_id) for reading in (one, other)]
    if one.inspection_id != other.inspection_id or not _comparable(*documents):
        abort(404)
    texts = [
        document.revisions[reading.revision - 1]
        for document, reading in zip(documents, (one, other), strict=True)
    ]
    words = field_words(documents[0])
    parts = [part for part in compare(*texts) if part.field == SECTION]
    inspection = db.session.get_one(Inspection, one.inspection_id)
    return render_template(
        "inspector/pair.html",
        inspection=inspection,
        title=title(inspection),
        documents=documents,
        texts=texts,
        items=[works(text.content) for text in texts],
        parts=[shown_part(part, words) for part in parts],
    )


def _load_pair(inspection: Inspection) -> Pair:
    """Two commitments of one cell and campaign, both within this inspection for the viewer."""
    found = [_load(inspection, request.args.get(name, "")) for name in ("one", "other")]
    if not _comparable(*found):
        abort(404)
    return found[0], found[1]


def _comparable(one: Document, other: Document) -> bool:
    """Texts of different cells are never laid side by side."""
    if one.id == other.id or {one.kind, other.kind} != {"commitment"}:
        return False
    return (one.unit_id, one.campaign_id) == (other.unit_id, other.campaign_id)


def _load(inspection: Inspection, number: str) -> Document:
    known = whole(number)
    document = db.session.get(Document, known) if known is not None else None
    if document is None:
        abort(404)
    opening = opening_of(document, viewer(), clock.now(), inspection.id)
    agreed = document.in_force_revision
    if opening is None or agreed not in handed_in(document):
        abort(404)
    return document


def _read(document_id: int, reason: str, inspection_id: int) -> int:
    """Writes down one of the two readings and returns its id."""
    document = db.session.get_one(Document, document_id)
    revision = document.in_force_revision or 0
    reading = read_text(
        document, revision, reason, person=viewer(), now=clock.now(), by=inspection_id
    )
    if reading is None:
        abort(404)
    return reading.id


def _reading(name: str) -> Reading:
    known = whole(request.args.get(name, ""))
    reading = shown(known, person=viewer(), now=clock.now()) if known is not None else None
    if reading is None:
        abort(404)
    return reading


def _ask(inspection: Inspection, pair: Pair, form: Form) -> str:
    return render_template(
        "inspector/ask_pair.html",
        inspection=inspection,
        title=title(inspection),
        pair=pair,
        form=form,
        problems=form.problems(),
    )
