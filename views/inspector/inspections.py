"""One inspection: its decision, where it stands, what its team may do now."""

from __future__ import annotations

from flask import render_template

import clock
from models.queries.act import asking_once
from views import present
from views.inspector.inspections_acts import buttons
from views.inspector.inspections_base import facts, load, team, title
from views.inspector.pages import blueprint
from views.loaders import viewer
from views.policy import policy
from workflows.history import sentences
from workflows.inspections import is_running, open_for, reaching


@blueprint.get("/inspections/<int:inspection_id>")
@policy("inspection")
@asking_once()
def inspection(inspection_id: int) -> str:
    shown = load(inspection_id)
    person, now = viewer(), clock.now()
    own = reaching.is_inspector_of(shown, person, now)
    allowed, refused = buttons(shown, person, now) if own else ([], [])
    return render_template(
        "inspector/inspection.html",
        inspection=shown,
        document=shown.document,
        own=own,
        state=present.state_badge(shown.document),
        title=title(shown),
        facts=facts(shown),
        team=team(shown),
        allowed=allowed,
        refused=refused,
        may_read=any(one.id == shown.id for one in open_for(person, now)),
        running=is_running(shown, now),
        over=reaching.is_over(shown, now),
        lines=present.story(reversed(sentences(shown.document))) if own else [],
    )
