"""An answer as a page, a table or a file shows it: values as words, events as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

import clock
from models.document import Document
from models.dossier import InspectionFinding
from models.event import AuditEvent
from models.inspection import Inspection
from models.kinds import PERSONAL
from views import present
from views.compare import field_words, shown_part
from views.inspector.pages import reach
from views.loaders import viewer, visible_ids
from workflows.compare import compare
from workflows.dossier import findings
from workflows.history import told_of
from workflows.questions import Answer, Beside, Evidence, Question, Row, Side
from workflows.questions.answer import Value

PIECE = 4  # letters of a hash shown in one group


def count_words(answer: Answer) -> str:
    """“12”, or “hơn 10.000”."""
    figure = present.figure(answer.tally.count)
    return gettext("hơn %(n)s", n=figure) if answer.tally.more else figure


def text_of(value: Value) -> Any:
    """A value as words; numbers and days stay what they are, for a spreadsheet."""
    if isinstance(value, Document):
        return present.document_name(value)
    if isinstance(value, date) and not hasattr(value, "hour"):
        return value
    return present.value_words(value)


def shown(
    answer: Answer, question: Question, inspection: Inspection | None = None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows for the template, and those shown apart. Within an inspection with what its team has
    noted to each."""
    rows = [*answer.rows, *answer.apart]
    events = [e.event for row in rows for e in row.evidence if e.event is not None]
    lines = present.story(told_of(events))
    told = {event.id: line for event, line in zip(events, lines, strict=True)}
    named = [value for row in rows for value in _values(row) if isinstance(value, Document)]
    opens = visible_ids(paper.id for paper in named if paper.kind not in PERSONAL)
    words = _Words(question, opens, told, inspection)
    made = [words.row(row) for row in rows]
    return made[: len(answer.rows)], made[len(answer.rows) :]


def _values(row: Row) -> Iterator[Value]:
    """Everything that a row says."""
    yield row.document
    yield from row.cells.values()
    for side in (row.beside.left, row.beside.right) if row.beside else ():
        yield side.head
        yield from side.lines


class _Words:
    """Puts rows into words. `opens`: papers that the viewer may open; `told`: events by id."""

    def __init__(
        self,
        question: Question,
        opens: set[int],
        told: dict[int, dict[str, Any]],
        inspection: Inspection | None,
    ):
        self.question, self.opens, self.told = question, opens, told
        self.reach = reach()  # of other units the log is not the viewer's
        found = findings.shown(inspection, viewer(), clock.now()) if inspection else []
        self.noted = [one for one in found if one.question == question.n]

    def row(self, row: Row) -> dict[str, Any]:
        return {
            "unit": row.unit,
            "name": present.unit_name(row.unit),
            "told": present.sentence(row.told),
            "fine": row.fine,
            "noted": [_noted(one) for one in self.noted if _is_about(one, row)],
            "cells": [
                {"words": column.words, **self.value(row.cells.get(column.name))}
                for column in self.question.columns
            ],
            "evidence": [self.evidence(piece) for piece in row.evidence if _is_trace(piece)],
            "rules": [piece.rule for piece in row.evidence if piece.rule],
            "beside": self.beside(row.beside, row) if row.beside else None,
            "explained": [
                {
                    "text": said.text,
                    "when": present.instant(said.at),
                    "by": present.sentence(said.by)
                    if said.by
                    else gettext("Giải trình của đơn vị"),
                }
                for said in row.explained
            ],
        }

    def paper(self, document: Document) -> dict[str, Any]:
        """A paper by its name; with a link where the viewer may open it, which is never a
        person's."""
        opens = document.id in self.opens
        return {
            "text": _whole_number(present.document_name(document), document.number),
            "url": url_for("document.page", document_id=document.id) if opens else "",
            "number": False,
        }

    def value(self, value: Value) -> dict[str, Any]:
        if isinstance(value, Document):
            return self.paper(value)
        if isinstance(value, int):
            return {"text": present.figure(value).replace("-", "−"), "url": "", "number": True}
        words = str(present.value_words(value))
        return {
            "text": _whole_number(words, words if " " not in words else None),
            "url": "",
            "number": False,
        }

    def evidence(self, piece: Evidence) -> dict[str, Any]:
        if piece.event is None:
            return {
                "text": gettext("Văn bản, bản lần %(n)s", n=piece.revision),
                "when": "",
                "iso": "",
                "mark": "",
                "url": "",
                "hash": hash_words(piece.content_hash),
            }
        event, line = piece.event, self.told[piece.event.id]
        return {
            **{name: line[name] for name in ("text", "when", "iso")},
            "mark": event_mark(event),
            "url": url_for("inspector.log", code=event.unit.code, after=event.seq + 1)
            if event.unit_id in self.reach
            else "",
            "hash": hash_words(event.leaf_hash),
        }

    def beside(self, beside: Beside, row: Row) -> dict[str, Any]:
        parts = []
        if beside.texts is not None and row.document is not None:
            words = field_words(row.document)
            changed = [part for part in compare(*beside.texts) if part.changed]
            parts = [shown_part(part, words) for part in changed]
        return {
            "sides": [self.side(beside.left), self.side(beside.right)],
            "gap": present.sentence(beside.gap) if beside.gap else "",
            "parts": parts,
            "compared": beside.texts is not None,
        }

    def side(self, side: Side) -> dict[str, Any]:
        return {
            "of": present.sentence(side.of),
            "head": self.value(side.head),
            "note": str(present.value_words(side.head_note)),
            "lines": [self.value(line) for line in side.lines if line not in (None, "")],
            "off": side.off,
            "short": present.short_day(side.head) if isinstance(side.head, date) else "",
        }


def _noted(found: InspectionFinding) -> dict[str, Any]:
    """A finding of the team to a row; the unit's answer stands first."""
    return {
        "n": found.n,
        "text": found.text,
        "answer": found.answer or "",
        "when": present.instant(found.answered_at) if found.answered_at else "",
    }


def _is_about(found: InspectionFinding, row: Row) -> bool:
    if found.document_id is not None and row.document is not None:
        return found.document_id == row.document.id
    return found.unit_id == row.unit.id and (found.document_id is None or row.document is None)


def _whole_number(name: str, number: str | None) -> str:
    """The name of a paper, in which its number never breaks."""
    if not number or number not in name:
        return name
    before, _, after = name.partition(number)
    return Markup('{}<span class="nowrap">{}</span>{}').format(before, number, after)


def _is_trace(piece: Evidence) -> bool:
    return piece.event is not None or piece.revision is not None


def grid_of(answer: Answer) -> dict[str, Any] | None:
    """The grid beside an answer, in words."""
    if answer.grid is None:
        return None
    return {
        "heads": answer.grid.heads,
        "rows": [
            (
                present.unit_name(unit),
                [
                    {"words": present.sentence(cell.told), "fine": cell.fine} if cell else None
                    for cell in cells
                ],
            )
            for unit, cells in answer.grid.rows
        ],
    }


def event_mark(event: AuditEvent) -> str:
    """“B2-0041”: the unit's code and the place in its log."""
    return f"{event.unit.code}-{event.seq:04}"


def hash_words(digest: bytes | None) -> str:
    """The beginning and the end of a hash, in groups of four."""
    if not digest:
        return ""
    spelt = digest.hex()
    return f"{spelt[:PIECE]} {spelt[PIECE : 2 * PIECE]} … {spelt[-PIECE:]}"
