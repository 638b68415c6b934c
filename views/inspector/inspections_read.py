"""What a team has read: for the commission always, for the inspected once it is over. No texts; whose
commitment it was only for the cell in which it is known anyway."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template

import clock
from models.document import Document
from models.kinds import PERSONAL
from models.read import Reading
from views import present
from views.inspector.inspections_base import line, load, title
from views.inspector.pages import blueprint
from views.loaders import viewer
from views.policy import policy
from workflows.inspections import reaching
from workflows.inspections.readings import readings_of
from workflows.proxies import is_cell
from workflows.scope import has_a_say


@blueprint.get("/inspections/<id:inspection_id>/readings")
@policy("inspection")
def readings(inspection_id: int) -> str:
    inspection = load(inspection_id)
    person, now = viewer(), clock.now()
    own = reaching.is_inspector_of(inspection, person, now)
    if not own and not reaching.is_over(inspection, now):
        abort(404)
    units = None if own else inspection.unit_ids & reaching.led_by(person, now)
    return render_template(
        "inspector/readings.html",
        inspection=inspection,
        title=title(inspection),
        own=own,
        rows=[_row(reading, document) for reading, document in readings_of(inspection, units)],
    )


@blueprint.get("/received")
@policy("signed_in")
def received() -> str:
    """The inspections of the units that the viewer leads."""
    person, now = viewer(), clock.now()
    led = reaching.led_by(person, now)
    found = [
        inspection
        for inspection in reaching.visible(person, now)
        if inspection.unit_ids & led and inspection.state not in reaching.HIDDEN
    ]
    return render_template("inspector/received.html", rows=[line(one) for one in found])


def _row(reading: Reading, document: Document) -> dict[str, Any]:
    person, now = viewer(), clock.now()
    personal = document.kind in PERSONAL
    named = not personal or (is_cell(document.unit) and has_a_say(document.unit, person, now))
    return {
        "when": present.instant(reading.at),
        "iso": present.iso(reading.at),
        "who": reading.person.full_name,
        "what": present.document_name(document) if named else present.kind_words(document.kind),
        "unit": present.unit_name(document.unit),
        "n": reading.revision,
    }
