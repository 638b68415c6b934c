"""Documents ticked in a list, each with the revision and version that the page showed: what moved on
since is stale."""

from __future__ import annotations

from collections.abc import Iterable

from models.document import Document
from views.forms import whole


def mark(document: Document) -> str:
    """“17:1:2”: the document, its revision, its version."""
    return f"{document.id}:{document.revision}:{document.version}"


def marked(values: Iterable[str]) -> list[tuple[int, int, int]]:
    """(document id, revision, version) of each mark, once, by id; what is no mark is passed over."""
    found = set()
    for value in values:
        match [whole(part) for part in value.split(":")]:
            case [int(ident), int(revision), int(version)] if ident:
                found.add((ident, revision, version))
    return sorted(found)
