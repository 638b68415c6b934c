"""What nothing points to any more is removed from the folder of files; the rows are what counts."""

from __future__ import annotations

import re
import time
from pathlib import Path

import sqlalchemy as sa

from models.base import db
from models.stored_file import Attachment, StoredFile
from workflows.files.place import Place, place

# What came in less than this ago may belong to somebody whose transaction is still open.
GRACE = 24 * 3600  # seconds, by the disk's own clock
HASH = re.compile(r"[0-9a-f]{64}")


def sweep() -> int:
    """Removes forgotten uploads, contents without a row, and contents whose every attachment was
    taken away; how many. Whatever is younger than a day stays. Doing it twice is harmless."""
    here = place()
    old = time.time() - GRACE
    gone = sum(_removed(path, old) for path in _forgotten(here))
    for path in _kept(here):
        # Asked again for each under the lock: a content may just be coming back.
        with here.held(alone=True):
            if _older(path, old) and not _needed(path.name):
                path.unlink(missing_ok=True)
                gone += 1
    return gone


def _forgotten(here: Place) -> list[Path]:
    return list(here.incoming.iterdir()) if here.incoming.is_dir() else []


def _removed(path: Path, old: float) -> bool:
    if not _older(path, old):
        return False
    path.unlink(missing_ok=True)
    return True


def _kept(here: Place) -> list[Path]:
    return [path for path in here.folder.glob("??/*") if HASH.fullmatch(path.name)]


def _older(path: Path, old: float) -> bool:
    try:
        return path.stat().st_mtime < old
    except FileNotFoundError:
        return False


def _needed(sha256: str) -> bool:
    """Whether any row still points to this content."""
    session = db.session()
    session.rollback()  # what was committed a moment ago counts
    file_id = session.scalar(sa.select(StoredFile.id).where(StoredFile.sha256 == sha256))
    if file_id is None:
        return False
    return any(session.scalar(query.limit(1)) is not None for query in _pointers(file_id))


def _pointers(file_id: int) -> list[sa.Select]:
    """One question per column of the schema that refers to a stored file."""
    table = StoredFile.__table__
    questions = []
    for other in db.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is not table:
                continue
            question = sa.select(sa.literal(1)).where(key.parent == file_id)
            if other is Attachment.__table__:
                question = question.where(other.c.removed_at.is_(None))
            questions.append(question)
    return questions
