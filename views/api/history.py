"""GET /documents/{id}/history: what happened, each event as a sentence and as data."""

from __future__ import annotations

import json
from typing import Any

import clock
from models.kinds import PERSONAL
from views import present
from views.api.door import blueprint
from views.api.listing import Filters, page_of
from views.api.represent import instant, logins
from views.loaders import load_document, viewer
from views.policy import policy
from workflows.history import Line, heard_by, hears_all

# Said beside the data already, or commitments to words that the data leaves out.
NOT_SHOWN = ("v", "unit", "seq", "at", "action", "document", "document_version", "private")


@blueprint.get("/documents/<id:document_id>/history")
@policy("document")
def history(document_id: int) -> dict[str, Any]:
    document, person = load_document(document_id), viewer()
    filters = Filters()
    after = filters.after()
    filters.check()
    now = clock.now()
    lines = [
        line
        for line in heard_by(document, person, now, readings=document.author_id == person.id)
        if after is None or line.event.id > after[0]
    ]
    # That a member was late stays in his cell.
    personal = document.kind in PERSONAL and not hears_all(document, person, now)
    hidden = ("late",) if personal else ()
    return page_of(
        lines,
        filters.limit,
        lambda rows: _shown(rows, hidden),
        key=lambda line: (line.event.id,),
    )


def _shown(lines: list[Line], hidden: tuple[str, ...]) -> list[dict[str, Any]]:
    names = logins(line.event.payload.actor_id for line in lines if line.event.payload)
    return [
        {
            "at": instant(line.at),
            "action": line.event.action,
            "sentence": present.fill(line.text, line.params),
            "quote": line.quote,
            "actor": names.get(line.event.payload.actor_id) if line.event.payload else None,
            "unit": line.event.unit.code,
            "seq": line.event.seq,
            "version": line.event.document_version,
            "data": _data(line, hidden),
        }
        for line in lines
    ]


def _data(line: Line, hidden: tuple[str, ...]) -> dict[str, Any]:
    """The facts of the leaf: states, stages, figures; no names, no free text."""
    leaf: dict[str, Any] = json.loads(line.event.leaf)
    return {name: value for name, value in leaf.items() if name not in (*NOT_SHOWN, *hidden)}
