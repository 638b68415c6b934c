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

from models.base import UTCDateTime
from models.queries.lines import Line, line_of, shown
from models.queries.prepared import Asking
from models.queries.waiting import NOW, Shape, condition
from models.task import Task

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
BOUND = 99
# What never changes stands in the text of a statement: a parameter is paid for each time it is told.
_MORE_THAN_BOUND = sa.literal_column(str(BOUND + 1), sa.Integer)
TABS = ("mine", "unit", "delegated", "overdue", "done")

_AT = sa.bindparam("at", type_=UTCDateTime)
_LAST = sa.bindparam("last", type_=sa.BigInteger)
_LIMIT = sa.bindparam("limit", type_=sa.Integer)
_NEVER = sa.literal(NEVER, UTCDateTime())


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


def page(
    hands: Hands, tab: str, now: datetime, after: tuple[datetime, int] | None, limit: int
) -> list[Line]:
    """The next tasks of a tab by due time, with what a list of them shows. `open` is what is mine
    and what is delegated to me."""
    statement = _page(tab, _shape(hands), after is not None)
    return [line_of(row) for row in statement.rows(_place(hands, now, after, limit))]


def page_and_counts(
    hands: Hands, tab: str, now: datetime, after: tuple[datetime, int] | None, limit: int
) -> tuple[list[Line], dict[str, int]]:
    """As `page`, and how many tasks stand behind each tab, counted to one more than `BOUND`."""
    statement = _page_and_counts(tab, _shape(hands), after is not None)
    rows = statement.rows(_place(hands, now, after, limit))
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
def _page(tab: str, shape: Shape, later: bool) -> Asking:
    return Asking(_lines(_found(tab, shape).subquery("found"), later))


def _found(tab: str, shape: Shape) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(Task.id, Task.due_at).where(condition(tab, shape))


def _lines(found: sa.FromClause, later: bool) -> sa.Select[Any]:
    due = sa.func.coalesce(found.c.due_at, _NEVER)
    chosen = sa.select(found.c.id, due.label("due"))
    if later:
        chosen = chosen.where(sa.or_(due > _AT, sa.and_(due == _AT, found.c.id > _LAST)))
    first = chosen.order_by("due", found.c.id).limit(_LIMIT).subquery("first")
    place = (first.c.due, first.c.id)
    return shown(first, Task.id == first.c.id, *place).order_by(*place)


@cache
def _page_and_counts(tab: str, shape: Shape, later: bool) -> Asking:
    """One row for each task with the counts behind it, and one row with the counts alone where
    there is no task. What is mine is found once, for the page and for two counts."""
    own = _found("mine", shape).cte("own")
    found = own if tab == "mine" else _found(tab, shape).subquery("found")
    lines, counts = _lines(found, later).subquery("lines"), _counts(shape, own).subquery("counts")
    columns: list[Any] = [column for column in lines.c if column.name not in ("due", "id")]
    columns += counts.c
    both = sa.select(*columns).select_from(counts.outerjoin(lines, sa.true()))
    return Asking(both.order_by(lines.c.due, lines.c.id))


def _counts(shape: Shape, own: sa.CTE) -> sa.Select[Any]:
    def bounded(rows: sa.Select[Any]) -> sa.Subquery:
        return rows.limit(_MORE_THAN_BOUND).subquery()

    delegated = sa.select(Task.id).where(condition("delegated", shape), Task.due_at <= NOW)
    late = [bounded(sa.select(own.c.id).where(own.c.due_at <= NOW)), bounded(delegated)]
    known = {
        "mine": sa.select(own.c.id),
        "overdue": sa.select(sa.union(*(sa.select(part.c.id) for part in late)).subquery().c.id),
    }

    def count(tab: str) -> sa.Label[int]:
        rows = known.get(tab, sa.select(Task.id).where(condition(tab, shape)))
        asked_for = sa.select(sa.func.count()).select_from(bounded(rows))
        return asked_for.scalar_subquery().label(tab)

    columns: list[Any] = [count(tab) for tab in TABS]
    return sa.select(*columns)
