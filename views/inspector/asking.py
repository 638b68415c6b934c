"""What an inspector's question is asked about, read from the address: units and period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import abort, request
from flask_babel import gettext

import clock
from models.base import db
from models.unit import Unit
from views import present
from views.forms import Form
from views.inspector.pages import reach
from views.loaders import viewer
from workflows.questions import Question, Scope, questions, standing_scope

UNITS = 200  # choices of the filter


@dataclass(frozen=True)
class Asked:
    """A scope, how it was chosen (for links and the form again), and what is wrong with it."""

    scope: Scope
    chosen: dict[str, str]
    form: Form

    @property
    def kept(self) -> dict[str, Any]:
        """The filters that are set, as part of an address."""
        return {name: value for name, value in self.chosen.items() if value}


def asked() -> Asked:
    """The viewer's standing reach, narrowed by `unit`, `from` and `to`. A unit that he does not
    inspect and one that is not there are the same 404."""
    reach()
    form = Form(request.args)
    chosen = {name: form.raw(name).strip() for name in ("unit", "from", "to")}
    begins, ends = form.day("from"), form.day("to")
    if begins and ends and ends < begins:
        form.fail("to", gettext("Ngày cuối trước ngày đầu. Ghi ngày cuối từ ngày đầu trở đi."))
    scope = standing_scope(viewer(), clock.now())
    units = _of(chosen["unit"]) if chosen["unit"] else scope.unit_ids
    if not units & scope.unit_ids:
        abort(404)
    return Asked(scope.within(units, begins, ends), chosen, form)


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
