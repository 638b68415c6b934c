"""What an address can lead to, as the rows tell: papers, meetings, lists, orders, lines, one's own."""

from __future__ import annotations

from dataclasses import dataclass, field

# The states that the matrix must meet, said here a second time: one of the world without a row fails.
OF_EVERY_KIND = (
    "drafted", "submitted", "reviewed", "approved", "reported", "returned", "withdrawn",
    "superseded", "revoked", "archived", "signed, unconfirmed",
)  # fmt: skip
STATES = {
    "plan": (*OF_EVERY_KIND, "signed, confirmed"),
    "report": (*OF_EVERY_KIND, "signed, confirmed"),
    "commitment": (*OF_EVERY_KIND, "typed, unconfirmed"),
    "meeting": ("open", "awaiting", "confirmed", "done", "cancelled"),
    "list": ("reported", "received"),
    "order": ("waiting", "done"),
    "line": ("of a paper", "without a paper"),
    "member": ("typed", "not typed"),
    "unit": ("cell", "base", "ward", "advisory body", "province", "union"),
    "obligation": ("of a unit", "of a person"),
    "escalation": ("to itself", "to a superior"),
    "inspection": ("ordered", "under way", "over"),
    "reading": ("today's",),
    "notice": ("one's own",),
    "session": ("one's own",),
    "token": ("one's own",),
    "delegation": ("given",),
    "": ("",),  # an address without anything in it, or with what only the administrator knows
}


@dataclass
class Subject:
    """Of what kind, in which state, of which unit; whose it is, if it is somebody's."""

    kind: str
    state: str
    unit: str | None = None
    author: str | None = None
    values: dict[str, object] = field(default_factory=dict)  # for the address


@dataclass
class Paper(Subject):
    """A document."""

    id: int = 0
    revision: int = 1
    version: int = 1
    in_force: bool = False
    in_force_revision: int | None = None
    on_paper: bool = False
    amends: int | None = None
    at: str = ""  # the body at whose stage it is
    following: set[str] = field(default_factory=set)  # the next body, with whom it goes through
    reached: set[str] = field(default_factory=set)  # bodies it has come to
    decides: set[str] = field(default_factory=set)  # of those, the ones that decide
    climbed: set[tuple[str, str]] = field(default_factory=set)  # posts its open task climbed to
    writers: set[str] = field(default_factory=set)  # who had a hand in a text, or typed it off
    handed_in: set[int] = field(default_factory=set)  # texts that were sent to the cell
    approved: set[int] = field(default_factory=set)  # texts that the issuer approved
    finding: bool = False  # a rule has something against it
    file_beside: int | None = None  # the text beside which the file of the address lies


@dataclass
class Meeting(Subject):
    """A meeting; `values` name one paper of its agenda."""

    chair: str = ""
    taker: str | None = None
    sat: set[str] = field(default_factory=set)
    paper: Paper | None = None
    paper_revision: int = 1

    @property
    def confirmed(self) -> bool:
        return self.state in ("confirmed", "done")


@dataclass
class Listing(Subject):
    """A list of commitments that went up."""

    to: str = ""
    on_it: set[str] = field(default_factory=set)


@dataclass
class Late(Subject):
    """A rung of something that a unit owes late."""

    to: str = ""


@dataclass
class Member(Subject):
    """A member of a cell whose commitment others may type for him."""

    typist: str | None = None
