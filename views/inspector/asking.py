"""What an inspector's question is asked about, read from the address: units and period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import abort, request
from flask_babel import gettext

import clock
from models.base import db
from models.inspection import Inspection
from models.unit import Unit
from views import present
from views.forms import Form, whole
from views.inspector.inspections_base import load_own
from views.inspector.pages import reach
from views.loaders import viewer
from workflows.questions import (
    Question,
    Scope,
    inspection_scope,
    questions,
    standing_scope,
)

UNITS = 200  # choices of the filter


@dataclass(frozen=True)
class Asked:
    """A scope, the widest it may be (for the choice of units), how it was narrowed (for links and
    the form again), and what is wrong with that. `inspection`: within which it is asked."""

    scope: Scope
    widest: Scope
    chosen: dict[str, str]
    form: Form
    inspection: Inspection | None = None

    @property
    def kept(self) -> dict[str, Any]:
        """The filters that are set, as part of an address."""
        return {name: value for name, value in self.chosen.items() if value}


def asked() -> Asked:
    """The viewer's standing reach, or the scope of the `inspection`, narrowed by `unit`, `from` and
    `to`. An inspection or a unit that is not his and one that is not there are the same 404."""
    reach()
    form = Form(request.args)
    chosen = {name: form.raw(name).strip() for name in ("inspection", "unit", "from", "to")}
    inspection = _inspection(chosen["inspection"])
    now = clock.now()
    widest = (
        inspection_scope(inspection, viewer(), now)
        if inspection is not None
        else standing_scope(viewer(), now)
    )
    begins, ends = form.day("from"), form.day("to")
    if begins and ends and ends < begins:
        form.fail("to", gettext("Ngày cuối trước ngày đầu. Ghi ngày cuối từ ngày đầu trở đi."))
    units = _of(chosen["unit"]) if chosen["unit"] else widest.unit_ids
    if chosen["unit"] and not units & widest.unit_ids:
        abort(404)
    return Asked(widest.within(units, begins, ends), widest, chosen, form, inspection)


def _inspection(number: str) -> Inspection | None:
    """The inspection with this number, of a commission whose inspector the viewer is."""
    if not number:
        return None
    known = whole(number)
    if known is None:
        abort(404)
    return load_own(known)


def _of(code: str) -> frozenset[int]:
    if len(code) > 64 or not code.isprintable():
        return frozenset()
    return frozenset(db.session.scalars(sa.select(Unit.id).where(Unit.code == code)))


def choices(scope: Scope) -> list[tuple[str, str]]:
    """Units for the filter: those of the scope, at most 200 of them."""
    rows = db.session.scalars(
        sa.select(Unit).where(scope.units(Unit.id)).order_by(Unit.sort_key, Unit.id).limit(UNITS)
    )
    return [(unit.code, present.unit_name(unit)) for unit in rows]


def load_question(n: int) -> Question:
    """The question with this number; otherwise 404."""
    question = questions().get(n)
    if question is None:
        abort(404)
    return question
