"""The desk: open tasks for the posts one holds, keyset-paged, counted only up to a bound.

Times are aware UTC. A task's place in the list is (due_at, id); tasks without a due time come last.
A page is one statement, with all counts or without, whatever their number. The statements are built
once for each shape (which tab; how many posts, how many units, what is delegated within what
scope), because building one costs more than running it; every value has a place of its own, because
a list would be written out anew each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from models.base import UTCDateTime, asked
from models.campaign import Requirement
from models.document import Contribution, Decision, Document
from models.inspection import Inspection, InspectionUnit
from models.obligation import Obligation
from models.queries.lines import Line, line_of, shown
from models.task import Task, TaskRole

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
BOUND = 99
# What never changes stands in the text of a statement: a parameter is paid for each time it is told.
_MORE_THAN_BOUND = sa.literal_column(str(BOUND + 1), sa.Integer)
_DECIDING = [sa.literal_column(f"'{action}'", sa.Text) for action in ("review", "approve")]
TABS = ("mine", "unit", "delegated", "overdue", "done")

_PERSON = sa.bindparam("person", type_=sa.BigInteger)
_NOW = sa.bindparam("now", type_=UTCDateTime)
_AT = sa.bindparam("at", type_=UTCDateTime)
_LAST = sa.bindparam("last", type_=sa.BigInteger)
_LIMIT = sa.bindparam("limit", type_=sa.Integer)
_DUE = sa.func.coalesce(Task.due_at, NEVER, type_=Task.due_at.type)


class Grant(NamedTuple):
    """The work of a post waits for somebody: of these kinds and actions only, where any are named."""

    unit_id: int
    role: str
    kinds: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        return not self.kinds and not self.actions


@dataclass(frozen=True)
class Hands:
    """Whose desk: what waits for him by his own posts, by those delegated to him, and the `units`
    in whose work he takes part. `apart`: of an inspector, the units that he does not inspect."""

    person_id: int
    own: tuple[Grant, ...]
    delegated: tuple[Grant, ...]
    units: tuple[int, ...]
    apart: tuple[int, ...] = ()

    @property
    def whole(self) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.delegated if grant.whole)

    @property
    def scoped(self) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.delegated if not grant.whole)


class Shape(NamedTuple):
    """One shape, one text of SQL: how many posts are one's own, how many delegated whole, the
    (kinds?, actions?) of the other delegations, how many units, how many he does not inspect."""

    own: int
    whole: int
    scoped: tuple[tuple[bool, bool], ...]
    units: int
    apart: int


def page(
    hands: Hands, tab: str, now: datetime, after: tuple[datetime, int] | None, limit: int
) -> list[Line]:
    """The next tasks of a tab by due time, with what a list of them shows. `open` is what is mine
    and what is delegated to me."""
    statement = _page(tab, _shape(hands), after is not None)
    return [line_of(row) for row in asked(statement, _place(hands, now, after, limit))]


def page_and_counts(
    hands: Hands, tab: str, now: datetime, after: tuple[datetime, int] | None, limit: int
) -> tuple[list[Line], dict[str, int]]:
    """As `page`, and how many tasks stand behind each tab, counted to one more than `BOUND`."""
    statement = _page_and_counts(tab, _shape(hands), after is not None)
    rows = asked(statement, _place(hands, now, after, limit)).all()
    counts = dict(zip(TABS, rows[0][-len(TABS) :], strict=True))
    return [line_of(row) for row in rows if row[0] is not None], counts


def _place(
    hands: Hands, now: datetime, after: tuple[datetime, int] | None, limit: int
) -> dict[str, Any]:
    values = _values(hands, now) | {"limit": limit}
    return values if after is None else values | {"at": after[0], "last": after[1]}


def _shape(hands: Hands) -> Shape:
    scoped = tuple((bool(grant.kinds), bool(grant.actions)) for grant in hands.scoped)
    return Shape(len(hands.own), len(hands.whole), scoped, len(hands.units), len(hands.apart))


def _values(hands: Hands, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"person": hands.person_id, "now": now}
    for name, grants in (("own", hands.own), ("whole", hands.whole)):
        for n, grant in enumerate(grants):
            values[f"{name}_unit{n}"], values[f"{name}_role{n}"] = grant.unit_id, grant.role
    values |= {f"body{n}": unit for n, unit in enumerate(hands.units)}
    values |= {f"apart{n}": unit for n, unit in enumerate(hands.apart)}
    for n, grant in enumerate(hands.scoped):
        names = (f"unit{n}", f"role{n}", f"kinds{n}", f"actions{n}")
        values |= zip(names, grant, strict=True)
    return values


@cache
def _page(tab: str, shape: Shape, later: bool) -> sa.Select[Any]:
    found = sa.select(Task.id, _DUE.label("due")).where(_condition(tab, shape))
    if later:
        found = found.where(sa.or_(_DUE > _AT, sa.and_(_DUE == _AT, Task.id > _LAST)))
    first = found.order_by("due", Task.id).limit(_LIMIT).subquery("first")
    place = (first.c.due, first.c.id)
    return shown(first, Task.id == first.c.id, *place).order_by(*place)


@cache
def _page_and_counts(tab: str, shape: Shape, later: bool) -> sa.Select[Any]:
    """One row for each task with the counts behind it, and one row with the counts alone where
    there is no task."""
    lines, counts = _page(tab, shape, later).subquery("lines"), _counts(shape).subquery("counts")
    columns: list[Any] = [column for column in lines.c if column.name not in ("due", "id")]
    columns += counts.c
    both = sa.select(*columns).select_from(counts.outerjoin(lines, sa.true()))
    return both.order_by(lines.c.due, lines.c.id)


def _counts(shape: Shape) -> sa.Select[Any]:
    def count(tab: str) -> sa.Label[int]:
        rows = sa.select(Task.id).where(_condition(tab, shape)).limit(_MORE_THAN_BOUND).subquery()
        return sa.select(sa.func.count()).select_from(rows).scalar_subquery().label(tab)

    columns: list[Any] = [count(tab) for tab in TABS]
    return sa.select(*columns)


def _condition(tab: str, shape: Shape) -> sa.ColumnElement[bool]:
    """Which tasks stand on a tab."""
    if tab == "done":
        return sa.and_(Task.closed_at.is_not(None), Task.closed_by_id == _PERSON)
    opened = Task.closed_at.is_(None)
    if tab == "unit":
        units = Task.unit_id.in_([_id(f"body{n}") for n in range(shape.units)])
        return sa.and_(opened, units, sa.or_(Task.person_id.is_(None), Task.person_id == _PERSON))
    own = [] if tab == "delegated" else [*_roles("own", shape.own), _in_person()]
    delegated = [] if tab == "mine" else _delegated(shape)
    if not own + delegated:
        return sa.false()
    # Everything that waits, found by its own index, and then the tasks by their keys: an OR of
    # several ways would make the database look at every open task.
    waiting = Task.id.in_(sa.union_all(*own, *delegated))
    late = [Task.due_at <= _NOW] if tab == "overdue" else []
    return sa.and_(opened, waiting, _not_barred(), *_not_apart(shape), *late)


def _id(name: str) -> sa.BindParameter[int]:
    return sa.bindparam(name, type_=sa.BigInteger)


def _held_as(unit: str, role: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        TaskRole.unit_id == _id(unit), TaskRole.role == sa.bindparam(role, type_=sa.Text)
    )


def _roles(name: str, several: int) -> list[sa.Select[Any]]:
    """Tasks that wait for one of so many posts; none of no posts."""
    held = [_held_as(f"{name}_unit{n}", f"{name}_role{n}") for n in range(several)]
    return [sa.select(TaskRole.task_id).where(sa.or_(*held))] if held else []


def _in_person() -> sa.Select[Any]:
    task = sa.alias(Task.__table__)
    return sa.select(task.c.id).where(task.c.person_id == _PERSON, task.c.closed_at.is_(None))


def _delegated(shape: Shape) -> list[sa.Select[Any]]:
    """Tasks of posts delegated to the person, within the scope of each delegation."""
    selects = _roles("whole", shape.whole)
    for n, (kinds, actions) in enumerate(shape.scoped):
        task = sa.alias(Task.__table__)
        held = (
            sa.select(TaskRole.task_id)
            .join(task, task.c.id == TaskRole.task_id)
            .where(_held_as(f"unit{n}", f"role{n}"))
        )
        if actions:
            held = held.where(task.c.action.in_(sa.bindparam(f"actions{n}", expanding=True)))
        if kinds:
            held = held.where(_of_kinds(task, sa.bindparam(f"kinds{n}", expanding=True)))
        selects.append(held)
    return selects


def _of_kinds(task: sa.FromClause, kinds: sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    """It is about a document (or an obligation to make one) of these kinds."""
    document = sa.exists().where(Document.id == task.c.document_id, Document.kind.in_(kinds))
    owed = sa.exists().where(
        Obligation.id == task.c.obligation_id,
        Obligation.requirement_id == Requirement.id,
        Requirement.kind.in_(kinds),
    )
    return sa.or_(document, owed)


def _not_barred() -> sa.ColumnElement[bool]:
    """This person has no hand in what is to be decided (R30)."""
    wrote = sa.exists().where(
        Contribution.document_id == Task.document_id, Contribution.person_id == _PERSON
    )
    decided = sa.exists().where(
        Decision.document_id == Task.document_id,
        Decision.person_id == _PERSON,
        Decision.revision == Document.revision,
        Document.id == Task.document_id,
    )
    return sa.or_(Task.action.not_in(_DECIDING), sa.and_(~wrote, ~decided))


def _not_apart(shape: Shape) -> list[sa.ColumnElement[bool]]:
    """An inspector carries out no inspection of a unit that he belongs or answers to."""
    if not shape.apart:
        return []
    units = [_id(f"apart{n}") for n in range(shape.apart)]
    inspected = (
        sa.exists()
        .where(Inspection.document_id == Task.document_id)
        .where(InspectionUnit.inspection_id == Inspection.id, InspectionUnit.unit_id.in_(units))
    )
    return [~inspected]
