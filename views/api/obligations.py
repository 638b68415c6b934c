"""GET /obligations: what is owed, and whether it is there. "Not submitted" is a row."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

import clock
from models.base import db
from models.campaign import Requirement
from models.document import Document
from models.obligation import Obligation
from views import present
from views.api.door import blueprint
from views.api.listing import Filters, page_of
from views.api.represent import day, instant, logins
from views.loaders import viewer
from views.policy import policy
from workflows.obligations import CLOSED
from workflows.owed import visible_obligations
from workflows.scope import visible_documents

STATES = ("open", "overdue", "fulfilled", "fulfilled_late", "waived")


@blueprint.get("/obligations")
@policy("signed_in")
def obligations() -> dict[str, Any]:
    filters = Filters()
    state = filters.word("state", STATES)
    unit, campaign, after = filters.unit(), filters.campaign(), filters.after()
    filters.check()
    query = (
        sa.select(Obligation)
        .join(Obligation.requirement)
        .options(
            contains_eager(Obligation.requirement).joinedload(Requirement.campaign),
            joinedload(Obligation.unit),
        )
        .where(visible_obligations(viewer(), clock.now()))
        .order_by(Obligation.id)
        .limit(filters.limit + 1)
    )
    if state == "overdue":
        query = query.where(Obligation.state == "open", Obligation.effective_due < _today())
    elif state is not None:
        query = query.where(Obligation.state == state)
    if unit is not None:
        query = query.where(Obligation.unit_id == unit.id)
    if campaign is not None:
        query = query.where(Requirement.campaign_id == campaign.id)
    if after is not None:
        query = query.where(Obligation.id > after[0])
    return page_of(db.session.scalars(query).all(), filters.limit, _shown)


def _shown(rows: list[Obligation]) -> list[dict[str, Any]]:
    names = logins(obligation.person_id for obligation in rows)
    documents = _documents([obligation.id for obligation in rows])
    today = _today()
    return [
        {
            "id": obligation.id,
            "kind": obligation.requirement.kind,
            "requirement": obligation.requirement.code,
            "campaign": obligation.requirement.campaign.code,
            "unit": obligation.unit.code,
            "personal": obligation.person_id is not None,
            "person": names.get(obligation.person_id),
            "state": obligation.state,
            "overdue": obligation.state == "open" and obligation.effective_due < today,
            "nominal_due": day(obligation.nominal_due),
            "effective_due": day(obligation.effective_due),
            "fulfilled_at": instant(obligation.fulfilled_at),
            "document": documents.get(obligation.id),
        }
        for obligation in rows
    ]


def _documents(obligation_ids: list[int]) -> dict[int | None, int]:
    """The document that answers each obligation, where the viewer may see it."""
    rows = db.session.execute(
        sa.select(Document.obligation_id, Document.id)
        .where(
            Document.obligation_id.in_(obligation_ids),
            Document.state.not_in(CLOSED),
            visible_documents(viewer(), clock.now()),
        )
        .order_by(Document.id)
    )
    return dict(rows.all())


def _today() -> Any:
    return present.local_day(clock.now())
