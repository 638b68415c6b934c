"""Who a page is for, said on the page's own function, so that a census can miss none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

POLICIES = (
    "public",  # anybody, logged in or not
    "signed_in",  # anybody with an account; shows only what is his
    "administrator",
    "document",  # whoever may see that document; absent and hidden are the same 404
    "document:act",  # as `document`; the engine decides about the act
    "unit",  # whoever holds a post in that unit, in a superior, or in its advisory body
    "inspector",
    "inspection",  # whoever may know of that inspection; absent and hidden are the same 404
    "body",  # whoever belongs to a body that meets, or keeps the papers of its meetings
    "sitting",  # whoever may see that meeting; absent and hidden are the same 404
    "sitting:keep",  # as `sitting`; the sitting's own rules decide about the act
)

View = TypeVar("View", bound=Callable[..., Any])


def policy(name: str) -> Callable[[View], View]:
    """Declares a view's policy: `view.policy`. An unknown name stops the start."""
    if name not in POLICIES:
        raise ValueError(f"unknown policy {name!r}")

    def declare(view: View) -> View:
        view.policy = name  # type: ignore[attr-defined]
        return view

    return declare


def policy_of(view: Callable[..., Any]) -> str | None:
    """The policy a view declares, or None."""
    return getattr(view, "policy", None)
