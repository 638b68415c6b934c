"""Which papers lie in the scope of an inspection: one rule for what its team reads, what its freeze
holds and whose ladder stands still meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.event import AuditEvent
from models.inspection import Inspection
from models.kinds import PERSONAL
from workflows.calendar import end_of_day, local_day, start_of_day

WRITTEN = ("create", "submit", "revise")  # what an author does with his own, in the log of his cell


def covers(inspection: Inspection, document: Document) -> bool:
    """Whether a document lies in the scope: its kind, the campaign, the period by the day on which it
    came to be or by its printed date (whoever writes it chooses that one), and its unit; a
    person's own paper also where he wrote it, wherever it went along with him."""
    if document.kind not in inspection.document_kinds:
        return False
    if document.campaign_id != inspection.campaign_id:
        return False
    days = {local_day(document.created_at), document.dated_on or local_day(document.created_at)}
    if not any(_in_period(inspection, day) for day in days):
        return False
    return document.unit_id in inspection.unit_ids or bool(wrote_at(document) & inspection.unit_ids)


def wrote_at(document: Document) -> set[int]:
    """The ids of the units in whose logs the author of a person's own paper wrote it; of any other
    paper none: that stays with its unit."""
    if document.kind not in PERSONAL:
        return set()
    rows = sa.select(AuditEvent.unit_id).where(
        AuditEvent.document_id == document.id, AuditEvent.action.in_(WRITTEN)
    )
    return set(db.session.scalars(rows))


def covered(inspection: Inspection, kinds: Collection[str] | None = None) -> sa.ColumnElement[bool]:
    """SQL condition on Document: as `covers`, of all kinds in the scope or of those among `kinds`."""
    wanted = [kind for kind in inspection.document_kinds if kinds is None or kind in kinds]
    return sa.and_(
        Document.kind.in_(wanted),
        Document.campaign_id == inspection.campaign_id,
        _within(inspection),
        placed_at(inspection.unit_ids, [kind for kind in wanted if kind in PERSONAL]),
    )


def placed_at(unit_ids: Collection[int], own: Collection[str]) -> sa.ColumnElement[bool]:
    """SQL condition on Document: of these units; of the kinds `own`, a person's, also where he wrote
    it."""
    units = sorted(unit_ids)
    places: sa.ColumnElement[bool] = Document.unit_id.in_(units)
    if not own:
        return places
    wrote = sa.select(AuditEvent.document_id).where(
        AuditEvent.unit_id.in_(units),
        AuditEvent.action.in_(WRITTEN),
        AuditEvent.document_id.is_not(None),
    )
    return sa.or_(places, sa.and_(Document.kind.in_(sorted(own)), Document.id.in_(wrote)))


def _in_period(inspection: Inspection, day: date) -> bool:
    first, last = inspection.period_from, inspection.period_to
    return (first is None or first <= day) and (last is None or day <= last)


def _within(inspection: Inspection) -> sa.ColumnElement[bool]:
    printed: list[sa.ColumnElement[bool]] = [Document.dated_on.is_not(None)]
    came: list[sa.ColumnElement[bool]] = [sa.true()]
    if inspection.period_from is not None:
        printed.append(Document.dated_on >= inspection.period_from)
        came.append(Document.created_at >= start_of_day(inspection.period_from))
    if inspection.period_to is not None:
        printed.append(Document.dated_on <= inspection.period_to)
        came.append(Document.created_at < end_of_day(inspection.period_to))
    return sa.or_(sa.and_(*printed), sa.and_(*came))
