"""The register of a unit: what waits for a number, a report or a receipt, what went out and in."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, render_template, request, url_for
from sqlalchemy.orm import joinedload, selectinload

import clock
from models.base import db
from models.document import Document, Stage
from models.task import Task
from models.unit import Unit
from views import present, tasks
from views.loaders import LARGEST, load_unit, viewer
from views.policy import policy
from workflows.scope import officer_unit_ids

blueprint = Blueprint("clerk", __name__, url_prefix="/units/<code>/register")

PAGE = 30
ACTS = ("approve", "report", "receive")


def _load(code: str) -> Unit:
    unit = load_unit(code)
    if unit.id not in officer_unit_ids(viewer(), clock.now()):
        abort(404)
    return unit


@blueprint.get("")
@policy("unit")
def index(code: str) -> str:
    unit = _load(code)
    today = present.local_day(clock.now())
    side = "in" if request.args.get("side") == "in" else "out"
    found = _incoming(unit) if side == "in" else _outgoing(unit)
    shown = found[:PAGE]
    return render_template(
        "clerk/index.html",
        unit=unit,
        side=side,
        waiting=[(task.action, tasks.row(task, today)) for task in _waiting(unit)],
        rows=[_row(document, unit) for document in shown],
        next_url=url_for("clerk.index", code=unit.code, side=side, after=shown[-1].id)
        if len(found) > PAGE
        else None,
        first_url=url_for("clerk.index", code=unit.code, side=side)
        if request.args.get("after")
        else "",
    )


def _waiting(unit: Unit) -> list[Task]:
    """Open acts of this unit in which a clerk has a hand; commitments have a page of their own."""
    return list(
        db.session.scalars(
            sa.select(Task)
            .join(Document, Task.document_id == Document.id)
            .options(joinedload(Task.document), joinedload(Task.unit))
            .where(
                Task.unit_id == unit.id,
                Task.closed_at.is_(None),
                Task.action.in_(ACTS),
                Document.kind != "commitment",
            )
            .order_by(Task.due_at, Task.id)
            .limit(50)
        )
    )


def _listed() -> sa.Select[Any]:
    query = (
        sa.select(Document)
        .options(
            joinedload(Document.unit),
            joinedload(Document.definition),
            selectinload(Document.stages).joinedload(Stage.unit),
        )
        .where(Document.kind != "commitment")
        .order_by(Document.id.desc())
        .limit(PAGE + 1)
    )
    after = request.args.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 19:
        query = query.where(Document.id < min(int(after), LARGEST))
    return query


def _outgoing(unit: Unit) -> list[Document]:
    """What the unit issued: everything with a number."""
    return list(
        db.session.scalars(
            _listed().where(Document.unit_id == unit.id, Document.number.is_not(None))
        )
    )


def _incoming(unit: Unit) -> list[Document]:
    """What reached the unit from below."""
    arrived = sa.exists().where(
        Stage.document_id == Document.id,
        Stage.unit_id == unit.id,
        Stage.position > 0,
        Stage.arrived_at.is_not(None),
    )
    return list(db.session.scalars(_listed().where(arrived)))


def _row(document: Document, unit: Unit) -> dict[str, Any]:
    here = next((s for s in document.stages if s.unit_id == unit.id and s.position > 0), None)
    return {
        "number": document.number or "",
        "day": present.day(document.dated_on),
        "title": document.title,
        "kind": present.kind_words(document.kind),
        "unit": present.unit_name(document.unit),
        "to": present.unit_name(document.stages[1].unit) if len(document.stages) > 1 else "",
        "url": url_for("document.page", document_id=document.id),
        "state": present.state_badge(document),
        "arrived": present.instant(here.arrived_at) if here else "",
        "received": present.instant(here.received_at) if here else "",
    }
