"""What a classification rests on, beside the report that makes it: for its issuer's own officers."""

from __future__ import annotations

from typing import Any

import clock
from models.campaign import Campaign, Requirement
from models.document import Document
from models.unit import Unit
from views import present
from views.loaders import viewer
from workflows import classification
from workflows.scope import has_a_say

STANDING = ("drafted", "submitted", "reviewed", "returned")  # while it is being made


def shown(unit: Unit, campaign: Campaign, requirement: Requirement | None) -> list[dict[str, Any]]:
    """One entry for each cell, its members named only where it is the viewer's own body; nothing for
    another report than that which closes a year, or for who has no say in it."""
    now = clock.now()
    if not classification.closes_a_year(requirement) or not has_a_say(unit, viewer(), now):
        return []
    found = classification.grounds(unit, campaign, present.local_day(now), names=True)
    return [
        {
            "unit": present.unit_name(ground.unit),
            "counted": ground.counted,
            "registered": ground.registered,
            "reported": ground.reported,
            "lines": ground.lines,
        }
        for ground in found
    ]


def of(document: Document) -> list[dict[str, Any]]:
    """As `shown`, beside a report that is still being made."""
    asked = document.obligation.requirement if document.obligation is not None else None
    if document.kind != "report" or document.stage or document.state not in STANDING:
        return []
    return shown(document.unit, document.campaign, asked)
