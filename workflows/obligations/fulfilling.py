"""What meets an obligation: the event that its kind names, in time or late.

A plan, a report, a commitment: the first report of the issuing stage. A member's own report: that it
was handed in at his cell, which then is late itself if it does not hear it. A monthly review: the
confirmed minutes of a meeting held in that month which reviewed its members (R11, R12).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from models.base import db
from models.campaign import Requirement
from models.document import CLOSED, Document
from models.obligation import Obligation
from models.person import Person
from models.sitting import Sitting
from workflows import tasks
from workflows.calendar import local_day, start_of_day

MIDDAY = timedelta(hours=12)  # the hour written for what is known by its day only
HANDED_IN = "self_report"  # what a member hands in at his cell, and that is what he owes
REVIEW = "review"  # the kind of a requirement that a meeting's minutes meet


def fulfil(document: Document, now: datetime, on: date | None = None) -> None:
    """The first report of the issuing stage (R13, R14: the handing in) meets the obligation, in time
    or late: at `now`, or on the day `on` for what went up on paper."""
    obligation = document.obligation
    if obligation is None or obligation.state != "open":
        return
    meet(obligation, now if on is None else min(now, start_of_day(on) + MIDDAY), now)


def fulfil_by_minutes(sitting: Sitting, now: datetime) -> list[Obligation]:
    """The minutes of a meeting are confirmed: its body's review of that month has been held.

    Returns what it met; nothing where the meeting reviewed nobody, or the month is met already.
    """
    if not any(review.reviewed for review in sitting.reviews):
        return []
    owed = list(
        db.session.scalars(
            sa.select(Obligation)
            .join(Requirement)
            .where(
                Obligation.unit_id == sitting.unit_id,
                Obligation.state == "open",
                Requirement.kind == REVIEW,
                Requirement.period_from <= sitting.held_on,
                Requirement.period_to >= sitting.held_on,
            )
            .order_by(Obligation.id)
            .with_for_update(of=Obligation)
            .execution_options(populate_existing=True)
        )
    )
    for obligation in owed:
        meet(obligation, now, now)
    return owed


def meet(obligation: Obligation, at: datetime, now: datetime) -> None:
    """What is owed was done at the instant `at`, in time or late; nobody waits for it any more."""
    late = local_day(at) > obligation.effective_due
    obligation.state = "fulfilled_late" if late else "fulfilled"
    obligation.fulfilled_at = at
    tasks.close_for_obligation(obligation, by=None, now=now)


def begin(document: Document, *, by: Person, now: datetime) -> None:
    """A document for the obligation exists: the task to begin it is done. What waits of one that is
    met already (an answer to another superior) goes on, also while an amendment is written."""
    if document.obligation is not None and document.obligation.state == "open":
        tasks.close_for_obligation(document.obligation, by=by, now=now)


def reopen(document: Document, now: datetime) -> None:
    """The document was withdrawn or revoked: what is owed waits for somebody again, or until its day
    for the document that answers it now (the one that this amends, or that amends this)."""
    obligation = document.obligation
    if obligation is None or obligation.state != "open":
        return
    answer = live_document(obligation)
    if answer is None:
        tasks.open_obligation(obligation, now)
    else:
        tasks.wait_until_owed(answer, now)


def live_document(obligation: Obligation) -> Document | None:
    """The document that answers an obligation, unless it was withdrawn or is over."""
    return db.session.scalar(
        sa.select(Document)
        .where(Document.obligation_id == obligation.id, Document.state.not_in(CLOSED))
        .order_by(Document.id.desc())
        .limit(1)
    )
