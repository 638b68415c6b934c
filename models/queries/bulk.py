"""Many rows of one table at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import UTCDateTime

_NEXT = sa.text(
    "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"
)


def reserve(session: Session, table: sa.Table, count: int) -> Sequence[int]:
    """Ids for `count` rows to be inserted in this transaction, ascending. On SQLite the transaction
    must be a writing one: then nobody else can take them."""
    if session.get_bind().dialect.name == "postgresql":
        return list(session.scalars(_NEXT, {"name": table.name, "count": count}))
    last = session.scalar(sa.select(sa.func.max(table.c.id))) or 0
    return range(last + 1, last + count + 1)


def insert(
    session: Session, table: sa.Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Inserts these rows. Columns that are not named take what the database gives them."""
    if not rows:
        return
    connection = session.connection()
    names = ", ".join(columns)
    values = _as_stored([table.c[name] for name in columns], rows, connection.dialect)
    cursor = _cursor(connection)
    if connection.dialect.name == "postgresql":
        with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
    else:
        places = ", ".join("?" * len(columns))
        cursor.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({places})", values)


def update(
    session: Session,
    table: sa.Table,
    key: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
) -> None:
    """Sets `columns` of the rows named by `key`; each of `rows` is the key and then the values."""
    if not rows:
        return
    connection = session.connection()
    dialect = connection.dialect
    named = [table.c[name] for name in (key, *columns)]
    values = _as_stored(named, rows, dialect)
    cursor = _cursor(connection)
    if dialect.name == "postgresql":
        arrays = ", ".join(f"%s::{column.type.compile(dialect)}[]" for column in named)
        sets = ", ".join(f"{name} = new.{name}" for name in columns)
        names = ", ".join((key, *columns))
        cursor.execute(
            f"UPDATE {table.name} SET {sets} FROM unnest({arrays}) AS new ({names})"
            f" WHERE {table.name}.{key} = new.{key}",
            [list(column) for column in zip(*values, strict=True)],
        )
    else:
        sets = ", ".join(f"{name} = ?" for name in columns)
        cursor.executemany(
            f"UPDATE {table.name} SET {sets} WHERE {key} = ?",
            ([*row[1:], row[0]] for row in values),
        )


def _as_stored(
    columns: list[sa.Column[Any]], rows: Sequence[Sequence[Any]], dialect: sa.Dialect
) -> Iterable[tuple[Any, ...]]:
    """The rows as the driver takes them: each column by its own type, as SQLAlchemy would."""
    told: list[Iterable[Any]] = []
    for column, values in zip(columns, zip(*rows, strict=True), strict=True):
        process = column.type.dialect_impl(dialect).bind_processor(dialect)
        if process is None or isinstance(column.type, sa.LargeBinary):  # drivers take bytes
            told.append(values)
        elif all(value is values[0] for value in values):  # mostly one instant for all
            told.append(repeat(process(values[0]), len(rows)))
        elif isinstance(column.type, sa.Date | UTCDateTime):  # or a few days
            spelt = {value: process(value) for value in set(values)}
            told.append(map(spelt.__getitem__, values))
        else:
            told.append(map(process, values))
    return zip(*told, strict=True)


def _cursor(connection: sa.Connection) -> Any:
    driver = connection.connection.driver_connection
    assert driver is not None
    return driver.cursor()
