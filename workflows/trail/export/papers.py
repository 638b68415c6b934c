"""Documents as an export holds them: the state of each, the texts of plans and reports with the salt of
their hash, and their prints. Of one person's own papers only the state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.document import Document, Revision
from models.queries.chunks import cut
from workflows import prints
from workflows.inspections import covers
from workflows.trail.export.files import whole, write_bytes
from workflows.trail.export.plan import Plan
from workflows.trail.export.shown import PAPERS
from workflows.trail.export.wanted import Wanted

TOGETHER = 200  # documents whose texts are asked for at once
COLUMNS = (
    "document", "version", "state", "stage", "revision", "in_force", "dated_on", "kind", "unit",
)  # fmt: skip


def exported_papers(wanted: Wanted, plan: Plan) -> list[tuple[Document, int]]:
    """The plans and reports whose texts leave, each with the number of its newest text by the plan;
    of an inspection only what it covers."""
    newest = {row[0]: row[4] for row in plan.standings if row[7] in PAPERS}
    units = [unit.id for unit in wanted.units]
    rows = db.session.scalars(
        sa.select(Document)
        .where(Document.unit_id.in_(units), Document.kind.in_(PAPERS))
        .order_by(Document.id)
    )
    inspection = wanted.inspection
    return [
        (document, newest[document.id])
        for document in rows
        if document.id in newest and (inspection is None or covers(inspection, document))
    ]


def write_standings(path: Path, plan: Plan) -> None:
    """Where each document stands by its events, so that whoever verifies can fold them again."""
    with whole(path) as draft, draft.open("w", encoding="utf-8") as file:
        for row in plan.standings:
            file.write(json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) + "\n")


def write_texts(path: Path, papers: list[tuple[Document, int]]) -> None:
    """Every text of these documents with its salt; of an erased one its hash."""
    newest = {document.id: n for document, n in papers}
    ids = sorted(newest)
    with whole(path) as draft, draft.open("w", encoding="utf-8") as file:
        for some in cut(ids, TOGETHER):
            rows = db.session.scalars(
                sa.select(Revision)
                .where(Revision.document_id.in_(some))
                .order_by(Revision.document_id, Revision.n)
            )
            for revision in rows:
                if revision.n <= newest[revision.document_id]:
                    file.write(json.dumps(_text(revision), ensure_ascii=False) + "\n")


def write_print(path: Path, document: Document, n: int) -> None:
    """The text number `n` as PDF."""
    revision = document.revisions[n - 1]
    write_bytes(path, prints.pdf(document.kind, prints.document_data(document, revision)))


def print_name(document: Document) -> str:
    """Where the print of a document lies in the bundle."""
    return f"documents/{document.id}-{document.kind}.pdf"


def _text(revision: Revision) -> dict[str, Any]:
    told: dict[str, Any] = {
        "document": revision.document_id,
        "n": revision.n,
        "hash": revision.content_hash.hex(),
    }
    if revision.erased_at is not None or revision.salt is None:
        return told | {"erased": True}
    return told | {
        "title": revision.title,
        "content": revision.content,
        "basis": revision.basis,
        "dated_on": revision.dated_on and revision.dated_on.isoformat(),
        "salt": revision.salt.hex(),
    }
