"""Adding rows that nobody needs as objects afterwards: one statement, prepared once."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.base import Base, db, locks_rows, table_of


def add(model: type[Base], **values: Any) -> None:
    """One row of this model, written at once, in the session's transaction."""
    db.session.connection().execute(_insert(model), values)


def add_all(model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Rows with the same columns, in one statement."""
    if len(rows) == 1:
        add(model, **rows[0])
    elif rows:
        # One way to the server for all of them; where there is no server, row by row is quicker.
        statement = _returning(model, False) if locks_rows() else _insert(model)
        db.session.connection().execute(statement, rows)


def adding(model: type[Base], rows: list[dict[str, Any]]) -> list[int]:
    """As `add_all`; returns the ids of the rows, in their order."""
    if not rows:
        return []
    if len(rows) == 1:
        return [adding_one(model, **rows[0])]
    return list(db.session.connection().execute(_returning(model, True), rows).scalars())


def adding_one(model: type[Base], **values: Any) -> int:
    """As `add`; returns the id of the row."""
    key = db.session.connection().execute(_insert(model), values).inserted_primary_key
    assert key is not None
    return int(key[0])


def add_unless_there(model: type[Base], **values: Any) -> None:
    """One row of this model, unless a row with the same key is there."""
    dialect = postgresql if locks_rows() else sqlite
    statement = dialect.insert(table_of(model)).values(values).on_conflict_do_nothing()
    db.session.connection().execute(statement)


def added_unless_there(
    model: type[Base], rows: list[dict[str, Any]], *returned: sa.orm.InstrumentedAttribute[Any]
) -> list[tuple[Any, ...]]:
    """Rows with the same columns, but for those whose key is there; the columns `returned` of those
    that were added here. Who adds the same at the same time waits, and adds the others."""
    dialect = postgresql if locks_rows() else sqlite
    statement = dialect.insert(table_of(model)).on_conflict_do_nothing().returning(*returned)
    return [tuple(row) for row in db.session.connection().execute(statement, rows)]


@cache
def _insert(model: type[Base]) -> sa.Insert:
    return sa.insert(table_of(model))


@cache
def _returning(model: type[Base], ordered: bool) -> Any:
    table = table_of(model)
    return sa.insert(table).returning(table.c.id, sort_by_parameter_order=ordered)
