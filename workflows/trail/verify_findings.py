"""Whether findings of inspections, their answers and what conclusions require still say what their events
say. What an erasure took from an event is not asked for."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import sqlalchemy as sa

from models.base import as_texts, table_of
from models.dossier import ConclusionRequirement, InspectionFinding
from models.event import AuditEvent
from models.inspection import Inspection
from models.unit import Unit
from workflows.refusal import N_
from workflows.trail.report import Report

INSPECTION, FINDING, REQUIREMENT, EVENT, UNIT = map(
    table_of, (Inspection, InspectionFinding, ConclusionRequirement, AuditEvent, Unit)
)
WORDS = N_(
    "Sự kiện số %(seq)s trong sổ của %(unit)s: %(what)s của cuộc kiểm tra (văn bản %(document)s) "
    "không còn như sự kiện ấy ghi."
)
NAMES = {"finding": N_("phát hiện"), "conclusion": N_("yêu cầu của kết luận")}
UNTOLD = N_("Cuộc kiểm tra (văn bản %(document)s) có %(what)s số %(n)s mà không sổ nào ghi.")
UNKNOWN = object()  # what events of before do not state

_OF = UNIT.alias()
_ROWS = {
    "finding": sa.select(
        FINDING.c.id,
        FINDING.c.n,
        FINDING.c.text,
        FINDING.c.answer,
        FINDING.c.question,
        FINDING.c.document_id.label("of_document"),
        FINDING.c.revision,
        FINDING.c.withdrawn_at.is_not(None).label("withdrawn"),
        UNIT.c.code.label("of_unit"),
        _OF.c.code.label("event_unit"),
        EVENT.c.seq.label("event_seq"),
        INSPECTION.c.document_id,
    )
    .outerjoin(EVENT, EVENT.c.id == FINDING.c.event_id)
    .outerjoin(_OF, _OF.c.id == EVENT.c.unit_id)
    .outerjoin(INSPECTION, INSPECTION.c.id == FINDING.c.inspection_id)
    .outerjoin(UNIT, UNIT.c.id == FINDING.c.unit_id),
    "conclusion": sa.select(
        REQUIREMENT.c.id,
        REQUIREMENT.c.n,
        REQUIREMENT.c.text,
        REQUIREMENT.c.obligation_id.label("obligation"),
        *as_texts(REQUIREMENT.c.due_on),
        UNIT.c.code.label("of_unit"),
        INSPECTION.c.document_id,
    )
    .outerjoin(INSPECTION, INSPECTION.c.id == REQUIREMENT.c.inspection_id)
    .outerjoin(UNIT, UNIT.c.id == REQUIREMENT.c.unit_id),
}
# What an act states of a row beside its words, by the names of both.
TIED = {
    "finding_noted": {
        name: name
        for name in (
            "of_unit", "question", "of_document", "revision", "event_unit", "event_seq",
        )
    },
    "requirement_set": {"of_unit": "of_unit", "due_on": "due"},
    "conclusion_reported": {"obligation": "obligation"},
}  # fmt: skip
TIED["requirement_changed"] = TIED["requirement_announced"] = TIED["requirement_set"]
TEXT = {
    "finding_noted": "text",
    "finding_changed": "text",
    "finding_answered": "answer",
    "requirement_set": "text",
    "requirement_changed": "text",
}


class Told(NamedTuple):
    """An event about an inspection; `said` are the texts of its payload that are still there."""

    unit: str
    seq: int
    action: str
    leaf: dict[str, Any]
    said: dict[str, Any]


def check_findings(connection: sa.Connection, told: dict[int, list[Told]], report: Report) -> None:
    """Adds to `report` what is not as the events about it (by document, in order) say."""
    rows = {(key, row.id): row for key in _ROWS for row in connection.execute(_ROWS[key])}
    standing: dict[tuple[str, int], dict[str, tuple[Any, Told, int]]] = defaultdict(dict)
    for document, events in told.items():
        for event in events:
            for key in NAMES:
                if type(ident := event.leaf.get(key)) is int:
                    _fold(standing[key, ident], event, document)
    for at, stated in standing.items():
        row = rows.pop(at, None)
        for column, (said, event, document) in stated.items():
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


def _fold(stated: dict[str, tuple[Any, Told, int]], event: Told, document: int) -> None:
    """What the columns of a row say after this event."""
    if column := TEXT.get(event.action):
        stated[column] = event.said.get("text", UNKNOWN), event, document
    for column, fact in TIED.get(event.action, {}).items():
        stated[column] = event.leaf.get(fact), event, document
    if event.action in ("finding_noted", "finding_withdrawn"):
        stated["withdrawn"] = event.action == "finding_withdrawn", event, document
    elif event.action == "requirement_dropped":
        stated.clear()
