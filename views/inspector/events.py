"""One search over events: by unit, act, date and document, as far as the inspector reads."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, render_template, request, url_for
from flask_babel import gettext

import clock
from models.base import db
from models.document import Document
from views import present
from views.forms import Form, after_id, whole
from views.inspector.act_words import acts
from views.inspector.asking import choices
from views.inspector.history import place
from views.inspector.pages import blueprint, reach
from views.loaders import load_unit, viewer
from views.policy import policy
from workflows import paper_history
from workflows.paper_history import Reach, Wanted
from workflows.questions import standing_scope

FIELDS = ("unit", "act", "from", "to", "number", "document")


@blueprint.get("/events")
@policy("inspector")
def events() -> tuple[str, int]:
    reach()
    now = clock.now()
    within = paper_history.reach_of(viewer(), now)
    form = Form(request.args)
    chosen = {name: form.raw(name).strip() for name in FIELDS}
    wanted = _wanted(form, chosen, within)
    after = after_id()
    found = paper_history.find_events(wanted, within, after=after) if form.ok else None
    lines = found.lines if found else []
    story = present.story(lines)
    for made, line in zip(story, lines, strict=True):
        made |= place(line.event, within)
        made["document"] = line.event.document_id
    kept: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    page = render_template(
        "inspector/events.html",
        lines=story,
        total=paper_history.count_events(wanted, within) if form.ok else 0,
        chosen=chosen,
        form=form,
        problems=form.problems(),
        units=choices(standing_scope(viewer(), now)),
        acts=acts(),
        paper=_paper(wanted, within),
        filtered=bool(kept),
        next_url=url_for("inspector.events", **kept, after=found.after)
        if found and found.after is not None
        else None,
        first_url=url_for("inspector.events", **kept) if after else "",
    )
    return page, 200 if form.ok else 422


def _wanted(form: Form, chosen: dict[str, str], within: Reach) -> Wanted:
    """What the form asks for. A unit that is not inspected and one that is not there are the same
    404."""
    unit = load_unit(chosen["unit"]) if chosen["unit"] else None
    if unit is not None and unit.id not in within.unit_ids:
        abort(404)
    first, last = form.day("from"), form.day("to")
    if first and last and last < first:
        form.fail("to", gettext("Ngày cuối trước ngày đầu. Ghi ngày cuối từ ngày đầu trở đi."))
    act = chosen["act"] if chosen["act"] in dict(acts()) else ""
    document_id = whole(chosen["document"])
    if chosen["document"] and document_id is None:
        abort(404)
    return Wanted(
        unit_id=unit.id if unit else None,
        action=act,
        first=first,
        last=last,
        document_id=document_id,
        number=chosen["number"][:64] if chosen["number"].isprintable() else "",
    )


def _paper(wanted: Wanted, within: Reach) -> dict[str, str] | None:
    """The document that is asked about, by its name."""
    if wanted.document_id is None:
        return None
    document = db.session.scalar(
        sa.select(Document).where(Document.id == wanted.document_id, within.documents())
    )
    if document is None:
        abort(404)
    return {
        "name": present.document_name(document),
        "url": url_for("inspector.paper", document_id=document.id),
    }
