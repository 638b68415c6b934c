"""What must hold of a whole history: the trail is sound, texts stand as they were written, and from
the tables alone nobody decided on what he wrote, or twice."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from models import db
from models.document import Document, Revision
from models.queries import trail as rows_of_trail
from tests.model.compare import expect
from tests.model.history import History
from workflows.trail import verify
from workflows.trail.rebuild_stages import check_stages


def check(h: History) -> None:
    db.session.rollback()
    report = verify(db.session())
    expect(report.whole, "the trail:", report.first)
    with rows_of_trail.snapshot(db.engine) as snapshot:
        check_stages(snapshot, report)
    expect(report.whole, "what each body answered:", report.first)
    texts(h)
    separation(h)
    meetings(h)


def texts(h: History) -> None:
    """Each revision still holds what was written then."""
    for revision in db.session.scalars(sa.select(Revision)):
        text = h.w.documents[revision.document_id].texts[revision.n - 1]
        content = revision.content.get("sections", revision.content)
        blank = "1" if "sections" in revision.content else "text"
        blank = "results" if "results" in content else blank
        complete = bool(str(content[blank]).strip())
        expect(
            (complete, revision.dated_on) == (text.complete, text.dated_on),
            f"revision {revision.n} of {revision.document_id} has changed",
        )


def separation(h: History) -> None:
    """Nobody decided on his own text or twice, as himself or for another; a meeting's confirmed vote
    is not one person's decision, but who confirmed it decides no more on that revision."""
    hands = {
        (doc, person)
        for doc, person in rows(
            "select document_id, person_id from contribution "
            "union select id, author_id from document"
        )
    }
    once: set[tuple[int, int, int]] = set()
    for doc, revision, person, owner, post, action in rows(
        "select d.document_id, d.revision, d.person_id, p.person_id, d.post_id, d.action "
        "from decision d left join post p on p.id = d.post_id "
        "where d.action in ('review', 'approve', 'return') order by d.id"
    ):
        for who in {person, owner or person}:
            name = h.app.names[who]
            if post is not None:
                expect(
                    (doc, revision, who) not in once, f"{name} decided twice on {doc}/{revision}"
                )
                expect(
                    (doc, who) not in hands or joined_later(doc, who, revision),
                    f"{name} did {action} on {doc}, which he helped to write",
                )
        once |= {(doc, revision, who) for who in {person, owner or person}}


def joined_later(doc: int, person: int, revision: int) -> bool:
    """Whether his first hand in it came with a later revision than the one he decided on."""
    first = db.session.scalar(
        sa.text("select min(revision) from contribution where document_id = :d and person_id = :p"),
        {"d": doc, "p": person},
    )
    author = db.session.get_one(Document, doc).author_id
    return author != person and first is not None and first > revision


def meetings(h: History) -> None:
    """A meeting's vote was confirmed by another than who closed it, or by the scan."""
    for id, how, closed, confirmed in rows(
        "select id, confirmed_how, closed_by_id, confirmed_by_id from sitting "
        "where confirmed_at is not null"
    ):
        expect(how == "scan" or closed != confirmed, f"one person alone confirmed sitting {id}")


def rows(statement: str) -> list[Any]:
    return list(db.session.execute(sa.text(statement)))
