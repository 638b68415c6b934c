"""The paper that is there already when something is owed, or owed again: nobody is asked to begin what he
has begun, or owes what he has handed in."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.document import CLOSED, Document
from models.obligation import Obligation
from workflows import tasks
from workflows.conditions import awaits_confirmation
from workflows.obligations.fulfilling import HANDED_IN, meet


def answered(obligation: Obligation, now: datetime) -> bool:
    """Whether a paper of who owes it is there already: then that one answers it. What was handed in
    meanwhile meets it; else its open task waits until the day that counts now. R02: a commitment that was
    held here since before the plan; and what was written while nothing was owed (a waiver, an exemption)."""
    paper = _paper_for(obligation)
    if paper is None:
        return False
    paper.obligation = obligation
    db.session.flush()
    arrived = _handed_in(paper)
    if arrived is None:
        tasks.wait_until_owed(paper, now)
    else:
        meet(obligation, arrived, now)
    return True


def _paper_for(obligation: Obligation) -> Document | None:
    """What this person wrote here for it while he did not owe it; a unit begins anew."""
    if obligation.person_id is None:
        return None
    let_go = sa.select(Obligation.id).where(
        Obligation.requirement_id == obligation.requirement_id,
        Obligation.person_id == obligation.person_id,
        Obligation.state == "waived",
    )
    return db.session.scalar(
        sa.select(Document)
        .where(
            Document.kind == obligation.requirement.kind,
            Document.unit_id == obligation.unit_id,
            Document.campaign_id == obligation.requirement.campaign_id,
            Document.author_id == obligation.person_id,
            Document.state.not_in(CLOSED),
            sa.or_(
                Document.obligation_id.is_(None),
                Document.obligation_id == obligation.id,
                Document.obligation_id.in_(let_go),
            ),
        )
        .order_by(Document.id.desc())
        .limit(1)
    )


def _handed_in(paper: Document) -> datetime | None:
    """When it was brought where it had to be brought, or None."""
    if paper.kind == HANDED_IN:
        return None if awaits_confirmation(paper) else paper.stages[0].arrived_at
    return paper.stages[1].arrived_at if paper.stage > 0 else None
