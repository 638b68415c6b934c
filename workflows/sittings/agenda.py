"""The agenda: what waits for the meeting, in the order in which it must be decided."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.person import Person
from models.sitting import AgendaItem, Sitting
from models.unit import Unit
from workflows.calendar import local_day
from workflows.definition import spec_of
from workflows.rules.sitting import has_committee
from workflows.sittings.presiding import preside
from workflows.sittings.who import capacity, held

# A commitment rests on the cell's plan (R02), so plans come first.
ORDER = ("plan", "commitment", "self_report", "report")


def waiting(unit: Unit, now: datetime) -> list[Document]:
    """What the meeting of a body can decide now: plans, then what persons wrote for
    themselves by name, then reports."""
    ready = ("reviewed",) if has_committee(unit.id, local_day(now), now) else WAITS
    return [d for d in _undecided(unit) if d.state in ready]


def awaits_meeting(document: Document, now: datetime) -> bool:
    """Whether the meeting of its issuer can decide this document now."""
    if document.stage or not document.unit.meets or document.state not in WAITS:
        return False
    if not any(action.by_meeting for action in spec_of(document.definition).actions):
        return False
    reviewed = document.state == "reviewed"
    return reviewed or not has_committee(document.unit_id, local_day(now), now)


def not_ready(unit: Unit, now: datetime) -> list[Document]:
    """What waits for the committee's opinion before the meeting may decide it."""
    if not has_committee(unit.id, local_day(now), now):
        return []
    return [d for d in _undecided(unit) if d.state == "submitted"]


WAITS = ("submitted", "reviewed")


def _undecided(unit: Unit) -> list[Document]:
    found = db.session.scalars(
        sa.select(Document)
        .join(Person, Document.author_id == Person.id)
        .where(Document.unit_id == unit.id, Document.stage == 0, Document.state.in_(WAITS))
        .order_by(Person.sort_key, Document.id)
    )
    decidable = [d for d in found if any(a.by_meeting for a in spec_of(d.definition).actions)]
    return sorted(decidable, key=lambda d: ORDER.index(d.kind))


def refresh(sitting: Sitting, *, actor: Person, now: datetime) -> int:
    """Bring the agenda up to what waits now; returns how many items came or changed.

    What was decided stays; a paper that has a new text since, or no longer waits, comes anew or
    goes. Raises Stale once the sitting is closed, Forbidden.
    """
    capacity(sitting.unit, actor, now)
    sitting = held(sitting, ("open",))
    changed = fill(sitting, now)
    sitting.saved_at = now
    return changed


def fill(sitting: Sitting, now: datetime) -> int:
    """As `refresh`, for a sitting that is held already."""
    ready = {document.id: document for document in waiting(sitting.unit, now)}
    known = {item.document_id: item for item in sitting.items}
    changed = 0
    for document_id, item in known.items():
        document = ready.get(document_id)
        if document is None:
            sitting.items.remove(item)
            db.session.delete(item)
            changed += 1
        elif document.revision != item.revision:
            _anew(item, document)
            changed += 1
    for document in ready.values():
        if document.id not in known:
            item = AgendaItem(document=document, revision=document.revision, position=0)
            sitting.items.append(item)
            preside(item, sitting)
            changed += 1
    order = list(ready)
    for item in sitting.items:
        item.position = order.index(item.document.id)
    db.session.flush()
    return changed


def _anew(item: AgendaItem, document: Document) -> None:
    item.revision, item.decision = document.revision, ""
    item.reason = item.reason_code = item.votes_for = item.votes_against = None
