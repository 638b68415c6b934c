"""One text at a time: the papers in scope without a text, the reason asked before one is shown, the
text on the day the reason was given."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

import clock
from models.base import db, transaction
from models.document import Contribution, Document
from models.inspection import Inspection
from models.kinds import PERSONAL
from models.person import Person
from views import present
from views.forms import Form, after_id
from views.inspector.inspections_base import load, title
from views.inspector.pages import blueprint
from views.loaders import viewer
from views.policy import policy
from workflows.inspections import open_for, opening_of
from workflows.inspections.lookups import UNREAD
from workflows.inspections.readings import handed_in, read_text, shown
from workflows.inspections.scope import covered
from workflows.prints import paper
from workflows.refusal import WorkflowError
from workflows.scope import HANDED_IN

PAGE = 100  # papers of one inspection on a page


def load_running(inspection_id: int) -> Inspection:
    """The inspection, while it entitles the viewer to read; otherwise 404."""
    inspection = load(inspection_id)
    if all(one.id != inspection.id for one in open_for(viewer(), clock.now())):
        abort(404)
    return inspection


@blueprint.get("/inspections/<id:inspection_id>/papers")
@policy("inspection")
def papers(inspection_id: int) -> str:
    inspection = load_running(inspection_id)
    after = after_id()
    found = _in_scope(inspection, viewer(), after)
    here = url_for("inspector.papers", inspection_id=inspection.id)
    return render_template(
        "inspector/papers.html",
        inspection=inspection,
        title=title(inspection),
        rows=[_row(inspection, document) for document in found[:PAGE]],
        next_url=f"{here}?after={found[PAGE - 1].id}" if len(found) > PAGE else None,
        first_url=here if after is not None else "",
    )


@blueprint.get("/inspections/<id:inspection_id>/texts/<id:document_id>")
@policy("inspection")
def ask_text(inspection_id: int, document_id: int) -> str:
    inspection = load_running(inspection_id)
    document = _load_paper(inspection, document_id)
    return _page(inspection, document, Form({}))


@blueprint.post("/inspections/<id:inspection_id>/texts/<id:document_id>")
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
            reading = read_text(
                document, number, reason, person=viewer(), now=clock.now(), by=inspection.id
            )
            reading_id = reading.id if reading is not None else None
    except WorkflowError as refusal:
        form.refuse(refusal.reasons)
        return _page(inspection, document, form), 422
    if reading_id is None:
        abort(404)
    return redirect(url_for("inspector.text", reading_id=reading_id), 303)


@blueprint.get("/texts/<id:reading_id>")
@policy("inspector")
def text(reading_id: int) -> str:
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
    document = db.session.get(Document, document_id)
    if document is None:
        abort(404)
    opening = opening_of(document, viewer(), clock.now(), inspection.id)
    if opening is None or not handed_in(document):
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


def _in_scope(inspection: Inspection, person: Person, after: int | None) -> list[Document]:
    """What the page lists from behind the document `after` on, one more than it shows; of somebody's
    own paper only what he has handed in is known outside."""
    handed = sa.exists().where(
        Contribution.document_id == Document.id, Contribution.action.in_(HANDED_IN)
    )
    personal = sa.and_(Document.author_id != person.id, Document.state.not_in(UNREAD), handed)
    rows = (
        sa.select(Document)
        .options(
            joinedload(Document.author),
            joinedload(Document.unit),
            joinedload(Document.definition),
        )
        .where(covered(inspection), sa.or_(Document.kind.not_in(PERSONAL), personal))
        .order_by(Document.id)
        .limit(PAGE + 1)
    )
    if after is not None:
        rows = rows.where(Document.id > after)
    return list(db.session.scalars(rows))


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
