"""What a person may do with a document now, and where he may not, why. Buttons and acts ask the
same functions, so that a button is shown if and only if the act would be allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.document import Document
from models.person import Person
from workflows import authority, engine
from workflows.definition import ActionSpec, spec_of, state_of
from workflows.refusal import Reason, WorkflowError


@dataclass(frozen=True)
class Available:
    """One act as offered to one person. `label` has "vi" and "en"; `asks` names the inputs of its
    form; `tone` is main (what is waited for), plain, or danger (ends the document's life)."""

    name: str
    label: dict[str, str]
    allowed: bool
    reasons: tuple[Reason, ...]
    asks: tuple[str, ...]
    tone: str


DANGER = ("withdraw", "revoke")


def available_actions(document: Document, *, person: Person, now: datetime) -> list[Available]:
    """Every act of the present state that is any business of this person's, allowed or not, the one
    that is waited for first."""
    spec = spec_of(document.definition)
    expected = state_of(document).expects
    offered = [
        _offer(document, action, person, now, expected)
        for action in spec.actions
        if authority.applicable(document, action)
        and authority.has_part(document, action, person, now)
    ]
    return sorted(offered, key=lambda a: (a.name != expected, a.tone == "danger"))


def _offer(
    document: Document, action: ActionSpec, person: Person, now: datetime, expected: str | None
) -> Available:
    tone = "danger" if action.name in DANGER else "main" if action.name == expected else "plain"
    try:
        held = authority.capacity(document, action, person, now)
        reasons = engine.refusals(document, action, held, now)
    except WorkflowError as refused:
        reasons = refused.reasons
    return Available(action.name, action.label, not reasons, tuple(reasons), action.asks, tone)
