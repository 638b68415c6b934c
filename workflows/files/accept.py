"""Taking a file in: copied to the place of files piece by piece, looked at, cleaned, measured."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from workflows.files.examine import examine
from workflows.files.look.no import No
from workflows.files.names import clean_name, shown, with_ending
from workflows.files.place import Place, place
from workflows.files.scanner import scan
from workflows.files.sentences import SENTENCES
from workflows.refusal import Reason, Refused

MB = 1024 * 1024
LIMIT = 20 * MB
PIECE = 64 * 1024


@dataclass(frozen=True)
class Clean:
    """A file that may be kept: `keep` it, or `discard` it. Until then it lies at `path`, in the
    folder of what came in, where a daily job ends what was forgotten."""

    path: Path
    name: str  # as shown; never a path, its ending says what the content is
    media_type: str
    pages: int | None
    size: int  # bytes
    sha256: str  # in hexadecimal, of the content as cleaned

    def discard(self) -> None:
        """Removes it; harmless when it is kept already."""
        self.path.unlink(missing_ok=True)


def accept(data: IO[bytes], name: str, *, limit: int = LIMIT) -> Clean:
    """What is in `data`, cleaned and safe to keep under `name`; at most `limit` bytes.

    The kind is found by content. Memory stays flat. Call it outside `transaction()`: looking takes
    its time. Raises Refused with one sentence, place "file", for everything that is not taken.
    """
    asked = clean_name(name)
    here = place()
    drafts: list[Path] = []
    try:
        raw = _copied(data, here, limit, drafts)
        kept = _draft(here, drafts)
        found = examine(raw, kept)
        scan(raw, here.scanner)
        if not found.cleaned:
            kept = raw
        size, digest = _settled(kept)
        drafts.remove(kept)
    except No as no:
        raise refused(no.code, name, **no.params) from None
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
    ending = with_ending(asked, found.media_type)
    return Clean(kept, ending, found.media_type, found.pages, size, digest)


def refused(code: str, name: str = "", **params: str | int) -> Refused:
    """The refusal with this sentence of `SENTENCES`."""
    return Refused(Reason("FORM", SENTENCES[code], {"name": shown(name), **params}, place="file"))


def _draft(here: Place, drafts: list[Path]) -> Path:
    with here.draft() as file:
        drafts.append(Path(file.name))
    return drafts[-1]


def _copied(data: IO[bytes], here: Place, limit: int, drafts: list[Path]) -> Path:
    path = _draft(here, drafts)
    size = 0
    with path.open("wb") as copy:
        while piece := data.read(PIECE):
            size += len(piece)
            if size > limit:
                raise No("large", most=limit // MB)
            copy.write(piece)
    if not size:
        raise No("empty")
    return path


def _settled(path: Path) -> tuple[int, str]:
    """The size and hash of what will be kept, which from now on survives a loss of power."""
    digest, size = sha256(), 0
    with path.open("r+b") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
        os.fsync(file.fileno())
    return size, digest.hexdigest()
