"""A question: its words, its columns, and how it is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.unit import Unit
from workflows.questions.answer import (
    APART,
    MOST_COUNTED,
    UNITS_COUNTED,
    Answer,
    Row,
    Tally,
    Window,
)
from workflows.questions.scope import Keys, Scope
from workflows.refusal import Reason


@dataclass(frozen=True)
class Column:
    """A column of the table: its name among the cells, its heading (a marked text)."""

    name: str
    words: str


@dataclass(frozen=True)
class Question:
    """One of the fifteen. `title`, `short` and `asks` are marked texts; `asks` is the precise query
    in words. `machine`: the answer is a machine's hint and concludes nothing."""

    n: int
    title: str
    short: str
    asks: str
    rules: tuple[str, ...]
    columns: tuple[Column, ...]
    answer: Callable[[Scope, Window], Answer]
    count: Callable[[Scope], Tally]
    machine: bool = False
    named: bool = True  # False: what concerns persons is counted, and never listed
    apart: str = ""  # heading of what is shown beside the answer and not counted
    compared: Callable[[Scope, Window], Answer] | None = None  # everything that was looked at


# (scope) -> a statement: one row for each thing found.
Found = Callable[[Scope], Keys]
# (scope, keys) -> the rows of these keys, in a fixed number of statements; a key that is gone
# meanwhile has none.
Shown = Callable[[Scope, Sequence[int]], list[Row]]


def keyed(
    found: Found,
    shown: Shown,
    *,
    looked_at: Callable[[Scope], Keys],
    apart: Found | None = None,
    note: Callable[[Scope], Reason | None] | None = None,
    whole: bool = False,
    named: bool = True,
) -> dict[str, Any]:
    """How most questions are answered: a statement finds keys (whole numbers, each once), which are
    counted, paged and only then read. What is `personal` is counted by unit unless persons may be
    named. `looked_at`: a statement for the keys of everything that was compared; `apart`: one, as
    `found`, for what is shown beside and not counted; `whole`: what was compared can be listed too,
    as `shown` also knows what to say of what is in order. `named` False: how late persons were is
    counted by unit and nothing more, wherever it is asked."""

    def count(scope: Scope) -> Tally:
        return tally(found(scope))

    def answer(scope: Scope, window: Window) -> Answer:
        scope = scope if named else replace(scope, persons=False)
        every = found(scope)
        keys = _keys(every, scope, window.after, window.limit + 1)
        page = keys[: window.limit]
        beside = apart(scope) if apart is not None else None
        shown_apart = _keys(beside, scope, 0, APART) if beside is not None else []
        wanted = [*page, *shown_apart]
        rows = {row.key: row for row in (shown(scope, wanted) if wanted else [])}
        return Answer(
            tally(every),
            [rows[key] for key in page if key in rows],
            page[-1] if len(keys) > len(page) else None,
            [] if scope.persons else _by_unit(every),
            tally(looked_at(scope)).count,
            note(scope) if note is not None else None,
            [rows[key] for key in shown_apart if key in rows],
            tally(_named(beside, scope)) if beside is not None else Tally(0),
        )

    def compared(scope: Scope, window: Window) -> Answer:
        keys = _keys(looked_at(scope), scope, window.after, window.limit + 1)
        page = keys[: window.limit]
        rows = shown(scope, page) if page else []
        return Answer(tally(looked_at(scope)), rows, page[-1] if len(keys) > len(page) else None)

    known = {"count": count, "answer": answer, "named": named}
    return {**known, **({"compared": compared} if whole else {})}


def tally(found: Keys) -> Tally:
    """How many rows a statement has, counted up to a bound."""
    bounded = found.order_by(None).limit(MOST_COUNTED + 1).subquery()
    count = db.session.scalar(sa.select(sa.func.count()).select_from(bounded)) or 0
    return Tally(min(count, MOST_COUNTED), count > MOST_COUNTED)


def _named(found: Keys, scope: Scope) -> Keys:
    """The keys of what may be shown one by one."""
    every = found.subquery()
    query = sa.select(every.c.key)
    return query if scope.persons else query.where(sa.not_(every.c.personal))


def _keys(found: Keys, scope: Scope, after: int, limit: int) -> list[int]:
    """The next keys of what may be shown one by one."""
    query = _named(found, scope)
    (key,) = query.selected_columns
    return list(db.session.scalars(query.where(key > after).order_by(key).limit(limit)))


def _by_unit(found: Keys) -> list[tuple[Unit, int]]:
    """What concerns persons, as counts."""
    every = found.subquery()
    counted = (
        sa.select(every.c.unit_id, sa.func.count().label("n"))
        .where(every.c.personal)
        .group_by(every.c.unit_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(Unit, counted.c.n)
        .join(counted, counted.c.unit_id == Unit.id)
        .order_by(Unit.sort_key, Unit.id)
        .limit(UNITS_COUNTED)
    )
    return [(unit, count) for unit, count in rows]
