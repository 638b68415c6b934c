"""What the engine answers when it does not do what was asked. Sentences, never codes alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def N_(text: str) -> str:
    """Mark a Vietnamese sentence for translation. The outer rooms translate it when they show
    it."""
    return text


@dataclass(frozen=True)
class Reason:
    """One sentence a clerk understands: what, why, what to do.

    `text` is the Vietnamese sentence with %(name)s places, also the key of its translation;
    `params` fill the places (dates as `date`, shown by the outer room); `rule` is R01…R31, or a
    short word (STATE, STALE, FORM, POST). Advice has level "warn" or "info" and never blocks.
    """

    rule: str
    text: str
    params: dict[str, Any] = field(default_factory=dict)
    level: str = "error"  # error | warn | info
    place: str | None = None  # the form field it is about, e.g. "sections.6", "tasks.2.deadline"


class WorkflowError(Exception):
    """An act that was not done. Nothing was written."""

    def __init__(self, *reasons: Reason):
        super().__init__("; ".join(f"[{r.rule}] {r.text}" for r in reasons))
        self.reasons = list(reasons)


class Refused(WorkflowError):
    """A rule says no (HTTP 422). Carries every failing rule, not the first."""


class Forbidden(WorkflowError):
    """The person has no part in this act (HTTP 403)."""


class Stale(WorkflowError):
    """The page saw an older revision or version (HTTP 409)."""
