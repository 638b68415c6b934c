"""What is remembered, while logs are verified, of events about files and minutes: those are held against
rows that stand beside the logs."""

from __future__ import annotations

from typing import Any, NamedTuple

# What an attachment lies beside, as its event states it.
BESIDE = ("revision", "sitting", "piece", "report", "purpose")


class FileEvent(NamedTuple):
    """An event that put an attachment beside a paper or took one away, as its leaf states it; `beside`
    is what it lies beside: revision, sitting, piece, report, and for what purpose."""

    unit_id: int
    seq: int
    document_id: int | None
    action: str
    attachment: Any
    sha256: Any
    beside: tuple[Any, ...]


class MinutesEvent(NamedTuple):
    """An event by which minutes were offered, opened again or signed, or a scan of them confirmed, as
    its leaf states it; `remark`: what was said along with a signature, None where the event's words
    were erased."""

    at: str
    unit_id: int
    seq: int
    document_id: int | None
    action: str
    piece: Any
    content: Any
    role: Any
    scan: Any
    remark: Any
