"""What the rules have against a signed paper, as JSON: kept once it is confirmed, foreseen before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.document import Document
from models.person import Person
from views import present
from workflows.act import Capacity
from workflows.conditions import awaits_confirmation
from workflows.recorded import findings, found, papers
from workflows.scope import readable_revisions


def on_paper(document: Document, person: Person, now: datetime) -> list[dict[str, Any]]:
    """The findings against a recorded paper that this person may read."""
    paper = papers.paper_of(document)
    if paper is not None and awaits_confirmation(document):
        held = Capacity(person, document.unit, "system")
        reasons = found.reasons_against(document, papers.printed_of(paper), by=held, now=now)
        return [
            {"rule": reason.rule, "level": "warn", "detail": present.sentence(reason)}
            for reason in reasons
        ]
    kept = findings.of(document)
    readable = readable_revisions(document, person, now) if kept else set()
    return [
        {
            "rule": one.rule,
            "level": "warn",
            "detail": present.sentence(findings.as_reason(one)),
            "id": one.id,
            "explanation": one.explanation,
            "explained_at": present.local(one.explained_at).isoformat()
            if one.explained_at
            else None,
        }
        for one in kept
        if one.revision in readable
    ]
