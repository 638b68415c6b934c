"""Where an order is made, and when what came of it goes."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from models.base import transaction
from models.export import ExportJob
from workflows.exports.holding import Hold
from workflows.files import Clean, keep, place

KEPT = timedelta(days=7)


def workshop(job_id: int) -> Path:
    """The folder in which the papers of one order lie until they are packed; beside the files, on
    the same disk, readable by nobody else."""
    folder = _folder(job_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def as_clean(path: Path, name: str) -> Clean:
    """A ZIP of our own making, durable on disk, as a file that may be kept under `name`."""
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
        os.fsync(file.fileno())
    return Clean(
        path=path,
        name=name,
        media_type="application/zip",
        pages=None,
        size=path.stat().st_size,
        sha256=digest.hexdigest(),
    )


def hand_over(hold: Hold, clean: Clean, real_now: datetime, **values: Any) -> None:
    """The order is done: what came of it is kept and its row says so, with these `values`, in one
    transaction. Raises LostError when somebody has taken the order over."""
    with transaction():
        stored = keep(clean, real_now)
        hold.write(
            state="done", file_id=stored.id, file_name=clean.name, done_at=real_now, **values
        )


def clear(job_id: int) -> None:
    """Removes what lay in the workshop; harmless when there is none."""
    shutil.rmtree(_folder(job_id), ignore_errors=True)


def expire(real_now: datetime) -> int:
    """Removes orders older than KEPT, made or not; how many. Their bytes are then pointed to by
    nothing, and go with the daily sweep of files. Doing it twice is harmless."""
    with transaction() as session:
        old = session.scalars(
            sa.select(ExportJob.id).where(ExportJob.ordered_at < real_now - KEPT)
        ).all()
        if old:
            session.execute(sa.delete(ExportJob).where(ExportJob.id.in_(old)))
    for job_id in old:
        clear(job_id)
    return len(old)


def _folder(job_id: int) -> Path:
    return place().folder / "exports" / str(job_id)
