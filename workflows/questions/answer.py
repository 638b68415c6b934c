"""What a question is answered with. Words are marked sentences (`Reason`), put into the viewer's
language where they are shown; a cell may also be a day, an instant, a number, a unit or a paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from models.document import Document, Revision
from models.event import AuditEvent
from models.person import Person
from models.unit import Unit
from workflows.refusal import Reason

MOST_COUNTED = 10_000  # beyond it a count says "hơn"
PAGE = 25
UNITS_COUNTED = 500  # lines of counts by unit
APART = 50  # rows shown apart

Value = (
    str
    | int
    | date
    | datetime
    | Unit
    | Person
    | Document
    | Reason
    | tuple[Reason, ...]
    | dict[str, str]  # what has its words in "vi" and "en"
    | None
)


@dataclass(frozen=True)
class Window:
    """One page: so many rows, after the row with this key."""

    limit: int = PAGE
    after: int = 0


@dataclass(frozen=True)
class Tally:
    """How many there are; `more` where counting stopped at the bound."""

    count: int
    more: bool = False


@dataclass(frozen=True)
class Evidence:
    """What shows it: an event of a log, a text by its number and kept hash, a rule of the field."""

    event: AuditEvent | None = None
    revision: int | None = None
    content_hash: bytes | None = None
    rule: str | None = None


@dataclass(frozen=True)
class Side:
    """One of two things set side by side: what it is, its day or number in large, and some lines.
    `off`: it is this one that is asked about."""

    of: Reason
    head: Value
    head_note: Value = None
    lines: tuple[Value, ...] = ()
    off: bool = False


@dataclass(frozen=True)
class Beside:
    """Two things side by side, and what lies between them in a few words. `texts`: two revisions
    whose difference is shown below (never of a commitment)."""

    left: Side
    right: Side
    gap: Reason | None = None
    texts: tuple[Revision, Revision] | None = None


@dataclass(frozen=True)
class Explained:
    """What the unit itself says to it. It stands first. `by`: as what it was said, if not as the
    unit's explanation."""

    text: str
    at: datetime | None
    by: Reason | None = None


@dataclass(frozen=True)
class Row:
    """One answer. `told`: in one phrase; `cells` by the names of the question's columns. `opens`: two
    persons' papers whose texts may be opened side by side, with a written reason."""

    key: int
    unit: Unit
    told: Reason
    cells: dict[str, Value]
    document: Document | None = None
    person: Person | None = None
    evidence: tuple[Evidence, ...] = ()
    beside: Beside | None = None
    explained: tuple[Explained, ...] = ()
    opens: tuple[Document, Document] | None = None
    fine: bool = False  # compared and found in order: only where everything compared is listed


@dataclass(frozen=True)
class GridCell:
    """A short word; `fine` where all is in order."""

    told: Reason
    fine: bool


@dataclass(frozen=True)
class Grid:
    """Units down, months across: `heads` stand across; of each unit its cells, None where nothing is
    asked."""

    heads: list[str]
    rows: list[tuple[Unit, list[GridCell | None]]]


@dataclass(frozen=True)
class Answer:
    """`tally` counts all; `rows` are one page of those that may be shown, `next` the key to go on
    from. `by_unit`: how many, where persons are not named. `looked_at`: among how many. `apart`:
    what is shown beside and not counted (waived, extended …), the first of `apart_tally`."""

    tally: Tally
    rows: list[Row]
    next: int | None = None
    by_unit: list[tuple[Unit, int]] = field(default_factory=list)
    looked_at: int | None = None
    note: Reason | None = None
    apart: list[Row] = field(default_factory=list)
    apart_tally: Tally = Tally(0)
    grid: Grid | None = None  # beside the rows, where things are best seen at once
