"""Until it is confirmed, whoever typed a text may look at it again; each look is written down."""

from __future__ import annotations

from datetime import datetime

from models.document import Document, Revision
from models.person import Person
from workflows.reading import record_reading
from workflows.transcribing import awaits, capacity, entry_of


def open_typed(document: Document, person: Person, now: datetime) -> Revision | None:
    """The text that this person typed and that waits to be confirmed, his look at it written in the
    log; None for anybody else and from the confirmation on. Within `transaction()`."""
    entry = entry_of(document)
    if entry is None or entry.entered_by_id != person.id or not awaits(document, entry):
        return None
    if capacity(document.unit, document.campaign.line, person, now) is None:
        return None
    record_reading(document, person, now)
    return document.current
