"""Who somebody is to a paper, a meeting, a list, a unit: the matrix's first dimension."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.census.organisation import (
    ADMINISTRATOR,
    ANONYMOUS,
    MEMBER_OF,
    SERVES,
    SUPERIOR,
    SUSPENDED,
    UNITS,
    holder,
    home,
    is_cell,
    post,
)

OF_THE_UNION = ("CDCS", "CDPHUONG", "LDLD")


def _office(unit: str) -> str:
    return SERVES.get(unit, unit)


def _above(subject: Any, steps: int) -> str | None:
    unit: str | None = _office(subject.unit)
    for _ in range(steps):
        unit = SUPERIOR.get(unit or "")
    return unit


def _colleague(subject: Any) -> str | None:
    """Somebody else of the same unit without a word in its decisions: a member, or its clerk."""
    members = [m for m, unit in MEMBER_OF.items() if unit == subject.unit]
    members = [m for m in members if m not in (subject.author, SUSPENDED)]
    return members[0] if members else holder("clerk", _office(subject.unit))


def _subordinate(subject: Any) -> str | None:
    below = [unit for unit in UNITS if SUPERIOR.get(unit) == _office(subject.unit)]
    return holder("secretary", below[0]) if below else None


def _sibling(subject: Any) -> str | None:
    mine = _office(subject.unit)
    beside = [
        unit
        for unit in UNITS
        if unit != mine and SUPERIOR.get(unit) == SUPERIOR.get(mine) is not None
        and is_cell(unit) == is_cell(mine)
    ]  # fmt: skip
    return holder("secretary", beside[0]) if beside else None


def _inspector(subject: Any) -> str | None:
    """Of the nearest commission above; outside any open inspection."""
    unit: str | None = _office(subject.unit)
    while unit is not None:
        if found := holder("inspector", unit):
            return found
        unit = SUPERIOR.get(unit)
    return None


def _stranger(subject: Any) -> str:
    """Somebody who leads on the other line."""
    return "bithu.c6" if subject.unit in OF_THE_UNION else "chutich.cdcs"


def _member_elsewhere(subject: Any) -> str:
    return "s06" if subject.unit != "C4" else "s03"


def _inspector_of_the_inspected(subject: Any) -> str | None:
    """An inspector of the commission who belongs to the unit that it inspects."""
    if subject.kind != "inspection":
        return None
    login = "giamsat.phuong"
    return login if subject.unit in home(login) else None


def _own(role: str) -> Callable[[Any], str | None]:
    def found(subject: Any) -> str | None:
        login = holder(role, _office(subject.unit))
        return login if login != subject.author else None

    return found


def _of(role: str, steps: int) -> Callable[[Any], str | None]:
    return lambda subject: holder(role, _above(subject, steps))


RELATIONS: dict[str, Callable[[Any], str | None]] = {
    "author": lambda subject: subject.author if subject.author != SUSPENDED else None,
    "colleague": _colleague,
    "own secretary": _own("secretary"),
    "own deputy": _own("deputy"),
    "own committee": _own("committee"),
    "own adviser": _own("advisor"),
    "direct superior": _of("secretary", 1),
    "superior's clerk": _of("clerk", 1),
    "superior's adviser": _of("advisor", 1),
    "two up": _of("secretary", 2),
    "adviser two up": _of("advisor", 2),
    "subordinate": _subordinate,
    "sibling": _sibling,
    "inspector": _inspector,
    "inspector of the inspected": _inspector_of_the_inspected,
    "member elsewhere": _member_elsewhere,
    "stranger": _stranger,
    "administrator": lambda subject: ADMINISTRATOR,
    "suspended": lambda subject: SUSPENDED,
    "anonymous": lambda subject: ANONYMOUS,
}


INSPECTED = "inspector of the inspected"  # stands so to an inspection alone
# Nobody stands so to anything of these kinds: a cell has neither advisers nor anything below it; a
# meeting, a line of a register and a unit have no author; the orders and the lines are those of base B1.
ABSENT_RELATIONS = {
    "report": {INSPECTED, "own committee"},
    "commitment": {INSPECTED, "own adviser", "subordinate"},
    "meeting": {INSPECTED, "author", "own adviser", "subordinate"},
    "list": {INSPECTED, "own adviser", "subordinate"},
    "order": {INSPECTED, "adviser two up", "own adviser", "own committee"},
    "line": {INSPECTED, "adviser two up", "author", "own committee"},
    "member": {INSPECTED, "own adviser", "subordinate"},
    "unit": {INSPECTED, "author"},
    "inspection": {"author", "own adviser", "subordinate"},
    "reading": {INSPECTED, "own adviser", "subordinate"},
    "escalation": {INSPECTED, "author", "own adviser", "subordinate"},
}

# Routes that lead to nothing of anybody's: one of each kind of post.
ROLES = {
    "anonymous": ANONYMOUS,
    "member": "s07",
    "cell secretary": "bithu.c1",
    "cell deputy": "phobithu.c1",
    "cell committee": "chiuy.c1",
    "base secretary": "bithu.b1",
    "base deputy": "phobithu.b1",
    "base advisor": "thammuu.b1",
    "base clerk": "vanthu.b1",
    "ward advisory body": "xaydungdang.phuong",
    "ward standing committee": "thuongvu.phuong",
    "ward inspector": "kiemtra.phuong",
    "province secretary": "bithu.tinh",
    "union chair": "chutich.cdphuong",
    "administrator": ADMINISTRATOR,
    "suspended": SUSPENDED,
    "secretary of a cell of three": "bithu.c7",
}


def logins(subject: Any) -> dict[str, str]:
    """Who stands in which relation to this subject; to nothing in particular, who holds which post."""
    if subject is None or subject.unit is None:
        return dict(ROLES)
    found = {name: who(subject) for name, who in RELATIONS.items()}
    return {name: login for name, login in found.items() if login is not None}


def describes(login: str) -> str:
    """A login with its post, for a mismatch."""
    return f"{login or 'nobody'} {post(login) or ''}".strip()
