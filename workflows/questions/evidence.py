"""Reading what shows an answer, for many papers at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload, undefer

from models.base import db
from models.document import Basis, Document, Revision
from models.event import AuditEvent
from models.kinds import PERSONAL
from models.recorded import Finding
from workflows.questions.answer import Evidence, Explained


def papers(ids: Iterable[int], *options: object) -> dict[int, Document]:
    """Documents by id with their units and authors."""
    query = (
        sa.select(Document)
        .where(Document.id.in_(sorted(set(ids))))
        .options(joinedload(Document.unit), joinedload(Document.author), *options)  # type: ignore[arg-type]
    )
    return {document.id: document for document in db.session.scalars(query)}


def revisions(
    pairs: Iterable[tuple[int, int]], *, texts: bool = False
) -> dict[tuple[int, int], Revision]:
    """Revisions by document and number, with what they rest on; their contents only with `texts`,
    and asking for one otherwise is an error."""
    wanted = sorted(set(pairs))
    query = (
        sa.select(Revision)
        .where(sa.tuple_(Revision.document_id, Revision.n).in_(wanted))
        .options(
            joinedload(Revision.bases).joinedload(Basis.document).joinedload(Document.unit),
            undefer(Revision.content) if texts else defer(Revision.content, raiseload=True),
        )
    )
    found: Iterable[Revision] = db.session.scalars(query).unique() if wanted else []
    return {(revision.document_id, revision.n): revision for revision in found}


def events(ids: Iterable[int], actions: Sequence[str]) -> dict[int, list[AuditEvent]]:
    """By document, what these acts left in the logs, oldest first."""
    query = (
        sa.select(AuditEvent)
        .where(AuditEvent.document_id.in_(sorted(set(ids))), AuditEvent.action.in_(actions))
        .options(joinedload(AuditEvent.unit), joinedload(AuditEvent.payload))
        .order_by(AuditEvent.id)
    )
    found: dict[int, list[AuditEvent]] = {}
    for event in db.session.scalars(query):
        assert event.document_id is not None
        found.setdefault(event.document_id, []).append(event)
    return found


def as_evidence(
    told: Iterable[AuditEvent], *, rule: str | None = None, revision: Revision | None = None
) -> tuple[Evidence, ...]:
    """Events one by one; then the text with its hash, and the rule."""
    shown = [Evidence(event=event) for event in told]
    if revision is not None:
        shown.append(Evidence(revision=revision.n, content_hash=revision.content_hash))
    if rule is not None:
        shown.append(Evidence(rule=rule))
    return tuple(shown)


def explanations(ids: Iterable[int], rule: str) -> dict[int, tuple[Explained, ...]]:
    """By document, what its unit said to what this rule has against it; never of a person's own."""
    rows = db.session.scalars(
        sa.select(Finding)
        .join(Finding.document)
        .where(
            Finding.document_id.in_(sorted(set(ids))),
            Finding.rule == rule,
            Finding.explanation.is_not(None),
            Document.kind.not_in(PERSONAL),
        )
        .order_by(Finding.id)
    )
    found: dict[int, tuple[Explained, ...]] = {}
    for row in rows:
        said = Explained(row.explanation or "", row.explained_at)
        found[row.document_id] = (*found.get(row.document_id, ()), said)
    return found
