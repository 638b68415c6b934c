"""Files that were made for somebody and still lie ready, in which words stand that are erased now."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.dossier import InspectionFinding
from models.export import ExportJob
from workflows.erasing.words import findings_on
from workflows.exports import dossier
from workflows.exports.keeping import clear


def drop_dossiers(session: Session, document_ids: Collection[int]) -> None:
    """Prints of dossiers with a finding on one of these papers are no longer there, nor are their
    drafts; their bytes go with the next sweep of files. Whoever wants one orders it again."""
    told = set(
        session.scalars(
            sa.select(InspectionFinding.inspection_id).where(
                InspectionFinding.id.in_(findings_on(document_ids))
            )
        )
    )
    if not told:
        return
    made = session.scalars(sa.select(ExportJob).where(ExportJob.kind == dossier.KIND))
    for job in made.all():
        if job.params.get("inspection") in told:
            session.delete(job)
            clear(job.id)
    session.flush()
