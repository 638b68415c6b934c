"""A line of the register in words: what it is, what to look at twice."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field

from flask import url_for

from views import present
from workflows.register.lines import Line
from workflows.register.remarks import remarks


@dataclass
class Row:
    """`notes` are the flags as sentences; `url` is empty where the viewer may not open the
    paper."""

    id: int
    symbol: str
    day: str
    subject: str
    url: str
    state: tuple[str, str, str] | None
    given: str
    voided: str  # why, when the number is voided
    may_void: bool
    notes: list[str] = field(default_factory=list)
    sent_to: str = ""


def row_of(line: Line, seen: Set[int], met: Set[int] = frozenset()) -> Row:
    """One line as it is shown to somebody who may open the documents `seen` and the meetings
    `met`."""
    entry, document = line.entry, line.entry.document
    opens = document is not None and document.id in seen
    stages = document.stages if document is not None else []
    return Row(
        id=entry.id,
        symbol=entry.symbol,
        day=present.day(entry.dated_on),
        subject=entry.subject,
        url=_address(line, opens, entry.sitting_id in met),
        state=present.state_badge(document) if document is not None and opens else None,
        given=present.instant(entry.given_at),
        voided=entry.void_reason or "" if entry.voided_at else "",
        may_void=entry.document_id is None and entry.sitting_id is None and not entry.voided_at,
        notes=notes_of(line),
        sent_to=present.body_name(stages[1].unit) if len(stages) > 1 else "",
    )


def _address(line: Line, opens: bool, met: bool) -> str:
    if met:
        return url_for("sitting.page", sitting_id=line.entry.sitting_id)
    return url_for("document.page", document_id=line.entry.document_id) if opens else ""


def notes_of(line: Line) -> list[str]:
    """What is worth a second look, in the viewer's language."""
    return [present.sentence(remark) for remark in remarks(line)]
