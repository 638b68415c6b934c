"""The way from the document that holds an inspection's state to the inspection's own page."""

from __future__ import annotations

import sqlalchemy as sa

import clock
from models.base import db
from models.inspection import Inspection
from views.addresses import numbered
from views.loaders import viewer
from workflows.inspections import reaching


def inspection_url(document_id: int) -> str:
    """The address of the inspection whose states a document holds."""
    found = sa.select(Inspection.id).where(Inspection.document_id == document_id)
    return numbered("inspector.inspection", "inspection_id", db.session.scalars(found).one())


def seen_inspection(document_id: int) -> str | None:
    """As `inspection_url`, if the document holds an inspection of which the viewer may know."""
    rows = sa.select(Inspection.id).where(Inspection.document_id == document_id)
    ident = db.session.scalar(rows)
    if ident is None or reaching.find(ident, viewer(), clock.now()) is None:
        return None
    return inspection_url(document_id)
