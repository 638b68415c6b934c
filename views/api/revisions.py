"""POST /documents/{id}/revisions, the act `revise`; GET /documents/{id}/revisions/{n}."""

from __future__ import annotations

from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue

import clock
from models.base import transaction
from models.document import Revision
from views.api.bases import read_basis
from views.api.body import read_body
from views.api.documents import created, read_content
from views.api.door import blueprint
from views.api.represent import basis, content_of, day, instant, logins
from views.loaders import load_document, viewer
from views.policy import policy
from workflows import perform
from workflows.inspections.readings import note_reading
from workflows.scope import readable_revisions

FIELDS = ("content", "dated_on", "basis", "title", "revision", "version")


@blueprint.post("/documents/<id:document_id>/revisions")
@policy("document:act")
def revise(document_id: int) -> ResponseReturnValue:
    document = load_document(document_id)
    body = read_body(FIELDS)
    version = body.whole("version", required=True)
    # The version alone says what was seen: it grows with every act.
    revision = body.whole("revision")
    given: dict[str, Any] = {
        "content": read_content(body, document.kind),
        "dated_on": body.day("dated_on"),
        "basis": read_basis(
            body, known=[b.document_id for b in document.current.bases if b.document_id]
        ),
        "title": body.line("title"),
    }
    body.check()
    assert version is not None
    with transaction():
        perform(
            document,
            "revise",
            actor=viewer(),
            now=clock.now(),
            revision=document.revision if revision is None else revision,
            version=version,
            **{name: value for name, value in given.items() if value is not None},
        )
    return created(document_id)


@blueprint.get("/documents/<id:document_id>/revisions/<nth:n>")
@policy("document")
def revision(document_id: int, n: int) -> dict[str, Any]:
    document = load_document(document_id)
    shown: Revision | None = next((r for r in document.revisions if r.n == n), None)
    if shown is None:
        abort(404)
    person = viewer()
    readable = n in readable_revisions(document, person, clock.now())
    if readable:
        note_reading(document, person, clock.now(), n)
    return {
        "document": document_id,
        "n": shown.n,
        "title": shown.title if readable else document.title,
        "author": logins([shown.author_id]).get(shown.author_id),
        "content": content_of(shown) if readable else None,
        "basis": [basis(entry) for entry in shown.bases] if readable else [],
        "dated_on": day(shown.dated_on),
        "content_hash": shown.content_hash.hex(),
        "in_force": document.is_in_force and document.in_force_revision == n,
        "created_at": instant(shown.created_at),
    }
