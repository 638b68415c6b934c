"""Files that were made for somebody and still lie ready, in which words stand that are erased now."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.dossier import InspectionFinding
from models.export import ExportJob
from workflows.erasing.words import findings_on
from workflows.exports import dossier, trail
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
    made = session.scalars(sa.select(ExportJob).where(ExportJob.kind == dossier.KIND)).all()
    _drop(session, [job for job in made if job.params.get("inspection") in told])


def drop_logs(session: Session) -> None:
    """Exports of logs are no longer there, ready or half made: in any of them the name may stand of
    whom the log's payloads named until now. Whoever wants one orders it again."""
    _drop(session, session.scalars(sa.select(ExportJob).where(ExportJob.kind == trail.KIND)).all())


def _drop(session: Session, jobs: Sequence[ExportJob]) -> None:
    for job in jobs:
        session.delete(job)
        clear(job.id)
    session.flush()
