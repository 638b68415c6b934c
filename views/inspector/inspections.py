"""One inspection: its decision, where it stands, what its team may do now."""

from __future__ import annotations

from datetime import datetime

from flask import render_template, url_for
from flask_babel import gettext, ngettext

import clock
from models.inspection import Inspection
from models.person import Person
from models.queries.act import asking_once
from views import present
from views.inspector.inspections_acts import buttons
from views.inspector.inspections_base import facts, load, team, title
from views.inspector.pages import blueprint
from views.loaders import viewer
from views.policy import policy
from workflows.dossier import conclusions, findings
from workflows.history import sentences
from workflows.inspections import is_running, open_for, reaching


@blueprint.get("/inspections/<id:inspection_id>")
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
        asked=[] if own else _asked(shown, person, now),
        lines=present.story(reversed(sentences(shown.document))) if own else [],
    )


def _asked(inspection: Inspection, person: Person, now: datetime) -> list[tuple[str, str]]:
    """What the inspected unit is asked for now: (words, address)."""
    open_ = [one for one in findings.shown(inspection, person, now) if findings.may_answer(one)]
    unanswered = [one for one in open_ if not one.answer]
    links = []
    if unanswered:
        words = ngettext(
            "Giải trình %(num)s phát hiện", "Giải trình %(num)s phát hiện", len(unanswered)
        )
        address = url_for("inspector.inspection_findings", inspection_id=inspection.id)
        links.append((words, f"{address}#finding-{unanswered[0].id}"))
    for made in conclusions.shown(inspection, person, now):
        owed = made.obligation is not None and made.obligation.state == "open"
        if owed and made.waiting is None:
            words = gettext("Báo cáo thực hiện yêu cầu %(n)s", n=made.n)
            links.append((words, url_for("inspector.conclusion", conclusion_id=made.id)))
    return links
