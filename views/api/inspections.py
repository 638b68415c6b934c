"""GET /inspections and one of them: the decision, its scope, team and days, what was found and what the
conclusion requires; each as far as its page shows it to the viewer."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import joinedload, selectinload

import clock
from models.base import db
from models.document import Document
from models.dossier import ConclusionRequirement, InspectionFinding
from models.inspection import Inspection, InspectionMember, InspectionUnit
from views.api.door import blueprint
from views.api.listing import Filters, page_of
from views.api.represent import day, instant, logins
from views.inspector.inspections_base import load
from views.loaders import viewer
from views.policy import policy
from workflows.dossier import conclusions, findings
from workflows.dossier.who import ANNOUNCED
from workflows.inspections import is_running, reaching

STATES = ("planned", *ANNOUNCED, "cancelled")
SHOWN = (
    joinedload(Inspection.document).joinedload(Document.unit),
    joinedload(Inspection.campaign),
    selectinload(Inspection.units).joinedload(InspectionUnit.unit),
    selectinload(Inspection.members).joinedload(InspectionMember.person),
)


@blueprint.get("/inspections")
@policy("signed_in")
def inspections() -> dict[str, Any]:
    filters = Filters()
    unit, campaign, state = filters.unit(), filters.campaign(), filters.word("state", STATES)
    after = filters.after()
    filters.check()
    query = reaching.newest_first(reaching.known_to(viewer(), clock.now())).options(*SHOWN)
    if unit is not None:
        query = query.where(Inspection.units.any(InspectionUnit.unit_id == unit.id))
    if campaign is not None:
        query = query.where(Inspection.campaign_id == campaign.id)
    if state is not None:
        query = query.where(Document.state == state)
    if after is not None:
        query = query.where(Inspection.id < after[0])
    rows = db.session.scalars(query.limit(filters.limit + 1)).all()
    return page_of(rows, filters.limit, _shown)


@blueprint.get("/inspections/<id:inspection_id>")
@policy("inspection")
def inspection(inspection_id: int) -> dict[str, Any]:
    found, person, now = load(inspection_id), viewer(), clock.now()
    seen = findings.shown(found, person, now)
    required = conclusions.shown(found, person, now)
    names = logins(one.answered_by_id for one in seen)
    return {
        **_shown([found])[0],
        "findings": [_finding(one, names) for one in seen],
        "requirements": [_requirement(one) for one in required],
    }


def _shown(rows: list[Inspection]) -> list[dict[str, Any]]:
    person, now = viewer(), clock.now()
    names = logins(member.person_id for row in rows for member in row.members)
    return [
        {
            "id": row.id,
            "number": row.decision_number,
            "decided_on": day(row.decided_on),
            "kind": row.kind,
            "state": row.state,
            "commission": row.commission.code,
            "carries_out": reaching.is_inspector_of(row, person, now),
            "units": [one.unit.code for one in row.units],
            "campaign": row.campaign.code,
            "kinds": list(row.document_kinds),
            "period_from": day(row.period_from),
            "period_to": day(row.period_to),
            "opens_on": day(row.opens_on),
            "closes_on": day(row.closes_on),
            "received_on": day(row.received_on),
            "limit_days": row.limit_days,
            "extended_days": row.extended_days,
            "limit_on": day(row.limit_on),
            "running": is_running(row, now),
            "frozen": row.frozen,
            "ended_at": instant(row.ended_at),
            "team": [
                {"person": names.get(one.person_id), "head": one.head}
                for one in sorted(row.members, key=lambda one: (not one.head, one.id))
            ],
        }
        for row in rows
    ]


def _finding(found: InspectionFinding, names: dict[int | None, str]) -> dict[str, Any]:
    """The answer of the inspected unit first."""
    answered = found.answered_at is not None
    return {
        "n": found.n,
        "unit": found.unit.code,
        "answer": found.answer if answered else None,
        "answered_by": names.get(found.answered_by_id) if answered else None,
        "answered_at": instant(found.answered_at),
        "text": found.text,
        "question": found.question,
        "event": {"unit": found.event.unit.code, "seq": found.event.seq} if found.event else None,
        "document": found.document_id,
        "revision": found.revision,
    }


def _requirement(made: ConclusionRequirement) -> dict[str, Any]:
    return {
        "n": made.n,
        "unit": made.unit.code,
        "text": made.text,
        "due_on": day(made.due_on),
        "obligation": made.obligation_id,
        "reported_at": [instant(report.at) for report in made.reports],
        "confirmed_at": next(
            (instant(one.judged_at) for one in made.reports if one.verdict == "confirmed"), None
        ),
    }
