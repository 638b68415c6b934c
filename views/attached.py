"""What a page shows of the files beside a revision, or beside a sitting's minutes."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import url_for
from flask_babel import gettext

import clock
from models.document import Document, Revision
from models.person import Person
from models.sitting import Sitting
from models.stored_file import Attachment
from views import present, uploads
from workflows import files


@dataclass(frozen=True)
class Row:
    """One file as a list shows it."""

    name: str
    purpose: str
    kind: str
    size: str
    pages: int | None
    who: str
    when: str
    url: str
    removal_url: str = ""
    version: int | None = (
        None  # which the removal's form carries, where what it lies beside has one
    )
    note: str = ""  # of a scan of an inspection's minutes: whether somebody has confirmed it


@dataclass
class Sheet:
    """The sheet of files of one revision: what is there, and what the viewer may add."""

    rows: list[Row]
    listed: bool = True  # whether `rows` are all there are
    purposes: list[tuple[str, str]] = field(default_factory=list)
    page_url: str = ""
    add_url: str = ""
    revision: int = 0
    earlier: int = 0  # files of an earlier revision that may be used again
    earlier_n: int = 0  # its number
    carry_url: str = ""
    most: int = files.LIMIT // uploads.MB


def sheet(document: Document, revision: Revision, person: Person) -> Sheet:
    """The files beside a revision that this person may read, for macros/files.html."""
    now = clock.now()
    newest = revision.n == document.revision
    addable = files.may_add(document, person, now) if newest else ()
    earlier = files.left_behind(document, person, now) if newest else []
    return Sheet(
        rows=[
            row(
                each,
                url_for("files.download", document_id=document.id, attachment_id=each.id),
                url_for("files.remove", document_id=document.id, attachment_id=each.id)
                if files.may_remove(each, person, now)
                else "",
            )
            for each in files.attachments_of(document, revision.n)
        ],
        purposes=[
            (key, gettext(words)) for key, words in uploads.PURPOSES.items() if key in addable
        ],
        page_url=url_for("files.page", document_id=document.id),
        add_url=url_for("files.add", document_id=document.id),
        revision=revision.n,
        earlier=len(earlier),
        earlier_n=earlier[0].revision or 0 if earlier else 0,
        carry_url=url_for("files.carry", document_id=document.id),
    )


def row(attachment: Attachment, url: str, removal_url: str = "", version: int | None = None) -> Row:
    """A file as a list shows it; also for a sitting's files (`of_sitting`)."""
    stored = attachment.file
    return Row(
        name=attachment.name,
        purpose=gettext(uploads.PURPOSES[attachment.purpose]),
        kind=gettext(files.WORDS.get(stored.media_type, stored.media_type)),
        size=size_words(stored.size),
        pages=stored.pages if stored.media_type == "application/pdf" else None,
        who=attachment.added_by.full_name,
        when=present.instant(attachment.added_at),
        url=url,
        removal_url=removal_url,
        version=version,
        note=_confirmed(attachment),
    )


def _confirmed(attachment: Attachment) -> str:
    if attachment.piece_id is None or attachment.purpose != "scan":
        return ""
    if attachment.confirmed_by is None:
        return gettext("Chờ một người ký khác xác nhận")
    name, at = attachment.confirmed_by.full_name, present.instant(attachment.confirmed_at)
    return gettext("%(name)s xác nhận, %(at)s", name=name, at=at)


def of_sitting(sitting: Sitting) -> list[Row]:
    """The files beside a sitting's minutes, for macros/files.html."""
    return [
        row(each, url_for("files.of_minutes", sitting_id=sitting.id, attachment_id=each.id))
        for each in files.attachments_of(sitting)
    ]


def size_words(size: int) -> str:
    """1,2 MB or 350 KB, rounded up: nobody's file has 0 KB."""
    if size < uploads.MB:
        return f"{max(1, -(-size // 1024))} KB"
    return f"{present.figure(round(size / uploads.MB, 1))} MB"
