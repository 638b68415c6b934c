"""Whether every document stands where its events put it, with its texts and its decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from models.base import table_of
from models.queries import trail as rows
from models.unit import Unit
from workflows.refusal import N_
from workflows.trail.by_document import ByDocument
from workflows.trail.parse import parse
from workflows.trail.report import Report
from workflows.trail.verify_decisions import check_decisions
from workflows.trail.verify_event import Contents
from workflows.trail.verify_standing import check_standing
from workflows.trail.verify_texts import check_revisions

UNIT = table_of(Unit)
_CODES = sa.select(UNIT.c.id, UNIT.c.code)
_DEFINITIONS = "SELECT kind, version, {text:source} AS source, hash FROM definition ORDER BY id"
REDEFINED = N_("Quy trình %(kind)s, bản %(version)s: nội dung không còn như khi công bố.")


def check_definitions(connection: sa.Connection, report: Report) -> None:
    """Adds to `report` each definition whose text is not the one that was published: events name it
    by its hash."""
    for row in rows.read(connection, _DEFINITIONS):
        if sha256(str(row.source).encode(errors="replace")).hexdigest() != row.hash:
            report.add(REDEFINED, kind=row.kind, version=row.version)


def check_documents(snapshot: rows.Snapshot, report: Report) -> Contents:
    """Adds to `report` what is wrong with each document, in the order of documents. Returns what
    was found in the contents of the logs, all of which it reads."""
    codes = {row.id: row.code for row in snapshot.connection.execute(_CODES)}
    contents = Contents(codes)
    events = ByDocument(contents.of(rows.events(snapshot)))
    revisions = ByDocument(_revisions(rows.revisions(snapshot), contents))
    decisions = ByDocument(rows.decisions(snapshot))
    for document in rows.documents(snapshot):
        report.documents += 1
        told = check_standing(document, events.of(document.id), report)
        hashes = check_revisions(document, revisions.of(document.id), told, report)
        check_decisions(document, decisions.of(document.id), told, hashes, report)
    events.of(None)
    for event in events.strangers:
        report.add(
            N_("Văn bản %(document)s có trong sổ của %(unit)s (sự kiện số %(seq)s) nhưng đã mất."),
            unit=event.unit,
            seq=event.seq,
            document=event.document,
        )
    return contents


def _revisions(
    pages: Iterable[list[tuple[Any, ...]]], counted: Contents
) -> Iterator[rows.RevisionRow]:
    """The texts with content and basis read; those that were erased are counted."""
    for page in pages:
        for row in page:
            one = rows.RevisionRow._make((*row[:3], parse(row[3]), parse(row[4]), *row[5:]))
            if one.erased is not None:
                counted.erased_texts[one.erased] += 1
            yield one
