"""Making: claimed by one conditional UPDATE, each paper a file of its own until all are there, so
that whoever takes over after a death goes on where it ended."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from secrets import token_hex

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from models.base import db
from models.document import Document, Revision
from models.export import ExportJob
from models.kinds import PERSONAL
from models.person import Person
from workflows import prints
from workflows.exports import dossier, trail
from workflows.exports.holding import Hold, LostError, claim, free
from workflows.exports.keeping import as_clean, clear, hand_over, workshop
from workflows.exports.ordering import seen
from workflows.files import Clean
from workflows.inspections.readings import note_paper
from workflows.scope import revision_for

NOTHING = "nothing"  # everything ordered has left the orderer's sight
FIXED = (1980, 1, 1, 0, 0, 0)  # the time of every entry, so that the same papers are the same file


def due(real_now: datetime, limit: int = 100) -> list[int]:
    """Ids of orders that wait, or whose maker has been silent for LEASE, oldest first."""
    rows = sa.select(ExportJob.id).where(free(real_now))
    ids = db.session.scalars(rows.order_by(ExportJob.id).limit(limit)).all()
    db.session.rollback()  # end the read, so that the next look sees what has come since
    return list(ids)


def make(job_id: int, *, now: Callable[[], datetime], real_now: Callable[[], datetime]) -> bool:
    """Makes what was ordered, from where an earlier maker stopped; True when it is done by us.

    Each paper is checked again against what the orderer may see at `now()`; what he sees no more is
    left out and counted. A paper that cannot be set fails the whole order, with the kind of error.
    """
    hold = claim(job_id, real_now())
    if hold is None:
        return False
    try:
        done = _make(hold, now, real_now)
    except LostError:
        return False
    except (SQLAlchemyError, OSError):
        if not hold.lasts():
            return False  # whoever has it has also swept the workshop
        raise  # it stays ours until the lease ends; then it is tried again
    except Exception as error:
        hold.write(state="failed", error=type(error).__name__, done_at=real_now())
        clear(job_id)
        raise
    if done:
        clear(job_id)
    return done


def _make(hold: Hold, now: Callable[[], datetime], real_now: Callable[[], datetime]) -> bool:
    """True when it is finished, well or not; False when somebody has to come back for it."""
    job = db.session.get_one(ExportJob, hold.job_id)
    if job.kind == trail.KIND:
        return trail.make(hold, now, real_now)
    if job.kind == dossier.KIND:
        dossier.make(hold, job, now, real_now)
        return True
    _papers(hold, job, now, real_now)
    return True


def _papers(
    hold: Hold, job: ExportJob, now: Callable[[], datetime], real_now: Callable[[], datetime]
) -> None:
    ids: list[int] = list(job.params.get("documents", []))
    person_id, folder = job.person_id, workshop(job.id)
    entries: list[tuple[str, Path]] = []
    for n, ident in enumerate(ids, 1):
        entry = _paper(n, ident, person_id, folder, now())
        if entry is not None:
            entries.append(entry)
        hold.write(finished=n, touched_at=real_now())
    if not entries:
        hold.write(state="failed", error=NOTHING, done_at=real_now())
        return
    clean = _packed(folder, entries, hold.job_id)
    params = {"documents": ids, "left_out": len(ids) - len(entries)}
    hand_over(hold, clean, real_now(), params=params)


def _paper(
    n: int, ident: int, person_id: int, folder: Path, now: datetime
) -> tuple[str, Path] | None:
    """One paper as a file in the workshop, and its name in the ZIP; None where it is not for this
    person (any more)."""
    db.session.rollback()  # what is true now, not when the order began
    person = db.session.get_one(Person, person_id)
    document = seen(person, [ident], now).get(ident)
    if document is None or document.kind in PERSONAL:
        return None
    revision = revision_for(document, person, now)
    assert revision is not None
    note_paper(document, person, now, revision.n)
    path = folder / f"{n:04d}-{ident}-{revision.n}-{document.version}.pdf"
    if not path.exists():
        _write(path, prints.pdf(document.kind, prints.document_data(document, revision)))
    return f"{n:03d} {_name(document, revision)}.pdf", path


def _name(document: Document, revision: Revision) -> str:
    return f"{document.unit.code} {prints.file_name(document, revision)}"


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: a half-written paper must not be taken for a finished one."""
    draft = path.with_suffix(f".{token_hex(4)}")
    draft.write_bytes(content)
    os.replace(draft, path)


def _packed(folder: Path, entries: list[tuple[str, Path]], job_id: int) -> Clean:
    path = folder / f"all.{token_hex(4)}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as pack:
        for name, part in entries:
            pack.writestr(zipfile.ZipInfo(name, FIXED), part.read_bytes())
    return as_clean(path, f"van-ban-{job_id}.zip")
