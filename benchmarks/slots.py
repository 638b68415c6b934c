"""The fifty open tasks of a cell of the filled-in province, and which posts each waits for."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.authority import ROLES


@dataclass(frozen=True)
class Slot:
    """One of the fifty tasks of a cell: an act that waits, on what, written by whom (1 to 5)."""

    kind: str
    state: str
    stage: int
    action: str
    author: int


def _slots() -> list[Slot]:
    owed = [Slot("commitment", "", 0, "create", person) for person in range(1, 6)]
    owed += [Slot("report", "", 0, "create", 0)] * 5
    commitments = [
        (4, "drafted", 0, "submit"),
        (5, "submitted", 0, "review"),
        (4, "reviewed", 0, "approve"),
        (3, "approved", 0, "report"),
        (2, "reported", 1, "receive"),
    ]
    papers = [
        (3, "drafted", 0, "submit"),
        (5, "submitted", 0, "review"),
        (4, "reviewed", 0, "approve"),
        (2, "approved", 0, "report"),
        (3, "submitted", 1, "review"),
        (3, "reviewed", 1, "approve"),
        (2, "reported", 2, "receive"),
    ]
    for several, state, stage, action in commitments:
        owed += [Slot("commitment", state, stage, action, 4 + n % 2) for n in range(several)]
    for several, state, stage, action in papers:
        owed += [
            Slot("report" if n % 2 else "plan", state, stage, action, 3) for n in range(several)
        ]
    return owed


SLOTS = _slots()
# Who is there: the posts of a cell, of a cell that lost two, of a base, of a ward (and its advisory
# body). The order is that of the people in `filling.sql`.
CELL = ("secretary", "deputy", "committee")
LEFT = ("committee",)
BASE = ("secretary", "deputy", "advisor", "clerk")
WARD = ("secretary", "deputy", "standing", "clerk", "inspector")
WAITS_FOR = {"submit": "drafter", "create": "drafter", "review": "reviewer", "approve": "approver",
             "report": "reporter", "receive": "receiver"}  # fmt: skip


def holders(slot: Slot, vacant: bool) -> tuple[bool, list[tuple[str, str]]]:
    """Whether the task has climbed, and the (place, role) pairs that hold it: by the table of
    roles, as `workflows.tasks` would find them."""
    if slot.kind == "commitment" and slot.action in ("create", "submit"):
        return False, []
    role, later = WAITS_FOR[slot.action], slot.stage > 0
    places = [("cell", LEFT if vacant else CELL), ("base", BASE), ("ward", WARD)][slot.stage :]
    for climbed, (place, there) in enumerate(places):
        barred = {"committee"} if slot.author == 3 and role != "drafter" and place == "cell" else ()
        for tier in ROLES[role][later]:
            own = {held for where, held in tier if where == "own"}
            advisory = place == "ward" and ("advisory", "advisor") in tier
            if advisory or own & (set(there) - set(barred)):
                pairs = [(place, held) for held in sorted(own)]
                return bool(climbed), pairs + [("advisory", "advisor")] * advisory
    raise AssertionError(slot)
