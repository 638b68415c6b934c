"""What the page of a document says of the copies that other superiors got."""

from __future__ import annotations

from typing import Any

from flask import g

import clock
from models.document import Document
from models.person import Person
from views import present
from workflows import copies
from workflows.scope import has_a_say, officer_unit_ids


def panel(document: Document, person: Person) -> dict[str, Any] | None:
    """What the page of a document says of its copies; None where none goes out, or for who takes no
    part in it."""
    now, found = clock.now(), copies.copies_of(document)
    mine = copies.my_copy(document, person, now)
    issuer = document.unit_id in officer_unit_ids(person, now)
    if not found or not (mine or issuer):
        return None
    asked = copies.open_request(document) is not None
    units = {stage.position: present.unit_name(stage.unit) for stage in document.stages}
    return {
        "units": ", ".join(units[stage.position] for stage in found),
        "said": [
            {
                "who": comment.person.full_name,
                "unit": units[comment.stage],
                "when": present.instant(comment.at),
                "text": comment.text,
            }
            for comment in copies.said_of(document)
        ],
        "may_receive": mine is not None and mine.received_at is None,
        "may_request": mine is not None and not asked and has_a_say(mine.unit, person, now),
        "may_answer": issuer and asked,
        "typed": g.get("copy_typed", ""),
        "problem": g.get("copy_problem", ""),
    }
