"""GET /inspections/{id}/questions/{n}: one of the fifteen questions, asked within an inspection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from flask import request

import clock
from models.document import Document
from models.event import AuditEvent
from models.unit import Unit
from views import present
from views.api.door import blueprint
from views.api.listing import Filters, encoded
from views.api.represent import day, instant, logins
from views.inspector.asking import load_question
from views.inspector.inspections_base import load_own
from views.loaders import viewer
from views.policy import policy
from views.words import gettext
from workflows.questions import Answer, Evidence, Question, Row, Window, inspection_scope
from workflows.questions.answer import Value
from workflows.refusal import Refused
from workflows.text import parse_date


@blueprint.get("/inspections/<id:inspection_id>/questions/<nth:n>")
@policy("inspection")
def inspection_question(inspection_id: int, n: int) -> dict[str, Any]:
    inspection, question = load_own(inspection_id), load_question(n)
    filters = Filters()
    unit, after = filters.unit(), filters.after()
    begins, ends = (_day(filters, name) for name in ("from", "to"))
    filters.check()
    widest = inspection_scope(inspection, viewer(), clock.now())
    units = frozenset({unit.id}) if unit is not None else widest.unit_ids
    scope = widest.within(units, begins, ends)
    window = Window(filters.limit, after[0] if after is not None else 0)
    return _shown(question, question.answer(scope, window))


def _day(filters: Filters, name: str) -> date | None:
    """A day as 2026-03-31, or None when not given."""
    given = request.args.get(name, "")
    if not given:
        return None
    try:
        return parse_date(given, place=name)
    except Refused as refused:
        filters.problems += refused.reasons
        return None


def _shown(question: Question, answer: Answer) -> dict[str, Any]:
    names = logins(row.person.id for row in (*answer.rows, *answer.apart) if row.person)
    return {
        "question": question.n,
        "title": gettext(question.title),
        "asks": gettext(question.asks),
        "rules": list(question.rules),
        "machine": question.machine,
        "count": answer.tally.count,
        "more": answer.tally.more,
        "looked_at": answer.looked_at,
        "note": present.sentence(answer.note) if answer.note else None,
        "items": _rows(answer.rows, names),
        "apart": _rows(answer.apart, names),
        "apart_count": answer.apart_tally.count,
        "units": [{"unit": unit.code, "count": count} for unit, count in answer.by_unit],
        "next": encoded(answer.next) if answer.next is not None else None,
    }


def _rows(rows: Iterable[Row], names: Mapping[int | None, str]) -> list[dict[str, Any]]:
    return [
        {
            "unit": row.unit.code,
            "document": row.document.id if row.document is not None else None,
            "person": names.get(row.person.id) if row.person is not None else None,
            "told": present.sentence(row.told),
            "cells": {name: _value(value) for name, value in row.cells.items()},
            "explained": [{"text": said.text, "at": instant(said.at)} for said in row.explained],
            "evidence": [_evidence(piece) for piece in row.evidence],
        }
        for row in rows
    ]


def _value(value: Value) -> str | int | None:
    """A cell: numbers as they are, days and instants in ISO 8601, units by code, the rest in
    words."""
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Unit):
        return value.code
    if isinstance(value, Document):
        return present.document_name(value)
    if value is None or isinstance(value, int):
        return value
    return str(present.value_words(value)) or None


def _evidence(piece: Evidence) -> dict[str, Any]:
    return {
        "event": _event(piece.event) if piece.event is not None else None,
        "revision": piece.revision,
        "content_hash": piece.content_hash.hex() if piece.content_hash else None,
        "rule": piece.rule,
    }


def _event(event: AuditEvent) -> dict[str, Any]:
    return {
        "unit": event.unit.code,
        "seq": event.seq,
        "at": instant(event.at),
        "action": event.action,
        "leaf_hash": event.leaf_hash.hex(),
    }
