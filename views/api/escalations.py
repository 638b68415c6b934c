"""GET /escalations: rungs climbed, from which body to which; never a person's name."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

import clock
from models.base import db
from models.campaign import Requirement
from models.deadline import Escalation
from models.document import Document
from models.obligation import Obligation
from models.task import Task
from views.api.door import blueprint
from views.api.listing import Filters, page_of
from views.api.represent import day, instant
from views.loaders import viewer
from views.policy import policy
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
                contains_eager(Task.document),
                contains_eager(Task.obligation).contains_eager(Obligation.requirement),
            ),
            joinedload(Escalation.from_unit),
            joinedload(Escalation.to_unit),
        )
        .where(visible_escalations(viewer(), clock.now()))
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


def _shown(rows: list[Escalation]) -> list[dict[str, Any]]:
    return [
        {
            "id": escalation.id,
            "what": _what(escalation.task),
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


def _what(task: Task) -> dict[str, Any]:
    if task.document is not None:
        return {"type": "document", "id": task.document.id, "kind": task.document.kind}
    assert task.obligation is not None
    kind = task.obligation.requirement.kind
    return {"type": "obligation", "id": task.obligation.id, "kind": kind}
