"""Where a document stands on its route: the conditions that a definition's `when` may name."""

from __future__ import annotations

from collections.abc import Callable

from models.document import Document


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


CONDITIONS: dict[str, Callable[[Document], bool]] = {
    condition.__name__: condition
    for condition in (
        at_issuer,
        at_later_stage,
        next_decides,
        next_receives,
        not_received,
        body_meets,
    )
}
