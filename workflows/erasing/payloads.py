"""The payloads of events in which words stand that were said of one person's own papers, or of what he
owes, in events that are not those papers' own: by whom and when stays."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.deadline import Deadline, Escalation, EscalationAnswer, LatenessReason
from models.dossier import InspectionFinding
from models.event import AuditEvent, EventPayload
from models.inspection import Inspection
from models.obligation import Obligation
from workflows.erasing.words import findings_on, tasks_of

SAID = frozenset(("reason", "ground", "basis", "note", "text"))  # the fields that hold such words
GRANTED = ("obligation_waived", "obligation_extended")
FOUND = ("finding_noted", "finding_changed", "finding_answered")

_ROWS = sa.select(EventPayload, AuditEvent.leaf).join(EventPayload.event)


def own_events(document_ids: Collection[int]) -> sa.Select[Any]:
    """The ids of the events of these papers."""
    return sa.select(AuditEvent.id).where(AuditEvent.document_id.in_(document_ids))


def said_elsewhere(
    session: Session, document_ids: Collection[int], obligation_ids: Collection[int]
) -> list[EventPayload]:
    """The payloads, not of these papers' own events, that still hold such words."""
    own = set(session.scalars(own_events(document_ids)))
    found = {
        payload.event_id: payload
        for part in (
            _granted(session, obligation_ids),
            _late(session, document_ids, obligation_ids),
            _found(session, document_ids),
        )
        for payload in part
        if payload.event_id not in own and SAID & payload.fields.keys()
    }
    return list(found.values())


def empty(payloads: Collection[EventPayload], at: datetime) -> None:
    """Takes the words out of these payloads; who acted and whom it was about stay."""
    for payload in payloads:
        payload.fields = {name: kept for name, kept in payload.fields.items() if name not in SAID}
        payload.erased_at = at


def _granted(session: Session, obligation_ids: Collection[int]) -> Iterator[EventPayload]:
    """Why a person was excused, or given longer."""
    persons = sa.select(Obligation.person_id).where(Obligation.id.in_(obligation_ids))
    rows = _ROWS.where(EventPayload.about_id.in_(persons), AuditEvent.action.in_(GRANTED))
    return _of(session, rows, "obligation", obligation_ids)


def _late(
    session: Session, document_ids: Collection[int], obligation_ids: Collection[int]
) -> Iterator[EventPayload]:
    """Why a body was late with them, as often as it said so, and what was answered."""
    tasks = tasks_of(document_ids, obligation_ids)
    rungs = set(session.scalars(sa.select(Escalation.id).where(Escalation.task_id.in_(tasks))))
    answers = sa.select(EscalationAnswer.event_id).where(EscalationAnswer.escalation_id.in_(rungs))
    yield from session.scalars(sa.select(EventPayload).where(EventPayload.event_id.in_(answers)))
    since = session.scalar(sa.select(sa.func.min(Escalation.at)).where(Escalation.id.in_(rungs)))
    late = sa.select(Deadline.id).where(Deadline.task_id.in_(tasks))
    until = session.scalar(
        sa.select(sa.func.max(LatenessReason.at)).where(LatenessReason.deadline_id.in_(late))
    )
    if since is not None and until is not None:
        rows = _ROWS.where(
            AuditEvent.action == "reason_stated", AuditEvent.at.between(since, until)
        )
        yield from _of(session, rows, "escalation", rungs)


def _found(session: Session, document_ids: Collection[int]) -> Iterator[EventPayload]:
    """What an inspection found in them, and what was answered to that."""
    tied = session.execute(
        sa.select(InspectionFinding.id, Inspection.document_id)
        .join(Inspection, Inspection.id == InspectionFinding.inspection_id)
        .where(InspectionFinding.id.in_(findings_on(document_ids)))
    )
    found = dict(tied.all())
    if found:
        rows = _ROWS.where(
            AuditEvent.document_id.in_(set(found.values())), AuditEvent.action.in_(FOUND)
        )
        yield from _of(session, rows, "finding", found)


def _of(
    session: Session, rows: sa.Select[EventPayload, bytes], fact: str, ids: Collection[int]
) -> Iterator[EventPayload]:
    """Those of these events whose leaf names one of `ids` by this fact."""
    for payload, leaf in session.execute(rows.order_by(EventPayload.event_id)):
        if json.loads(leaf).get(fact) in ids:
            yield payload
