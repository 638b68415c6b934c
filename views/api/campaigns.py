"""GET /campaigns: what is asked of whom, by when. Open to everybody who owes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload, undefer

import clock
from models.base import db
from models.campaign import Campaign
from views import present
from views.api.door import blueprint
from views.api.listing import Filters, page_of
from views.api.represent import day, instant
from views.loaders import viewer
from views.policy import policy
from workflows.scope import officer_unit_ids


@blueprint.get("/campaigns")
@policy("signed_in")
def campaigns() -> dict[str, Any]:
    filters = Filters()
    after = filters.after()
    filters.check()
    # One that is still being prepared is its own body's business.
    mine = officer_unit_ids(viewer(), clock.now())
    query = (
        sa.select(Campaign)
        .options(
            joinedload(Campaign.unit),
            undefer(Campaign.figures),
            selectinload(Campaign.requirements),
        )
        .where(sa.or_(Campaign.opened_at.is_not(None), Campaign.unit_id.in_(mine)))
        .order_by(Campaign.id)
        .limit(filters.limit + 1)
    )
    if after is not None:
        query = query.where(Campaign.id > after[0])
    return page_of(db.session.scalars(query).all(), filters.limit, _shown)


def _shown(rows: list[Campaign]) -> list[dict[str, Any]]:
    return [
        {
            "code": campaign.code,
            "title": campaign.title,
            "directive": campaign.directive,
            "directive_dated_on": day(campaign.directive_dated_on),
            "year": campaign.year,
            "theme": campaign.theme,
            "congress": campaign.congress,
            "line": campaign.line,
            "unit": campaign.unit.code,
            "pilots": campaign.pilots,
            "figures": [
                {
                    "code": figure["code"],
                    "label": present.value_words(figure["label"]),
                    "means": figure.get("means"),
                    "sum": figure.get("sum", True),
                    "ended": bool(figure.get("ended")),
                }
                for figure in campaign.figures
            ],
            "opened_at": instant(campaign.opened_at),
            "closed_at": instant(campaign.closed_at),
            "requirements": [
                {
                    "code": requirement.code,
                    "kind": requirement.kind,
                    "variant": requirement.variant,
                    "label": present.requirement_words(requirement),
                    "levels": requirement.levels,
                    "owes": requirement.owes,
                    "pilots": requirement.pilots or None,
                    "after": requirement.after or None,
                    "figures": requirement.figures,
                    "period_from": day(requirement.period_from),
                    "period_to": day(requirement.period_to),
                    "ended_at": instant(requirement.ended_at),
                    "deciding": requirement.deciding,
                    "due": requirement.due,
                }
                for requirement in campaign.requirements
            ],
        }
        for campaign in rows
    ]
