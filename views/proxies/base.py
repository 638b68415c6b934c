"""What the pages of entry on behalf share: the cell, the campaign, the member."""

from __future__ import annotations

from flask import Blueprint, abort, request

import clock
from models.campaign import Campaign
from models.unit import Unit
from views.loaders import load_unit, viewer
from workflows import proxies
from workflows.proxies import Line

blueprint = Blueprint("proxies", __name__, url_prefix="/units/<code>/proxies")


def load_cell(code: str) -> Unit:
    """The cell, for whoever may type for its members; for anybody else there is no such page."""
    unit = load_unit(code)
    if not proxies.is_cell(unit) or not proxies.may_type(unit, viewer(), clock.now()):
        abort(404)
    return unit


def campaign_of(unit: Unit) -> Campaign | None:
    """The running campaign that the address names, else the newest; None where none runs."""
    running = proxies.campaigns_of(unit, clock.now())
    named = request.values.get("campaign", "")
    return next((c for c in running if c.code == named), running[0] if running else None)


def load_line(unit: Unit, person_id: int) -> tuple[Campaign, Line]:
    """The member of the cell with this id, in the campaign of the page; else 404."""
    campaign = campaign_of(unit)
    if campaign is not None:
        for line in proxies.lines(unit, campaign, clock.now()):
            if line.person.id == person_id:
                return campaign, line
    abort(404)
