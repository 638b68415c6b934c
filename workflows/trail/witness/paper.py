"""Where the words of a code on somebody's minutes come in at a superior's."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from workflows.trail.checkpoint import Checkpoint
from workflows.trail.note import NotANote
from workflows.trail.witness import evidence
from workflows.trail.witness.observing import Verdict, observe
from workflows.trail.witness.store import Watched, opened, read

_DASH = re.compile("^(?:[—–]|--?) ")  # as a scanner, or a hand, spells the mark of a signature


def spelt(code: str) -> str:
    """The words of a code as they were signed, however they were scanned or typed: whatever ends a
    line, with or without the empty one."""
    lines = [line.strip() for line in code.splitlines() if line.strip()]
    under = [_DASH.sub("— ", line) for line in lines if _DASH.match(line)]
    head = [line for line in lines if not _DASH.match(line)]
    return "".join(f"{line}\n" for line in (*head, "", *under))


def take_down(
    folder: Path, whole: str, *, real_now: datetime
) -> tuple[Checkpoint, Watched, Verdict]:
    """Remembers a signed checkpoint of a log elsewhere in the witness's `folder`: what it says, whose
    log it is, and whether it agrees with what is known of it. A contradiction is evidence at once.
    Raises `NotANote` for what no installation watched here signed, `OSError` and `sqlite3.Error`
    when the folder cannot be used."""
    with read(folder) as known:
        if known is None:
            raise NotANote("nobody elsewhere is watched here")
    with opened(folder) as store:
        found = observe(store, whole, at=int(real_now.timestamp()))
        if found[2] is Verdict.OTHER:
            evidence.copy(store)
    return found
