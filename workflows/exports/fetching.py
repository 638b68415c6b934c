"""Fetching: only by who ordered it, and only while he may still see all that is in it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from models.base import db
from models.export import ExportJob
from models.person import Person
from workflows.exports import dossier, trail
from workflows.exports.keeping import KEPT
from workflows.exports.ordering import KIND, seen
from workflows.files import open_stored
from workflows.refusal import N_, Reason, Refused
from workflows.trail import export


def jobs_of(person: Person, real_now: datetime, kind: str = KIND) -> list[ExportJob]:
    """What this person ordered of a kind within KEPT, newest first."""
    return list(
        db.session.scalars(
            sa.select(ExportJob)
            .where(
                ExportJob.person_id == person.id,
                ExportJob.kind == kind,
                ExportJob.ordered_at >= real_now - KEPT,
            )
            .order_by(ExportJob.id.desc())
            .limit(50)
        )
    )


def file_of(
    job_id: int, person: Person, *, now: datetime, real_now: datetime, kind: str = KIND
) -> tuple[ExportJob, Path] | None:
    """The finished file of one's own order of a kind; None where there is none (another's, not
    done, too old).

    Raises Refused when a paper in it is not for this person's eyes any more at the organisation's
    instant `now`, or when its bytes are gone.
    """
    job = db.session.scalar(
        sa.select(ExportJob).where(
            ExportJob.id == job_id,
            ExportJob.person_id == person.id,
            ExportJob.kind == kind,
            ExportJob.state == "done",
            ExportJob.ordered_at >= real_now - KEPT,
        )
    )
    if job is None or job.file is None:
        return None
    if kind == trail.KIND:
        export.wanted(job.params, person, now)  # Refused when it is not his to have any more
    if kind == dossier.KIND:
        dossier.require_right(job, person, now)
    ids = job.params.get("documents", [])
    if len(seen(person, ids, now)) + int(job.params.get("left_out", 0)) < len(ids):
        raise _refused(
            N_(
                "Chưa tải được: có văn bản trong tệp không còn thuộc phạm vi được xem. "
                "Chọn lại văn bản rồi in lại."
            )
        )
    path = open_stored(job.file)
    if not path.is_file():
        raise _refused(
            N_("Chưa tải được: tệp không còn trong kho tệp của máy chủ. Đặt in lại các văn bản.")
        )
    return job, path


def _refused(text: str) -> Refused:
    return Refused(Reason("FORM", text))
