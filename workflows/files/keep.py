"""Keeping a file: its content once, under its hash, whoever brings it and how often."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from models.base import db
from models.queries.adding import add_unless_there
from models.stored_file import StoredFile
from workflows.files.accept import Clean
from workflows.files.place import place


def keep(clean: Clean, now: datetime) -> StoredFile:
    """The row of this content, made unless it is there; in the caller's `transaction()`.

    The bytes are durable at their place before the row can be: bytes without a row do no harm and
    are swept away after a day, a row without bytes would be a loss.
    """
    place().put(clean.path, clean.sha256)
    session = db.session()
    add_unless_there(
        StoredFile,
        sha256=clean.sha256,
        media_type=clean.media_type,
        size=clean.size,
        pages=clean.pages,
        created_at=now,
    )
    return session.scalars(sa.select(StoredFile).where(StoredFile.sha256 == clean.sha256)).one()


def open_stored(file: StoredFile) -> Path:
    """Where the content lies, to be read only."""
    return place().path(file.sha256)
