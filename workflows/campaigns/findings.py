"""What is said of a campaign's file: where, what is wrong, what to change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from workflows.refusal import Reason, Refused

LEVELS = ("error", "warn", "info")


@dataclass(frozen=True)
class Finding:
    """An error keeps the campaign from opening; a warning wants a look; an info says what follows."""

    code: str
    level: str
    key: str  # where in the file: requirements[3].due
    wrong: Reason
    change: Reason


def finding(code: str, level: str, key: str, wrong: str, change: str, /, **values: Any) -> Finding:
    """A finding whose two sentences share their values."""
    assert level in LEVELS
    return Finding(
        code,
        level,
        key,
        Reason(code, wrong, values, level=level, place=key),
        Reason(code, change, values, level=level, place=key),
    )


def errors(found: Iterable[Finding]) -> list[Finding]:
    """Those that keep the campaign from opening."""
    return [one for one in found if one.level == "error"]


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """Errors first, then warnings, then what merely follows; within each as found."""
    return sorted(found, key=lambda one: LEVELS.index(one.level))


def refuse(found: Iterable[Finding]) -> None:
    """Raises Refused with every error; nothing when there is none."""
    if bad := errors(found):
        raise Refused(*(reason for one in bad for reason in (one.wrong, one.change)))
