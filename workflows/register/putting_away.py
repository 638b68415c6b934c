"""The paper behind a number: printed for signature, then the signed one kept in the office."""

from __future__ import annotations

from datetime import datetime

from models.register import NumberEntry


def mark_printed(entry: NumberEntry, now: datetime) -> None:
    """The paper has been printed. In the caller's transaction; again changes nothing."""
    entry.printed_at = entry.printed_at or now


def file(entry: NumberEntry, now: datetime) -> None:
    """The signed paper lies in the office's file, with a scan in the system or without one. In the
    caller's transaction; again changes nothing."""
    entry.printed_at = entry.printed_at or now
    entry.filed_at = entry.filed_at or now
