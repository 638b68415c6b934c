"""GET /escalations: rungs climbed, from which body to which; never a person's name. And what may be
said to one: why it is late, and what whoever heard answers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

import clock
from models.base import db, transaction
from models.campaign import Requirement
from models.deadline import Escalation
from models.document import Document
from models.obligation import Obligation
from models.task import Task
from views.api.body import Body, read_body
from views.api.door import blueprint
from views.api.listing import Filters, page_of
from views.api.represent import day, instant
from views.escalations.base import load
from views.loaders import viewer
from views.policy import policy
from workflows.ladder import answers, asked, reasons
from workflows.ladder.answers import Answer
from workflows.obligations import Basis
from workflows.owed import visible_escalations


@blueprint.get("/escalations")
@policy("signed_in")
def escalations() -> dict[str, Any]:
    filters = Filters()
    unit, campaign, after = filters.unit(), filters.campaign(), filters.after()
    filters.check()
    query = (
        sa.select(Escalation)
        .join(Escalation.task)
        .outerjoin(Task.document)
        .outerjoin(Task.obligation)
        .outerjoin(Obligation.requirement)
        .options(
            contains_eager(Escalation.task).options(
                contains_eager(Task.document)
                .joinedload(Document.obligation)
                .joinedload(Obligation.requirement),
                contains_eager(Task.obligation).contains_eager(Obligation.requirement),
            ),
            joinedload(Escalation.from_unit),
            joinedload(Escalation.to_unit),
        )
        .where(visible_escalations(viewer(), clock.now()), Escalation.rung > 0)
        .order_by(Escalation.id.desc())
        .limit(filters.limit + 1)
    )
    if unit is not None:
        query = query.where(
            sa.or_(Escalation.from_unit_id == unit.id, Escalation.to_unit_id == unit.id)
        )
    if campaign is not None:
        query = query.where(
            sa.or_(Document.campaign_id == campaign.id, Requirement.campaign_id == campaign.id)
        )
    if after is not None:
        query = query.where(Escalation.id < after[0])
    return page_of(db.session.scalars(query).all(), filters.limit, _shown)


@blueprint.post("/escalations/<id:escalation_id>/answer")
@policy("signed_in")
def answer_escalation(escalation_id: int) -> dict[str, Any]:
    load(escalation_id)
    body = read_body(("kind", "until", "note", "basis"))
    kind = body.line("kind", required=True, limit=40)
    until, note = body.day("until"), body.text("note", limit=answers.LONGEST)
    basis = _basis(body)
    body.check()
    given = Answer(kind or "", note or "", until, basis)
    with transaction():
        answers.answer(load(escalation_id), given, actor=viewer(), now=clock.now())
    return _shown([load(escalation_id)])[0]


@blueprint.post("/escalations/<id:escalation_id>/reason")
@policy("signed_in")
def state_reason(escalation_id: int) -> dict[str, Any]:
    load(escalation_id)
    body = read_body(("reason",))
    words = body.text("reason", limit=reasons.LONGEST)
    body.check()
    with transaction():
        reasons.state(load(escalation_id), words or "", actor=viewer(), now=clock.now())
    return _shown([load(escalation_id)])[0]


def _basis(body: Body) -> Basis:
    """What an extension rests on: a paper outside the system by number, day and issuer."""
    fields = body.mapping("basis")
    if fields is None:
        return answers.NO_BASIS
    paper = Body(fields, known=("number", "dated_on", "issuer"), place="basis")
    number, dated_on = paper.line("number", limit=60), paper.day("dated_on")
    issuer = paper.line("issuer", limit=200)
    body.problems += paper.problems
    return Basis(None, number or "", dated_on, issuer or "")


def _shown(rows: list[Escalation]) -> list[dict[str, Any]]:
    return [
        {
            "id": escalation.id,
            "what": _what(escalation),
            "action": escalation.task.action,
            "rung": escalation.rung,
            "from": escalation.from_unit.code,
            "to": escalation.to_unit.code,
            "at": instant(escalation.at),
            "effective_due": day(escalation.effective_due),
            "answer": escalation.answer,
        }
        for escalation in rows
    ]


def _what(escalation: Escalation) -> dict[str, Any]:
    owed, document = asked.owed_of(escalation), escalation.task.document
    if owed is None and document is not None:
        return {"type": "document", "id": document.id, "kind": document.kind}
    assert owed is not None
    return {"type": "obligation", "id": owed.id, "kind": owed.requirement.kind}
