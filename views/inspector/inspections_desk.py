"""An inspector's desk: what is open at his commission, its next act, its dates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.inspection import Inspection
from models.person import Person
from models.task import Task
from views import present
from views.inspector.inspections_base import line
from workflows.definition import spec_of, state_of
from workflows.inspections import reaching

ENDED = ("closed", "cancelled")


def own_inspections(person: Person, now: datetime) -> tuple[list[dict[str, Any]], list[Any]]:
    """(those under way, those that are over) of the viewer's commissions, each as a line with its
    next act and by when; what is due first stands first."""
    found = reaching.carried_out(person, now)
    under_way = [i for i in found if i.state not in ENDED]
    due = _due({i.document_id for i in under_way})
    far = datetime.max.replace(tzinfo=now.tzinfo)
    under_way.sort(key=lambda i: (due.get(i.document_id) or far, i.id))
    rows = [_row(i, due.get(i.document_id), now) for i in under_way]
    return rows, [line(i) for i in found if i.state in ENDED]


def _due(ids: set[int]) -> dict[int, datetime]:
    rows = sa.select(Task.document_id, Task.due_at).where(
        Task.document_id.in_(ids), Task.closed_at.is_(None), Task.due_at.is_not(None)
    )
    return {ident: at for ident, at in db.session.execute(rows) if ident and at}


def _row(inspection: Inspection, due: datetime | None, now: datetime) -> dict[str, Any]:
    document = inspection.document
    expected = state_of(document).expects
    acts = spec_of(document.definition).actions_named(expected) if expected else []
    return {
        **line(inspection),
        "next": present.label(acts[0].label) if acts else "",
        "due": present.due(due, present.local_day(now)),
    }
