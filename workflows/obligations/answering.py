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
    """What answers it, or what this person wrote here when it was not owed."""
    own = Document.obligation_id == obligation.id
    if obligation.person_id is None:
        mine: sa.ColumnElement[bool] = own
    else:
        let_go = sa.select(Obligation.id).where(
            Obligation.requirement_id == obligation.requirement_id,
            Obligation.person_id == obligation.person_id,
            Obligation.state == "waived",
        )
        held = Document.obligation_id.is_(None)
        here = sa.and_(
            Document.kind == obligation.requirement.kind,
            Document.unit_id == obligation.unit_id,
            Document.campaign_id == obligation.requirement.campaign_id,
            Document.author_id == obligation.person_id,
            sa.or_(held, Document.obligation_id.in_(let_go)),
        )
        mine = sa.or_(own, here)
    return db.session.scalar(
        sa.select(Document)
        .where(mine, Document.state.not_in(CLOSED))
        .order_by(Document.id.desc())
        .limit(1)
    )


def _handed_in(paper: Document) -> datetime | None:
    """When it was brought where it had to be brought, or None."""
    if paper.kind == HANDED_IN:
        return None if awaits_confirmation(paper) else paper.stages[0].arrived_at
    return paper.stages[1].arrived_at if paper.stage > 0 else None
