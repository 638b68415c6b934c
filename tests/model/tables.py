"""The small tables of the reference: what its office, its papers and its meetings consist of.

Units and people are names, an instant is aware UTC, a day is the organisation's. Imports nothing of
ours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

SUPERIOR = {"CELL": "BASE", "BASE": "WARD", "WARD": "PROVINCE", "PROVINCE": None}
ADVISORY = {"WARD": "WARD-XDD"}
SYMBOL = {"CELL": "CB", "BASE": "ĐU", "WARD": "ĐU", "PROVINCE": "TU"}
HOLIDAYS = {date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 1)}
OVER = ("withdrawn", "superseded", "revoked", "archived")
ZONE = timedelta(hours=7)

Key = tuple[str, str, str | None]  # what is owed: kind, unit, and the person where a person owes
Given = dict[str, Any]  # what a form holds; votes are (present, for, against)


def day_of(now: datetime) -> date:
    return (now + ZONE).date()


def working_days_after(day: date, n: int) -> date:
    """The n-th working day after a day; before it for a negative number."""
    step = 1 if n > 0 else -1
    while n:
        day += timedelta(days=step)
        n -= step * (day.weekday() < 5 and day not in HOLIDAYS)
    return day


def seven(day: date, like: datetime) -> datetime:
    """07:00 of a day, in the terms of `like`."""
    return datetime(day.year, day.month, day.day, 7, tzinfo=like.tzinfo) - ZONE


@dataclass
class Window:
    """Something that holds from one day to another, unless it was ended at an instant."""

    first: date = date.min
    last: date = date.max
    ended: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return self.first <= day_of(now) <= self.last and (self.ended is None or self.ended > now)


@dataclass
class Post(Window):
    id: int = 0
    person: str = ""
    unit: str = ""
    role: str = ""


@dataclass
class Delegation(Window):
    """It holds from the instant at which it was given."""

    given: datetime | None = None
    id: int = 0
    post: int = 0
    to: str = ""
    kinds: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)

    def holds(self, now: datetime) -> bool:
        return super().holds(now) and (self.given is None or self.given <= now)

    def covers(self, kind: str, act: str) -> bool:
        return kind in (self.kinds or [kind]) and act in (self.actions or [act])


@dataclass
class Absence(Window):
    id: int = 0
    person: str = ""


# rung → (working days from the last good day, how many bodies above the late one)
RUNGS = {-1: (-5, 0), 0: (-1, 0), 1: (1, 0), 2: (3, 1), 3: (7, 2), 4: (15, 2)}


@dataclass
class Clock:
    """What waits, since when, until which last good day, and which rung it has climbed last."""

    since: datetime
    due: date
    rung: int = field(init=False)
    over: bool = False  # nobody is left who could hear
    left: datetime | None = None  # when nothing waited by it any more

    def __post_init__(self) -> None:
        """What is late from birth counts from today; a reminder whose morning is past is none."""
        self.counted = self.due
        if self.rings(1) <= self.since:
            self.counted = day_of(self.since)
        self.rung = next(rung for rung in RUNGS if self.rings(rung) > self.since) - 1

    def rings(self, rung: int) -> datetime:
        """07:00 of the working day on which a rung is told."""
        return seven(working_days_after(self.counted, RUNGS[rung][0]), self.since)

    def goes_on(self, now: datetime) -> None:
        """Nobody had it for a while: what was to be told meanwhile is told from the next morning."""
        while self.rung < 0 and self.rings(self.rung + 1) <= now:
            self.rung += 1
        if self.rung < max(RUNGS) and self.rings(self.rung + 1) <= now:
            morning = working_days_after(day_of(now), 1)
            self.counted = working_days_after(morning, -RUNGS[self.rung + 1][0])

    def climbs(self, now: datetime, height: int) -> int:
        """Climbs what is due, as far as there is somebody `height` bodies above. Returns how many."""
        climbed = 0
        while not self.over and self.rung < max(RUNGS) and self.rings(self.rung + 1) <= now:
            rung = self.rung + 1
            missed = rung <= 0 and (self.rings(rung + 1) <= now or day_of(now) > self.due)
            if RUNGS[rung][1] > height:
                self.over = True
                break
            self.rung = rung
            climbed += not missed
        return climbed


@dataclass
class Text:
    """What one revision holds, as far as a rule asks for it."""

    complete: bool
    dated_on: date | None
    basis: list[date | int]  # the date of a paper outside, or the id of a document


@dataclass
class Document:
    id: int
    kind: str
    unit: str
    author: str
    route: list[tuple[str, bool]]  # body, whether it decides
    texts: list[Text]
    owed: Key | None = None
    amends: int | None = None
    state: str = "drafted"
    stage: int = 0
    version: int = 1
    in_force: int | None = None
    number: str | None = None
    dated_on: date | None = None
    received: bool = False
    hands: set[str] = field(default_factory=set)
    decided: dict[int, set[str]] = field(default_factory=dict)  # by revision
    waits: Clock | None = None
    sent: date | None = None  # the day on which the newest text was handed in

    @property
    def revision(self) -> int:
        return len(self.texts)

    @property
    def here(self) -> str:
        """The body where the paper lies."""
        return self.route[self.stage][0]

    @property
    def alive(self) -> bool:
        return self.in_force is not None and self.state not in ("superseded", "revoked")


@dataclass
class Item:
    """One paper before a meeting, as the meeting saw it."""

    revision: int
    decision: str = ""
    reason: str | None = None
    code: str | None = None
    votes_for: int | None = None
    against: int | None = None
    outcome: str | None = None


@dataclass
class Sitting:
    id: int
    unit: str
    held_on: date
    chair: str
    taker: str | None
    present: dict[str, bool]
    items: dict[int, Item] = field(default_factory=dict)  # by document, in the order of the agenda
    state: str = "open"
    number: str | None = None
    closed_by: str | None = None
    confirmed_by: str | None = None
    scanned: bool = False


@dataclass
class World:
    now: datetime
    deciding: dict[str, int]  # kind → how many bodies decide
    superior_must_accept: bool
    members: dict[str, str]  # of the cell, with their standing: full or probationary
    owed: dict[Key, date]  # what is due by whom: last good day
    meets: set[str] = field(default_factory=set)  # bodies that decide by meeting
    met: set[Key] = field(default_factory=set)
    begins: dict[Key, Clock] = field(default_factory=dict)  # what is owed and nobody has begun
    clocks: dict[Key, Clock] = field(default_factory=dict)  # the last one for the day of each
    posts: dict[int, Post] = field(default_factory=dict)
    delegations: dict[int, Delegation] = field(default_factory=dict)
    absences: dict[int, Absence] = field(default_factory=dict)
    suspended: set[str] = field(default_factory=set)
    documents: dict[int, Document] = field(default_factory=dict)
    sittings: dict[int, Sitting] = field(default_factory=dict)

    @property
    def day(self) -> date:
        return day_of(self.now)

    def away(self, person: str) -> bool:
        absent = any(a.person == person and a.holds(self.now) for a in self.absences.values())
        return absent or person in self.suspended
