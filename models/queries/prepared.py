"""Statements that write, made ready once. Core prepares text and values anew with every execution,
which on SQLite costs several times what the statement does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from models.base import db


class _Ready(NamedTuple):
    """What the driver is told: values by place (`places`) or by name."""

    text: str
    places: bool
    values: list[tuple[str, Callable[[Any], Any] | None]]  # how each becomes the driver's
    defaults: dict[str, Any]

    def given(self, values: Mapping[str, Any]) -> tuple[Any, ...] | dict[str, Any]:
        known = {**self.defaults, **values} if self.defaults else values
        if self.places:
            return tuple(
                [known[name] if to is None else to(known[name]) for name, to in self.values]
            )
        return {name: known[name] if to is None else to(known[name]) for name, to in self.values}


class Prepared:
    """A Core statement and what it has become for each database and set of values. Nothing is flushed
    before it; of rows that it returns only what needs no conversion may be asked, such as ids."""

    def __init__(self, statement: sa.Executable) -> None:
        self._statement = statement
        self._ready: dict[tuple[str, ...], _Ready] = {}

    def run(self, values: Mapping[str, Any]) -> sa.CursorResult[*tuple[Any, ...]]:
        """Runs it once, in the session's transaction."""
        connection = db.session.connection()
        ready = self._for(connection.dialect, values)
        return connection.exec_driver_sql(ready.text, ready.given(values))

    def run_all(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Runs it for each of these, which all have the same columns."""
        connection = db.session.connection()
        ready = self._for(connection.dialect, rows[0])
        connection.exec_driver_sql(ready.text, [ready.given(row) for row in rows])

    def _for(self, dialect: sa.Dialect, values: Mapping[str, Any]) -> _Ready:
        key = (dialect.name, *values)
        if key not in self._ready:
            self._ready[key] = _made_ready(self._statement, dialect, list(values))
        return self._ready[key]


def _made_ready(statement: Any, dialect: sa.Dialect, given: list[str]) -> _Ready:
    compiled = statement.compile(dialect=dialect, column_keys=given)
    to = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect)
        for bind, name in compiled.bind_names.items()
    }
    defaults = {name: value for name, value in compiled.params.items() if name not in given}
    for column in compiled.insert_prefetch:
        assert column.default.is_scalar, f"{column} has to be given"
        defaults[column.key] = column.default.arg
    names = compiled.positiontup if dialect.positional else list(to)
    return _Ready(str(compiled), dialect.positional, [(n, to[n]) for n in names], defaults)
