"""A number that is not right: the form shows the right one and one button takes it. The button posts
the form again, so that it works without script."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.text import LINE

TAKE = "take"  # the name of the button; its value is "field=number"


def taken(source: Mapping[str, str]) -> dict[str, str] | None:
    """What was typed, with the suggestion in its field; None when no such button was pressed."""
    name, separator, value = (source.get(TAKE) or "").partition("=")
    if not separator or name not in source:
        return None
    return {**{key: source[key] for key in source}, name: value[:LINE]}
