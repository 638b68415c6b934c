"""A task as a list shows it: one bare row with its names, instead of a graph of objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models.base import asked
from models.campaign import Campaign, Requirement
from models.document import Document
from models.obligation import Obligation
from models.person import Person
from models.recorded import RecordedPaper
from models.task import Task
from models.unit import Unit


class Body(NamedTuple):
    id: int
    code: str
    name: str
    name_en: str | None
    meets: bool


class Paper(NamedTuple):
    """The document of a task. `awaits`: entered from paper, and not yet confirmed."""

    id: int
    kind: str
    title: str
    state: str
    stage: int
    number: str | None
    recorded: bool
    awaits: bool
    author_id: int
    author: str
    year: int  # of its campaign
    type: str  # its own, where not its kind's
    unit: Body  # the issuer


class Owed(NamedTuple):
    """The obligation of a task that has no document yet. `person_id`: who owes it himself;
    `written`: the last good day first written."""

    person_id: int | None
    kind: str
    requirement: str  # its code
    label_vi: str
    label_en: str
    campaign: str  # its code
    year: int
    written: date
    unit: Body


class Line(NamedTuple):
    id: int
    action: str
    due_at: datetime | None
    closed_at: datetime | None
    climbed: bool
    person: str | None  # the only one who can do it
    unit: Body  # that owes the act
    document: Paper | None
    obligation: Owed | None


_UNIT, _ISSUER, _OWING = (aliased(Unit, name=n) for n in ("owes", "issuer", "owing"))
_AUTHOR, _ALONE = aliased(Person, name="author"), aliased(Person, name="alone")
_YEAR, _ASKED = aliased(Campaign, name="year"), aliased(Campaign, name="asked")


def body_columns(unit: type[Unit]) -> list[Any]:
    """What `Body` holds of a unit."""
    return [unit.id, unit.code, unit.name, unit.name_en, unit.meets]


_AWAITS = sa.and_(
    Document.recorded,
    Document.state == "drafted",
    RecordedPaper.document_id.is_not(None),
    RecordedPaper.confirmed_at.is_(None),
)
_COLUMNS = [
    *(Task.id, Task.action, Task.due_at, Task.closed_at, Task.climbed, _ALONE.full_name),
    *body_columns(_UNIT),
    *(Document.id, Document.kind, Document.title, Document.state, Document.stage, Document.number),
    *(Document.recorded, _AWAITS, Document.author_id, _AUTHOR.full_name, _YEAR.year),
    Document.type,
    *body_columns(_ISSUER),
    *(Obligation.person_id, Requirement.kind, Requirement.code, Requirement.label_vi),
    *(Requirement.label_en, _ASKED.code, _ASKED.year, Obligation.nominal_due),
    *body_columns(_OWING),
]


def line_of(cells: Sequence[Any]) -> Line:
    """The row of a statement of `shown` as a line."""
    paper = owed = None
    if cells[11] is not None:
        paper = Paper._make([*cells[11:23], Body._make(cells[23:28])])
    if cells[29] is not None:
        owed = Owed._make([*cells[28:36], Body._make(cells[36:41])])
    return Line._make([*cells[:6], Body._make(cells[6:11]), paper, owed])


def shown(first: sa.FromClause, on: sa.ColumnElement[bool], *more: Any) -> sa.Select[Any]:
    """A statement for the lines of tasks that `first` chose; `more` columns stand behind."""
    return (
        sa.select(*(c.label(f"c{n}") for n, c in enumerate(_COLUMNS)), *more)
        .select_from(first)
        .join(Task, on)
        .join(_UNIT, Task.unit_id == _UNIT.id)
        .outerjoin(_ALONE, Task.person_id == _ALONE.id)
        .outerjoin(Document, Task.document_id == Document.id)
        .outerjoin(RecordedPaper, RecordedPaper.document_id == Document.id)
        .outerjoin(_AUTHOR, Document.author_id == _AUTHOR.id)
        .outerjoin(_YEAR, Document.campaign_id == _YEAR.id)
        .outerjoin(_ISSUER, Document.unit_id == _ISSUER.id)
        .outerjoin(Obligation, Task.obligation_id == Obligation.id)
        .outerjoin(Requirement, Obligation.requirement_id == Requirement.id)
        .outerjoin(_ASKED, Requirement.campaign_id == _ASKED.id)
        .outerjoin(_OWING, Obligation.unit_id == _OWING.id)
    )


def _some() -> sa.Select[Any]:
    chosen = sa.select(Task.id).where(Task.id.in_(sa.bindparam("ids", expanding=True)))
    first = chosen.subquery("first")
    return shown(first, Task.id == first.c.id)


_SOME = _some()


def lines(task_ids: Iterable[int]) -> dict[int, Line]:
    """These tasks, by id."""
    rows = asked(_SOME, {"ids": sorted(set(task_ids))})
    return {row[0]: line_of(row) for row in rows}
