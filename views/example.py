"""The secretary's own section 3, for the members of his cell; each reading is noted and shown to him."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

import clock
from models.base import transaction
from views.loaders import load_unit, viewer
from views.policy import policy
from workflows.example import secretary_s_revision
from workflows.reading import record_reading

blueprint = Blueprint("example", __name__, url_prefix="/units/<code>/commitments/secretary")


@blueprint.get("")
@policy("unit")
def page(code: str) -> str:
    unit, person, now = load_unit(code), viewer(), clock.now()
    revision = secretary_s_revision(unit, person, now)
    if revision is None:
        abort(404)
    with transaction():
        record_reading(revision.document, person, now, revision=revision.n)
    return render_template("cell/example.html", unit=unit, revision=revision)
