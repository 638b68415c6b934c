"""Who typed a commitment for its author, as the author and his cell read it."""

from __future__ import annotations

from dataclasses import dataclass

from models.document import Document
from views import present
from views.words import gettext
from workflows.transcribing import awaits, entry_of


@dataclass(frozen=True)
class Typed:
    """`waits`: the newest text was typed and its author has not confirmed it yet."""

    words: str
    waits: bool


def typed_for(document: Document) -> Typed | None:
    """By whom, when and how confirmed; None where nobody typed for the author."""
    entry = entry_of(document)
    if entry is None:
        return None
    said = gettext(
        "%(name)s nhập hộ lúc %(at)s",
        name=entry.entered_by.full_name,
        at=present.instant(entry.entered_at),
    )
    if entry.confirmed_at is not None:
        said += "; " + (
            gettext(
                "xác nhận bằng bản giấy có chữ ký lúc %(at)s",
                at=present.instant(entry.confirmed_at),
            )
            if entry.confirmed_how == "scan"
            else gettext("người viết xác nhận lúc %(at)s", at=present.instant(entry.confirmed_at))
        )
    elif entry.revision != document.revision:
        said += "; " + gettext("người viết đã tự sửa")
    return Typed(said, awaits(document, entry))
