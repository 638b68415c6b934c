"""One text at a time: the papers in scope without a text, the reason asked before one is shown, the
text on the day the reason was given."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.document import Document
from models.inspection import Inspection
from models.kinds import PERSONAL
from models.person import Person
from views import present
from views.forms import Form
from views.inspector.inspections_base import load, title
from views.inspector.pages import blueprint
from views.loaders import LARGEST, viewer
from views.policy import policy
from workflows.inspections import covers, open_for, opening_of
from workflows.inspections.readings import handed_in, read_text, shown
from workflows.prints import paper
from workflows.refusal import WorkflowError

MOST = 500  # papers of one inspection on a page


def load_running(inspection_id: int) -> Inspection:
    """The inspection, while it entitles the viewer to read; otherwise 404."""
    inspection = load(inspection_id)
    if all(one.id != inspection.id for one in open_for(viewer(), clock.now())):
        abort(404)
    return inspection


@blueprint.get("/inspections/<int:inspection_id>/papers")
@policy("inspection")
def papers(inspection_id: int) -> str:
    inspection = load_running(inspection_id)
    person, now = viewer(), clock.now()
    found = [document for document in _in_scope(inspection) if _listed(document, person, now)]
    rows = [_row(inspection, document) for document in found]
    return render_template(
        "inspector/papers.html", inspection=inspection, title=title(inspection), rows=rows
    )


@blueprint.get("/inspections/<int:inspection_id>/texts/<int:document_id>")
@policy("inspection")
def ask_text(inspection_id: int, document_id: int) -> str:
    inspection = load_running(inspection_id)
    document = _load_paper(inspection, document_id)
    return _page(inspection, document, Form({}))


@blueprint.post("/inspections/<int:inspection_id>/texts/<int:document_id>")
@policy("inspection")
def open_text(inspection_id: int, document_id: int) -> Response | tuple[str, int]:
    inspection = load_running(inspection_id)
    document = _load_paper(inspection, document_id)
    form = Form(request.form)
    reason = form.text("reason", limit=1000)
    number = form.count("n")
    if number not in handed_in(document):
        form.fail("n", gettext("Chọn bản cần đọc."))
    if not form.ok or number is None:
        return _page(inspection, document, form), 422
    try:
        with transaction():
            reading = read_text(document, number, reason, person=viewer(), now=clock.now())
            reading_id = reading.id if reading is not None else None
    except WorkflowError as refusal:
        form.refuse(refusal.reasons)
        return _page(inspection, document, form), 422
    if reading_id is None:
        abort(404)
    return redirect(url_for("inspector.text", reading_id=reading_id), 303)


@blueprint.get("/texts/<int:reading_id>")
@policy("inspector")
def text(reading_id: int) -> str:
    reading = None
    if reading_id <= LARGEST:
        reading = shown(reading_id, person=viewer(), now=clock.now())
    if reading is None:
        abort(404)
    document = db.session.get_one(Document, reading.document_id)
    inspection = db.session.get_one(Inspection, reading.inspection_id)
    revision = document.revisions[reading.revision - 1]
    return render_template(
        "inspector/text.html",
        inspection=inspection,
        title=title(inspection),
        document=document,
        revision=revision,
        paper=paper.of(document, revision),
    )


def _load_paper(inspection: Inspection, document_id: int) -> Document:
    document = db.session.get(Document, document_id) if document_id <= LARGEST else None
    if document is None:
        abort(404)
    opening = opening_of(document, viewer(), clock.now())
    if opening is None or opening.id != inspection.id or not handed_in(document):
        abort(404)
    return document


def _page(inspection: Inspection, document: Document, form: Form) -> str:
    revisions = handed_in(document)
    return render_template(
        "inspector/ask_text.html",
        inspection=inspection,
        title=title(inspection),
        document=document,
        state=present.state_badge(document),
        form=form,
        problems=form.problems(),
        revisions=[(n, gettext("Bản lần %(n)s", n=n)) for n in reversed(revisions)],
        newest=revisions[-1],
    )


def _in_scope(inspection: Inspection) -> list[Document]:
    rows = (
        sa.select(Document)
        .options(
            joinedload(Document.author),
            joinedload(Document.unit),
            joinedload(Document.definition),
        )
        .where(
            Document.unit_id.in_(inspection.unit_ids),
            Document.kind.in_(inspection.document_kinds),
            Document.campaign_id == inspection.campaign_id,
        )
        .order_by(Document.unit_id, Document.kind, Document.id)
        .limit(MOST)
    )
    return [document for document in db.session.scalars(rows) if covers(inspection, document)]


def _listed(document: Document, person: Person, now: datetime) -> bool:
    """Of somebody's own paper only what he has handed in is known outside."""
    if document.kind not in PERSONAL:
        return True
    return opening_of(document, person, now) is not None and bool(handed_in(document))


def _row(inspection: Inspection, document: Document) -> dict[str, Any]:
    personal = document.kind in PERSONAL
    if personal:
        url = url_for("inspector.ask_text", inspection_id=inspection.id, document_id=document.id)
    else:
        url = url_for("document.page", document_id=document.id)
    return {
        "name": present.document_name(document),
        "unit": present.unit_name(document.unit),
        "day": present.day(document.dated_on),
        "state": present.state_badge(document),
        "url": url,
        "personal": personal,
        "history": url_for("inspector.paper", document_id=document.id),
    }
