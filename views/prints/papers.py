"""One paper as PDF or DOCX: a revision of a document, the minutes of a sitting, a reported list.
Each to whoever may read it on the screen."""

from __future__ import annotations

from flask import Response, abort

import clock
from views.loaders import load_document, load_list, viewer
from views.policy import policy
from views.prints.base import blueprint, printed
from views.sitting.base import eyes, load_sitting
from workflows import prints
from workflows.inspections.readings import note_reading
from workflows.lists import shown_lines
from workflows.scope import readable_revisions


@blueprint.get("/documents/<id:document_id>/revisions/<nth:n>/print.<any(pdf,docx):form>")
@policy("document")
def document(document_id: int, n: int, form: str) -> Response:
    """The paper of one revision. Somebody else's commitment taken away is a reading like any
    other: written down before the text leaves the house."""
    found = load_document(document_id)
    if n not in readable_revisions(found, viewer(), clock.now()):
        abort(404)
    note_reading(found, viewer(), clock.now(), n)
    revision = found.revisions[n - 1]
    data = prints.document_data(found, revision)
    return printed(found.kind, data, form, prints.file_name(found, revision))


@blueprint.get("/sittings/<id:sitting_id>/minutes.<any(pdf,docx):form>")
@policy("signed_in")
def minutes(sitting_id: int, form: str) -> Response:
    """The minutes of a meeting, for who keeps its papers or sat in it: they name whose paper was
    sent back, which others who see the meeting are not told."""
    now = clock.now()
    sitting = load_sitting(sitting_id)
    if not eyes(sitting).minutes:
        abort(404)
    name = f"Biên bản {sitting.number or ''} {sitting.held_on.isoformat()}"
    return printed("minutes", prints.minutes_data(sitting, now), form, name)


@blueprint.get("/commitment-lists/<id:list_id>/print.<any(pdf,docx):form>")
@policy("signed_in")
def commitment_list(list_id: int, form: str) -> Response:
    """A reported list with the lines that the viewer may see: names, days, minutes, no texts."""
    made = load_list(list_id)
    data = prints.list_data(made, shown_lines(made, viewer(), clock.now()))
    return printed("list", data, form, f"Danh sách cam kết {made.unit.name} {made.n}")
