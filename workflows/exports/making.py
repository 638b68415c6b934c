"""Making: claimed by one conditional UPDATE, each paper a file of its own until all are there, so
that whoever takes over after a death goes on where it ended."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from models.base import db, transaction
from models.document import Document, Revision
from models.export import ExportJob
from models.kinds import PERSONAL
from models.person import Person
from workflows import prints
from workflows.exports.keeping import clear, workshop
from workflows.exports.ordering import seen
from workflows.files import Clean, keep
from workflows.scope import revision_for

LEASE = timedelta(seconds=60)  # silence after which a maker counts as dead
NOTHING = "nothing"  # everything ordered has left the orderer's sight
FIXED = (1980, 1, 1, 0, 0, 0)  # the time of every entry, so that the same papers are the same file


class LostError(Exception):
    """Somebody else has taken the order over."""


def due(real_now: datetime, limit: int = 100) -> list[int]:
    """Ids of orders that wait, or whose maker has been silent for LEASE, oldest first."""
    rows = sa.select(ExportJob.id).where(_free(real_now))
    ids = db.session.scalars(rows.order_by(ExportJob.id).limit(limit)).all()
    db.session.rollback()  # end the read, so that the next look sees what has come since
    return list(ids)


def make(job_id: int, *, now: Callable[[], datetime], real_now: Callable[[], datetime]) -> bool:
    """Makes what was ordered, from where an earlier maker stopped; True when it is done by us.

    Each paper is checked again against what the orderer may see at `now()`; what he sees no more is
    left out and counted. A paper that cannot be set fails the whole order, with the kind of error.
    """
    hold = _claim(job_id, real_now())
    if hold is None:
        return False
    try:
        _make(hold, now, real_now)
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
    clear(job_id)
    return True


def _make(hold: Hold, now: Callable[[], datetime], real_now: Callable[[], datetime]) -> None:
    job = db.session.get_one(ExportJob, hold.job_id)
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
    with transaction():
        stored = keep(clean, real_now())
        hold.write(
            state="done",
            file_id=stored.id,
            file_name=clean.name,
            done_at=real_now(),
            params={"documents": ids, "left_out": len(ids) - len(entries)},
        )


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
    with path.open("rb") as file:
        digest = sha256()
        while piece := file.read(1 << 20):
            digest.update(piece)
        os.fsync(file.fileno())
    return Clean(
        path=path,
        name=f"van-ban-{job_id}.zip",
        media_type="application/zip",
        pages=None,
        size=path.stat().st_size,
        sha256=digest.hexdigest(),
    )


# -- the row


@dataclass
class Hold:
    """An order in our hands: the instant at which we last touched it is the proof."""

    job_id: int
    touched_at: datetime

    def lasts(self) -> bool:
        """Whether the order is still in our hands."""
        db.session.rollback()
        return db.session.scalar(sa.select(ExportJob.id).where(self._ours())) is not None

    def _ours(self) -> sa.ColumnElement[bool]:
        return sa.and_(
            ExportJob.id == self.job_id,
            ExportJob.state == "running",
            ExportJob.touched_at == self.touched_at,
        )

    def write(self, **values: Any) -> None:
        """Writes into the row, in a transaction of its own unless there is one; raises LostError
        when somebody has taken it over."""
        with transaction() as session:
            written = session.execute(
                sa.update(ExportJob)
                .where(self._ours())
                .values(**values)
                .execution_options(synchronize_session=False)
            )
            if written.rowcount != 1:  # type: ignore[attr-defined]
                raise LostError
        self.touched_at = values.get("touched_at", self.touched_at)


def _free(real_now: datetime) -> sa.ColumnElement[bool]:
    silent = sa.and_(ExportJob.state == "running", ExportJob.touched_at < real_now - LEASE)
    return sa.or_(ExportJob.state == "waiting", silent)


def _claim(job_id: int, real_now: datetime) -> Hold | None:
    with transaction() as session:
        claimed = session.execute(
            sa.update(ExportJob)
            .where(ExportJob.id == job_id, _free(real_now))
            .values(state="running", touched_at=real_now, finished=0)
            .execution_options(synchronize_session=False)
        )
    return Hold(job_id, real_now) if claimed.rowcount == 1 else None  # type: ignore[attr-defined]
