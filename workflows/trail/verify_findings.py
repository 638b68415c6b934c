"""Whether findings of inspections, their answers and what conclusions require still say what their events
say. What an erasure took from an event is not asked for."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import sqlalchemy as sa

from models.base import table_of
from models.dossier import ConclusionRequirement, InspectionFinding
from models.inspection import Inspection
from workflows.refusal import N_
from workflows.trail.report import Report

INSPECTION, FINDING, REQUIREMENT = map(
    table_of, (Inspection, InspectionFinding, ConclusionRequirement)
)
WORDS = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: %(what)s của cuộc kiểm tra (văn bản %(document)s) "
    "không còn như sự kiện ấy ghi."
)
NAMES = {"finding": N_("phát hiện"), "conclusion": N_("yêu cầu của kết luận")}
UNTOLD = N_("Cuộc kiểm tra (văn bản %(document)s) có %(what)s số %(n)s mà không sổ nào ghi.")
UNKNOWN = object()  # what events of before do not state


class Told(NamedTuple):
    """An event about an inspection; `said` are the texts of its payload that are still there."""

    unit: str
    seq: int
    action: str
    leaf: dict[str, Any]
    said: dict[str, Any]


def check_findings(connection: sa.Connection, told: dict[int, list[Told]], report: Report) -> None:
    """Adds to `report` what is not as the events about it (by document, in order) say."""
    rows: dict[tuple[str, int], Any] = {}
    for key, table in (("finding", FINDING), ("conclusion", REQUIREMENT)):
        columns = [table.c.id, table.c.n, table.c.text, INSPECTION.c.document_id]
        if key == "finding":
            columns.append(table.c.answer)
        found = sa.select(*columns).outerjoin(INSPECTION, INSPECTION.c.id == table.c.inspection_id)
        rows |= {(key, row.id): row for row in connection.execute(found)}
    standing: dict[tuple[str, int], dict[str, tuple[Any, Told, int]]] = defaultdict(dict)
    for document, events in told.items():
        for event in events:
            for key in NAMES:
                if type(ident := event.leaf.get(key)) is int:
                    _fold(standing[key, ident], event, document)
    for at, words in standing.items():
        row = rows.pop(at, None)
        for column, (said, event, document) in words.items():
            if said is UNKNOWN or (row is not None and getattr(row, column) == said):
                continue
            report.add(
                WORDS,
                unit=event.unit,
                seq=event.seq,
                document=document,
                what=NAMES[at[0]],
            )
            break
    for (key, _), row in rows.items():
        report.add(UNTOLD, document=row.document_id, what=NAMES[key], n=row.n)


def _fold(words: dict[str, tuple[Any, Told, int]], event: Told, document: int) -> None:
    """What the columns of a row say after this event."""
    said = event.said.get("text", UNKNOWN)
    if event.action in (
        "finding_noted",
        "finding_changed",
        "requirement_set",
        "requirement_changed",
    ):
        words["text"] = said, event, document
    elif event.action == "finding_answered":
        words["answer"] = said, event, document
    elif event.action == "requirement_dropped":
        words.clear()
