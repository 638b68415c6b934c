"""The member's signed sheet confirms what was typed for him, and hands it in."""

from __future__ import annotations

from datetime import datetime

from models.base import db
from models.document import Document
from models.person import Person
from models.stored_file import StoredFile
from workflows import engine, files, trail, transcribing


def confirm_by_scan(
    document: Document,
    stored: StoredFile,
    name: str,
    *,
    actor: Person,
    now: datetime,
    revision: int,
    version: int,
) -> Document:
    """Keep the scanned sheet beside the typed text and hand the text in to the cell; returns the
    document. In the caller's transaction.

    `actor`: whoever typed it, or another officer of the cell. Raises Stale, Forbidden, or Refused
    (the member writes himself by now, sections are missing …); then nothing is kept.
    """
    engine.hold([document])
    held = transcribing.required(document.unit, document.campaign.line, actor, now)
    engine.keep(held, now)
    trail.lock_logs(db.session(), [held.unit.id, document.unit_id])
    files.attach(document, stored, purpose="scan", name=name, actor=actor, now=now)
    return engine.perform(
        document,
        "submit",
        on_behalf=True,
        actor=actor,
        now=now,
        revision=revision,
        version=version,
    )
