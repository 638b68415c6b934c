"""Adding rows that nobody needs as objects afterwards: one statement, prepared once."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from models.base import Base, db, locks_rows, table_of
from models.queries.prepared import Prepared


def add(model: type[Base], **values: Any) -> None:
    """One row of this model, written at once, in the session's transaction."""
    _insert(model).run(values)


def add_all(model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Rows with the same columns, in one statement."""
    if len(rows) == 1:
        add(model, **rows[0])
    elif rows and locks_rows():  # one way to the server for all of them
        db.session.connection().execute(_returning(model), rows)
    elif rows:
        _insert(model).run_all(rows)


def adding(model: type[Base], rows: list[dict[str, Any]]) -> list[int]:
    """As `add_all`; returns the ids of the rows, in their order."""
    if not rows:
        return []
    if len(rows) == 1:
        return [adding_one(model, **rows[0])]
    return list(db.session.connection().execute(_returning(model), rows).scalars())


def adding_one(model: type[Base], **values: Any) -> int:
    """As `add`; returns the id of the row."""
    return int(_insert(model, True).run(values).scalar_one())


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
def _insert(model: type[Base], returning: bool = False) -> Prepared:
    table = table_of(model)
    plain = sa.insert(table).inline()
    return Prepared(plain.returning(table.c.id) if returning else plain)


@cache
def _returning(model: type[Base]) -> Any:
    table = table_of(model)
    return sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)
