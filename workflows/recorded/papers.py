"""What a signed paper says of itself, between the table and `workflows.act.Printed`."""

from __future__ import annotations

from datetime import datetime

from models.base import db
from models.document import Document
from models.person import Person
from models.recorded import RecordedPaper
from workflows.act import Printed, Votes


def paper_of(document: Document) -> RecordedPaper | None:
    """The row of a recorded paper; None for what was written here."""
    return db.session.get(RecordedPaper, document.id) if document.recorded else None


def keep(document: Document, printed: Printed, *, by: Person, now: datetime) -> RecordedPaper:
    """Write down what stands on the paper, entered by `by`; also over what was entered before."""
    paper = paper_of(document) or RecordedPaper(document_id=document.id)
    paper.entered_by, paper.entered_at = by, now
    paper.signed_by, paper.signed_as = printed.signed_by, printed.signed_as
    paper.number, paper.dated_on, paper.minutes = printed.number, printed.dated_on, printed.minutes
    votes = printed.votes
    paper.votes_present = votes.present if votes else None
    paper.votes_for = votes.in_favour if votes else None
    paper.votes_against = votes.against if votes else None
    paper.reported_on, paper.via = printed.reported_on, printed.via
    paper.received_on = printed.received_on
    db.session.add(paper)
    db.session.flush()
    return paper


def printed_of(paper: RecordedPaper) -> Printed:
    """What stands on the paper, as guards and effects take it."""
    votes = None
    if paper.votes_present is not None:
        votes = Votes(paper.votes_present, paper.votes_for or 0, paper.votes_against or 0)
    return Printed(
        signed_by=paper.signed_by,
        signed_as=paper.signed_as,
        number=paper.number,
        dated_on=paper.dated_on,
        minutes=paper.minutes,
        votes=votes,
        reported_on=paper.reported_on,
        via=paper.via,
        received_on=paper.received_on,
    )
