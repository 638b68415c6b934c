"""The kinds of documents, and which of them are one person's own."""

from __future__ import annotations

KINDS = ("plan", "commitment", "report", "self_report")
# One person's paper: its text is read in his cell alone, and no number stands on it.
PERSONAL = ("commitment", "self_report")
