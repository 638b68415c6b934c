"""Statements made ready once. Core prepares text, values and answer anew with every execution, which
costs a short statement more than the database does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from models.base import asked, db


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


class Asking:
    """A Core statement that asks for columns, told to the driver itself. What the driver refuses is
    asked once more in the ordinary way, which knows what an error means and a dead connection."""

    def __init__(self, statement: sa.Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._ready: dict[str, _Ready] = {}
        self._answers: dict[str, list[tuple[int, Callable[[Any], Any]]]] = {}

    def rows(self, values: Mapping[str, Any]) -> list[list[Any]]:
        """All rows of the answer, each a list of its columns."""
        session = db.session()
        if not session.info.get("writing"):
            if session.autoflush:
                session.flush()
            found = self._told(session.connection(), values)
            if found is not None:
                return found
        return [list(row) for row in asked(self._statement, values)]

    def _told(self, own: sa.Connection, values: Mapping[str, Any]) -> list[list[Any]] | None:
        dialect = own.dialect
        ready = self._ready.get(dialect.name) or self._for(dialect, values)
        if "__[POSTCOMPILE_" in ready.text:  # a list, written out at every call
            return None
        cursor, given = own.connection.cursor(), ready.given(values)
        try:
            own.dispatch.before_cursor_execute(own, cursor, ready.text, given, None, False)
            cursor.execute(ready.text, given)
            rows = [list(row) for row in cursor.fetchall()]
        except dialect.loaded_dbapi.Error:
            return None
        for place, to in self._answers[dialect.name]:
            for row in rows:
                row[place] = to(row[place])
        return rows

    def _for(self, dialect: sa.Dialect, values: Mapping[str, Any]) -> _Ready:
        columns = enumerate(self._statement.selected_columns)
        made = [
            (n, c.type.dialect_impl(dialect).result_processor(dialect, None)) for n, c in columns
        ]
        self._answers[dialect.name] = [(place, to) for place, to in made if to is not None]
        self._ready[dialect.name] = _made_ready(self._statement, dialect, list(values))
        return self._ready[dialect.name]


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
