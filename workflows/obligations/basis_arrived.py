"""A superior's plan arrived late: where the campaign promises so many working days after the basis,
its subordinates' plans have until then. The superior's own lateness climbs by itself."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.campaign import Requirement
from models.document import Document
from models.obligation import Obligation
from models.relief import Relief
from models.unit import ReportingLine, in_force_on
from workflows.calendar import WorkingCalendar, local_day
from workflows.obligations import clocks

STUDY = "study"  # the variant of plans that rest on the advisory body's


def give_time(plan: Document, now: datetime) -> int:
    """Open plans of the units directly below that are due sooner than the campaign's working days
    after this plan came into force are extended to that day, on the basis of this plan; how many.
    In the caller's transaction; done twice it gives nothing more."""
    least = plan.campaign.min_days_after_basis
    if not least or plan.in_force_from is None:
        return 0
    calendar = WorkingCalendar.of(db.session())
    due = calendar.add_working_days(local_day(plan.in_force_from), least)
    late = db.session.scalars(
        sa.select(Obligation)
        .join(Obligation.requirement)
        .where(
            Obligation.state == "open",
            Obligation.person_id.is_(None),
            Obligation.effective_due < due,
            Obligation.unit_id.in_(_below(plan, now)),
            Requirement.campaign_id == plan.campaign_id,
            Requirement.kind == "plan",
            Requirement.variant == STUDY if _of_study(plan) else Requirement.variant != STUDY,
        )
        .order_by(Obligation.unit_id, Obligation.id)
        .with_for_update(of=Obligation)
    ).all()
    for obligation in late:
        db.session.add(
            Relief(
                obligation=obligation,
                kind="extension",
                at=now,
                reason="",
                basis_document=plan,
                old_due=obligation.effective_due,
                new_due=due,
            )
        )
        old_due = obligation.effective_due
        obligation.extended_to = obligation.effective_due = due
        db.session.flush()
        clocks.restart(obligation, old_due, now, calendar)
    return len(late)


def _of_study(plan: Document) -> bool:
    """The study plans rest on the advisory body's (R03), all others on the committee's."""
    return plan.unit.is_advisory


def _below(plan: Document, now: datetime) -> sa.Select[int]:
    """Who reports directly to the plan's body, or to the one it advises."""
    return sa.select(ReportingLine.unit_id).where(
        ReportingLine.superior_id == (plan.unit.attached_to_id or plan.unit_id),
        ReportingLine.line == plan.campaign.line,
        in_force_on(ReportingLine, local_day(now)),
    )
