"""Many papers confirmed in one go: one act a paper, plans before what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import sqlalchemy as sa

from models.base import db, transaction
from models.document import Document
from models.person import Person
from models.recorded import RecordedPaper
from models.unit import Level, Unit
from workflows import authority, engine
from workflows.definition import spec_of
from workflows.refusal import Reason, WorkflowError

KINDS = {"plan": 0, "commitment": 1, "report": 2}


def confirm(
    seen: Mapping[int, tuple[int, int]], *, actor: Person, now: Callable[[], datetime]
) -> tuple[list[int], dict[int, list[Reason]]]:
    """Confirm these documents, each in a transaction of its own with the revision and version that
    the actor saw. Returns the ids done, and for each other one why not.

    Plans come first, from the top down and by their printed day: what rests on a plan finds it.
    """
    done: list[int] = []
    refused: dict[int, list[Reason]] = {}
    for ident in in_order(seen):
        revision, version = seen[ident]
        try:
            with transaction():
                engine.perform(
                    db.session.get_one(Document, ident),
                    "confirm",
                    actor=actor,
                    now=now(),
                    revision=revision,
                    version=version,
                )
        except WorkflowError as no:
            refused[ident] = no.reasons
        else:
            done.append(ident)
    return done, refused


def obstacles(document: Document, person: Person, now: datetime) -> list[Reason]:
    """Why this person may not confirm this paper now; nothing when he may."""
    for spec in spec_of(document.definition).actions_named("confirm"):
        if not authority.applicable(document, spec):
            continue
        try:
            held = authority.capacity(document, spec, person, now)
        except WorkflowError as no:
            return no.reasons
        return engine.refusals(document, spec, held, now)
    return []


def in_order(ids: Mapping[int, object] | set[int]) -> list[int]:
    """These documents in the order in which their confirmations see each other."""
    rows = db.session.execute(
        sa.select(Document.id, Document.kind, Level.rank, RecordedPaper.dated_on)
        .join(RecordedPaper, RecordedPaper.document_id == Document.id)
        .join(Unit, Unit.id == Document.unit_id)
        .join(Level, Level.id == Unit.level_id)
        .where(Document.id.in_(list(ids)))
    )
    ordered = sorted(rows, key=lambda r: (KINDS[r.kind], -r.rank, str(r.dated_on or ""), r.id))
    return [row.id for row in ordered]
