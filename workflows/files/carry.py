"""A new text of a paper usually goes with the same tables: they are put beside it in one act."""

from __future__ import annotations

from datetime import datetime

from models.document import Document
from models.person import Person
from models.stored_file import Attachment
from workflows.files.attach import attach, attachments_of
from workflows.files.rights import may_add, may_open, require_may_add


def left_behind(document: Document, person: Person, now: datetime) -> list[Attachment]:
    """The attachments of the newest earlier revision that has some, while the newest revision has
    none and the person may add them to it. Scans show one text and stay with it."""
    if "attachment" not in may_add(document, person, now) or _of(document, document.revision):
        return []
    for n in range(document.revision - 1, 0, -1):
        if found := _of(document, n):
            return [each for each in found if may_open(each, person, now)]
    return []


def carry(document: Document, *, actor: Person, now: datetime) -> int:
    """Puts what was left behind beside the newest revision, each an event of its own; how many. In
    the caller's `transaction()`. Raises Forbidden when the person may add nothing."""
    require_may_add(document, "attachment", actor, now)
    found = left_behind(document, actor, now)
    for each in found:
        attach(document, each.file, purpose=each.purpose, name=each.name, actor=actor, now=now)
    return len(found)


def _of(document: Document, revision: int) -> list[Attachment]:
    return [a for a in attachments_of(document, revision) if a.purpose == "attachment"]
