"""The inspector's pages. Nothing here writes into what is inspected."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, abort, render_template, request, url_for
from sqlalchemy.orm import joinedload, selectinload

import clock
from models.base import db
from models.document import Document
from models.event import LogHead
from models.kinds import PERSONAL
from models.unit import Unit
from views import afar, present
from views.documents import row
from views.forms import after_id
from views.inspector.inspections_desk import own_inspections
from views.loaders import load_unit, viewer
from views.policy import policy
from workflows.history import unit_sentences
from workflows.inspections import reaching
from workflows.scope import inspector_unit_ids
from workflows.trail.seen import are_whole
from workflows.trail.witness.standing import late

blueprint = Blueprint("inspector", __name__, url_prefix="/inspection")

PAGE = 25
LOG = 50
UNITS = 200


def reach() -> set[int]:
    """The units inspected; for anybody without the post there is no such page."""
    units = inspector_unit_ids(viewer(), clock.now())
    if not units:
        abort(404)
    return units


@blueprint.get("")
@policy("inspector")
def index() -> str:
    units = reach()
    kind = request.args.get("kind", "")
    kind = kind if kind in ("plan", "report") else ""
    query = (
        sa.select(Document)
        .options(
            joinedload(Document.unit),
            joinedload(Document.author),
            joinedload(Document.definition),
            selectinload(Document.stages),
        )
        .where(
            Document.kind == kind if kind else Document.kind.not_in((*PERSONAL, "inspection")),
            Document.unit_id.in_(units),
        )
        .order_by(Document.id.desc())
        .limit(PAGE + 1)
    )
    if (after := after_id()) is not None:
        query = query.where(Document.id < after)
    found = list(db.session.scalars(query))
    shown = found[:PAGE]
    listed = db.session.execute(
        sa.select(Unit, LogHead.size)
        .outerjoin(LogHead, LogHead.unit_id == Unit.id)
        .options(joinedload(Unit.level))
        .where(Unit.id.in_(units))
        .order_by(Unit.sort_key, Unit.id)
        .limit(UNITS)
    ).all()
    open_cases, ended = own_inspections(viewer(), clock.now())
    ranked = sorted(listed, key=lambda pair: (-pair[0].level.rank, pair[0].sort_key))
    now, shown_units = clock.real_now(), [unit for unit, _ in listed]
    below = [one for one in afar.found(now) or [] if one.unit in {u.code for u in shown_units}]
    return render_template(
        "inspector/index.html",
        below=afar.rows(below),
        unwitnessed=late(db.session(), now, [unit.id for unit in shown_units]),
        rows=[row(document) for document in shown],
        units=[(unit, size or 0) for unit, size in ranked],
        kind=kind,
        open_cases=open_cases,
        ended=ended,
        next_url=url_for("inspector.index", kind=kind or None, after=shown[-1].id)
        if len(found) > PAGE
        else None,
        first_url=url_for("inspector.index", kind=kind or None) if after_id() else "",
    )


@blueprint.get("/<code>/log")
@policy("inspector")
def log(code: str) -> str:
    unit = load_unit(code)
    if unit.id not in reach():
        abort(404)
    without = reaching.kept_from(viewer(), clock.now())
    lines = unit_sentences(unit.id, after_id(), LOG + 1, without=without)
    shown = lines[:LOG]
    size = db.session.scalar(sa.select(LogHead.size).where(LogHead.unit_id == unit.id)) or 0
    story = present.story(shown)
    for made, line in zip(story, shown, strict=True):
        made["seq"] = line.event.seq
    return render_template(
        "inspector/log.html",
        unit=unit,
        size=size,
        whole=are_whole(db.session(), [unit.id]),
        lines=story,
        next_url=url_for("inspector.log", code=code, after=shown[-1].event.seq)
        if len(lines) > LOG
        else None,
        first_url=url_for("inspector.log", code=code) if after_id() is not None else "",
    )
