"""A campaign as everybody may read it: on what directive, with which theme, what it asks by when."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

import clock
from models.campaign import Campaign, ThemeOverride
from views import present
from views.administrator import campaign_words as words
from views.loaders import viewer
from views.policy import policy
from workflows import campaigns as acts
from workflows.indicators import current
from workflows.scope import officer_unit_ids

blueprint = Blueprint("campaigns", __name__, url_prefix="/campaigns")


@blueprint.get("/<campaign>")
@policy("signed_in")
def page(campaign: str) -> str:
    found = acts.by_code(campaign)
    if found is None or not _shown(found):
        abort(404)
    state, progress = acts.state_of(found), acts.progress_of(found.id)
    return render_template(
        "campaigns/page.html",
        campaign=found,
        badge=words.badge(state, progress.percent),
        asked=[row for row in words.asked(found) if not row["ended"]],
        themes=[_theme(theme) for theme in found.themes],
        figures=[
            (figure["code"], present.value_words(figure["label"]))
            for figure in current(found.figures)
        ],
        pilots=", ".join(words.names(found.pilots).values()),
    )


def _shown(campaign: Campaign) -> bool:
    """One that is still being prepared is its own body's business."""
    return campaign.opened_at is not None or campaign.unit_id in officer_unit_ids(
        viewer(), clock.now()
    )


def _theme(theme: ThemeOverride) -> dict[str, str]:
    return {
        "unit": present.unit_name(theme.unit),
        "theme": theme.theme,
        "reason": theme.reason,
    }
