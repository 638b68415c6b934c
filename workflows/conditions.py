"""Where a document stands on its route: the conditions that a definition's `when` may name."""

from __future__ import annotations

from collections.abc import Callable, Collection

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.recorded import Finding, RecordedPaper


def at_issuer(document: Document) -> bool:
    """The paper lies with the body that issues it."""
    return document.stage == 0


def at_later_stage(document: Document) -> bool:
    """The paper has been issued and lies with a superior body."""
    return document.stage > 0


def next_decides(document: Document) -> bool:
    """The next body on the route decides too."""
    return document.stage + 1 < len(document.stages) and document.stages[document.stage + 1].decides


def next_receives(document: Document) -> bool:
    """The next body on the route only receives."""
    return (
        document.stage + 1 < len(document.stages)
        and not document.stages[document.stage + 1].decides
    )


def not_received(document: Document) -> bool:
    """The body where the paper lies has not recorded its receipt."""
    return document.current_stage.received_at is None


def body_meets(document: Document) -> bool:
    """The body where the paper lies decides by a meeting of its members."""
    return document.current_stage.unit.meets


def awaits_confirmation(document: Document) -> bool:
    """A paper signed outside the system that no second person has compared with its scan yet."""
    if not document.recorded or document.state != "drafted":
        return False
    paper = db.session.get(RecordedPaper, document.id)
    return paper is not None and paper.confirmed_at is None


def not_awaiting_confirmation(document: Document) -> bool:
    """Written here, or a recorded paper that has been confirmed."""
    return not awaits_confirmation(document)


def awaits_explanation(document: Document) -> bool:
    """A recorded paper with a finding that nobody has explained."""
    if not document.recorded:
        return False
    waiting = sa.select(Finding.id).where(
        Finding.document_id == document.id, Finding.explained_at.is_(None)
    )
    return db.session.scalar(waiting.limit(1)) is not None


CONDITIONS: dict[str, Callable[[Document], bool]] = {
    condition.__name__: condition
    for condition in (
        at_issuer,
        at_later_stage,
        next_decides,
        next_receives,
        not_received,
        body_meets,
        awaits_confirmation,
        not_awaiting_confirmation,
        awaits_explanation,
    )
}

# Conditions of one row never hold together: two acts of one name apart by them are never both meant.
EXCLUSIVE = (
    ("at_issuer", "at_later_stage"),
    ("next_decides", "next_receives"),
    ("awaits_confirmation", "not_awaiting_confirmation"),
)


def exclude_each_other(names: Collection[str]) -> bool:
    """Whether these conditions can never all hold at once."""
    return any(len(row & set(names)) > 1 for row in map(set, EXCLUSIVE))
