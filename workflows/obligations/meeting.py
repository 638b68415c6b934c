"""What meets an obligation: the first report of the issuing stage, in time or late."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.obligation import Obligation
from models.person import Person
from workflows import tasks
from workflows.calendar import local_day, start_of_day

MIDDAY = timedelta(hours=12)  # the hour written for what is known by its day only
CLOSED = ("withdrawn", "superseded", "revoked", "archived")


def fulfil(document: Document, now: datetime, on: date | None = None) -> None:
    """The first report of the issuing stage meets the obligation, in time or late: at `now`, or on
    the day `on` for what went up on paper."""
    obligation = document.obligation
    if obligation is None or obligation.state != "open":
        return
    at = now if on is None else min(now, start_of_day(on) + MIDDAY)
    late = local_day(at) > obligation.effective_due
    obligation.state = "fulfilled_late" if late else "fulfilled"
    obligation.fulfilled_at = at
    tasks.close_for_obligation(obligation, by=None, now=now)


def begin(document: Document, *, by: Person, now: datetime) -> None:
    """A document for the obligation exists: the task to begin it is done."""
    if document.obligation is not None:
        tasks.close_for_obligation(document.obligation, by=by, now=now)


def reopen(document: Document, now: datetime) -> None:
    """The document was withdrawn or revoked: what is owed waits for somebody again, unless another
    document answers it (the one that this amends, or that amends this)."""
    obligation = document.obligation
    if obligation is None or obligation.state != "open":
        return
    if live_document(obligation) is None:
        tasks.open_obligation(obligation, now)


def live_document(obligation: Obligation) -> Document | None:
    """The document that answers an obligation, unless it was withdrawn or is over."""
    return db.session.scalar(
        sa.select(Document)
        .where(Document.obligation_id == obligation.id, Document.state.not_in(CLOSED))
        .order_by(Document.id.desc())
        .limit(1)
    )
