"""One act on one document, as guards and effects see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from models.document import Document, Revision, Stage
from models.person import Person
from models.post import Delegation, Post
from models.queries.seats import Seat
from models.unit import Unit

if TYPE_CHECKING:
    from models.sitting import AgendaItem
    from workflows.definition import ActionSpec


PROXY = "proxy"  # the role of whoever types for somebody else, or hands in his signed sheet


@dataclass(frozen=True)
class Capacity:
    """In what right somebody acts: his own post, or another's by delegation, or as the author."""

    person: Person | None  # None: the system
    unit: Unit  # the body whose log the act is written to
    role: str  # a role of models.post.ROLES, or "author", "proxy", "meeting", "system"
    post: Post | None = None
    delegation: Delegation | None = None

    @property
    def named(self) -> dict[str, Any]:
        """Who acts, as the payload of an event names him."""
        lent = self.delegation is not None and self.post is not None
        return who_acts(self.person, self.post, self.post.person if lent and self.post else None)


def who_acts(
    person: Person | None, post: Post | Seat | None, holder: Person | None
) -> dict[str, Any]:
    """Who acts, as the payload of an event names him: by which post, and in whose place (`holder`)
    where it is lent to him."""
    return {
        "actor": person.full_name if person else None,
        "post": post.title if post else None,
        "post_en": post.title_en if post else None,
        "delegated_by": holder.full_name if holder else None,
    }


@dataclass(frozen=True)
class Votes:
    present: int
    in_favour: int
    against: int


@dataclass(frozen=True)
class Printed:
    """What a paper signed outside the system says of itself, and what became of it on paper."""

    signed_by: str  # the name under it
    signed_as: str | None = None  # the post under it
    number: str | None = None
    dated_on: date | None = None
    minutes: str | None = None
    votes: Votes | None = None
    reported_on: date | None = None  # the day it went up
    via: str | None = None  # code of the advisory body it went through
    received_on: date | None = None  # the day the superior had it


@dataclass
class Inputs:
    """What the actor gave along. Absent means None; a form's hidden state or author never gets
    here."""

    reason: str | None = None
    reason_code: str | None = None  # GENERIC COPY MISSING_SECTION DATE_ORDER OTHER …
    comment: str | None = None
    minutes: str | None = None  # the reference of the minutes: "05-BB/ĐU, 03/03/2026"
    votes: Votes | None = None
    number: str | None = None
    dated_on: date | None = None
    via: str | None = None  # code of the advisory body it passes through
    decision: str | None = None  # the decision paper of a revocation: number, date, issuer
    title: str | None = None
    content: dict[str, Any] | None = None
    basis: list[dict[str, Any]] | None = None  # [{"document": id} | {"number","dated_on","issuer"}]
    paper: Printed | None = None  # of a recorded paper
    finding: int | None = None  # the finding that is explained
    days: int | None = None  # working days, of an inspection's extension
    original: bool | None = None  # compared with the signed paper itself, there being no scan


@dataclass
class Act:
    document: Document
    spec: ActionSpec
    capacity: Capacity
    now: datetime  # aware UTC
    today: date  # the organisation's day
    inputs: Inputs = field(default_factory=Inputs)
    item: AgendaItem | None = None  # of the sitting whose vote this is

    @property
    def revision(self) -> Revision:
        return self.document.current

    @property
    def stage(self) -> Stage:
        return self.document.current_stage

    @property
    def person(self) -> Person:
        """Who acts; only acts of the engine itself have nobody."""
        assert self.capacity.person is not None
        return self.capacity.person

    @property
    def writer(self) -> Person:
        """Whose hand is in the text: of what is typed for somebody, his."""
        return self.document.author if self.capacity.role == PROXY else self.person
