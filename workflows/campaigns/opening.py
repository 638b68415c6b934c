"""Opening a campaign: then all owe what is asked."""

from __future__ import annotations

from datetime import datetime

from models.base import db
from models.campaign import Campaign
from models.person import Person
from workflows import obligations
from workflows.campaigns.parse import parse
from workflows.campaigns.store import store
from workflows.organisation.record import record


def open_from(
    source: str, *, file: str, actor: Person | None, now: datetime
) -> tuple[Campaign, int]:
    """Store a campaign and open it: one event in its unit's log, and every fixed-date obligation;
    the campaign and how many.

    In the caller's transaction. Raises FileError, or Refused when the campaign is there already.
    """
    campaign = store(parse(source, file=file), file=file)
    created = obligations.open_campaign(campaign, now)
    record(
        db.session(),
        campaign.unit_id,
        "campaign_opened",
        now=now,
        actor=actor,
        facts={"campaign": campaign.code, "year": campaign.year, "obligations": created},
        private={"title": campaign.title},
    )
    return campaign, created
