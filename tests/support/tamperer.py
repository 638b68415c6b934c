"""Somebody who owns the database and writes into it whatever he likes."""

from __future__ import annotations

import json
import random
import types
from typing import Any

import sqlalchemy as sa

from tests.support.odd_values import INSIDE, ODD, encodable, fitting
from workflows.trail import merkle

TABLES = [
    "audit_event", "event_payload", "log_head", "document", "revision", "decision", "unit",
    "reading", "attachment", "stored_file",
]  # fmt: skip
JSON = {"event_payload": ["fields"], "revision": ["content", "basis"]}


class Tamperer:
    """Takes away every constraint and trigger first; keeps a copy of what he changes. `dice` makes
    the same changes in the same order for the same seed."""

    def __init__(self, engine: sa.Engine, seed: int) -> None:
        self.engine = engine
        self.dice = random.Random(seed)
        self.lite = engine.dialect.name == "sqlite"
        self.touched: set[str] = set()
        with self._owning() as connection:
            for table in TABLES:
                for statement in (
                    f"CREATE TABLE kept_{table} AS SELECT * FROM {table}",
                    f"DROP TABLE {table}" + ("" if self.lite else " CASCADE"),
                    f"CREATE TABLE {table} AS SELECT * FROM kept_{table}",
                ):
                    connection.exec_driver_sql(statement)
        self.columns = {
            table: [
                (column["name"], str(column["type"]).upper())
                for column in sa.inspect(engine).get_columns(table)
            ]
            for table in TABLES
        }

    def _owning(self) -> Any:
        connection = self.engine.connect()
        if self.lite:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        return _Committing(connection)

    def put_back(self) -> None:
        """Everything is as it was."""
        with self._owning() as connection:
            for table in self.touched:
                connection.exec_driver_sql(f"DELETE FROM {table}")
                connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM kept_{table}")
        self.touched.clear()

    def change(self) -> tuple[Any, Any] | None:
        """One change. Returns the place (code of the unit, number) of an event whose leaf or hash is
        another one now, where nothing else was changed to hide it."""
        with self._owning() as connection:
            ways = [self._cell, self._json, self._leaf, self._leaf, self._row]
            return self.dice.choice(ways)(connection)

    def rewrite(self, unit: str, seq: int, /, **facts: Any) -> None:
        """One event states something else, and hash, tree and head agree with it."""
        place = {"code": unit, "seq": seq}
        words = (
            f"SELECT audit_event.{self._row_id('')}, leaf, unit_id FROM audit_event"
            " JOIN unit ON unit.id = unit_id WHERE code = :code AND seq = :seq"
        )
        with self._owning() as connection:
            row, leaf, unit_id = connection.execute(sa.text(words), place).one()
            text = json.dumps(json.loads(bytes(leaf)) | facts).encode()
            both = {"leaf": text, "leaf_hash": merkle.leaf_hash(text)}
            self._set(connection, "audit_event", both, at=row)
            self._rebuilt(connection, unit_id)

    # ---- ways

    def _cell(self, connection: sa.Connection) -> None:
        table = self.dice.choice(TABLES)
        name, kind = self.dice.choice(self.columns[table])
        value = self.dice.choice(ODD)
        if not self.lite:
            value = fitting(value, kind, self.dice)
        elif type(value) is str and self.dice.random() < 0.2:
            self._set(connection, table, {name: b"\xff\xfe"}, as_text=True)
            return
        self._set(connection, table, {name: value})

    def _json(self, connection: sa.Connection) -> None:
        table = self.dice.choice(list(JSON))
        name = self.dice.choice(JSON[table])
        found = self._one(connection, table, self._plainly(name))
        if found is None:
            return
        rowid, text = found
        text = self._bent(text)
        if not self.lite:
            try:
                json.loads(text)
            except (ValueError, RecursionError):
                text = "[]"
            text = text.replace("NaN", "0")
        self._set(connection, table, {name: text}, at=rowid)

    def _leaf(self, connection: sa.Connection) -> tuple[Any, Any] | None:
        leaf = self._plainly("leaf") if self.lite else "leaf"
        rowid, leaf = self._one(connection, "audit_event", leaf) or (None, None)
        if type(leaf) is not bytes and type(leaf) is not memoryview:
            return None
        bent = self._bent(bytes(leaf).decode(errors="replace")).encode("utf-8", "surrogatepass")
        if self.dice.random() < 0.2:
            bent = self.dice.choice(
                [b"", b"[" * 5000, b"\xff" + bent, bent[:-1], b"[1]", b'"x"', b"0"]
            )
        if bent == bytes(leaf):
            return None
        place = f"SELECT unit_id, seq FROM audit_event WHERE {self._row_id('audit_event')} = :at"
        unit, seq = connection.execute(sa.text(place), {"at": rowid}).one()
        if self.dice.random() < 0.4:
            self._set(connection, "audit_event", {"leaf": bent}, at=rowid)
            code = sa.text(f"SELECT {self._plainly('code')} FROM unit WHERE id = :unit")
            named = connection.execute(code, {"unit": unit}).scalar()
            return (named.decode(errors="replace") if type(named) is bytes else named), seq
        both = {"leaf": bent, "leaf_hash": merkle.leaf_hash(bent)}
        self._set(connection, "audit_event", both, at=rowid)
        self._rebuilt(connection, unit)
        return None

    def _row(self, connection: sa.Connection) -> None:
        table = self.dice.choice(TABLES)
        found = self._one(connection, table, "0")
        if found is None:
            return
        where = f"WHERE {self._row_id(table)} = '{found[0]}'"
        self.touched.add(table)
        if self.dice.random() < 0.5:
            connection.exec_driver_sql(f"DELETE FROM {table} {where}")
        else:
            connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM {table} {where}")

    # ---- tools

    def _rebuilt(self, connection: sa.Connection, unit: int) -> None:
        """The tree of this log agrees with its leaves again."""
        rows = connection.execute(
            sa.text("SELECT leaf_hash FROM audit_event WHERE unit_id = :unit ORDER BY seq"),
            {"unit": unit},
        )
        frontier = b""
        for size, (leaf,) in enumerate(rows):
            frontier = merkle.grown(frontier, size, bytes(leaf or b""))
        self.touched.add("log_head")
        change = sa.text("UPDATE log_head SET frontier = :frontier WHERE unit_id = :unit")
        connection.execute(change, {"frontier": frontier, "unit": unit})

    def _bent(self, text: str | bytes | None) -> str:
        """A JSON text with one thing in it changed."""
        if self.dice.random() < 0.1:
            depth = self.dice.choice([50, 300, 900, 20000])
            return "[" * depth + "]" * depth
        try:
            value = json.loads(text)
        except (ValueError, TypeError, RecursionError):
            value = {}
        inner, key = None, None
        at = value
        while isinstance(at, dict | list) and at and (inner is None or self.dice.random() < 0.7):
            inner = at
            key = (
                self.dice.choice(list(at)) if isinstance(at, dict) else self.dice.randrange(len(at))
            )
            at = at[key]  # type: ignore[index]
        put = self.dice.choice(INSIDE)
        if inner is None:
            value = put
        elif self.dice.random() < 0.2:
            del inner[key]
        else:
            inner[key] = put
        spelt = json.dumps(value, ensure_ascii=False)
        plain = self.dice.random() < 0.5 or not encodable(spelt)
        return json.dumps(value) if plain else spelt

    def _plainly(self, column: str) -> str:
        """What stands in a column, be it a text or not."""
        return f"CAST({column} AS {'BLOB' if self.lite else 'TEXT'})"

    def _row_id(self, table: str) -> str:
        return "rowid" if self.lite else "ctid::text"

    def _one(self, connection: sa.Connection, table: str, what: str) -> tuple[Any, Any] | None:
        query = f"SELECT {self._row_id(table)}, {what} FROM {table}"
        found = connection.exec_driver_sql(query).all()
        return tuple(self.dice.choice(found)) if found else None  # type: ignore[return-value]

    def _set(
        self,
        connection: sa.Connection,
        table: str,
        values: dict[str, Any],
        *,
        at: Any = None,
        as_text: bool = False,
    ) -> None:
        """Sets these columns of the row `at`, or of any row."""
        if at is None:
            found = self._one(connection, table, "0")
            if found is None:
                return
            at = found[0]
        self.touched.add(table)
        kinds = dict(self.columns[table])
        sets = ", ".join(
            f"{name} = CAST(:{name} AS {kinds[name]})"
            if not self.lite
            else f"{name} = CAST(:{name} AS TEXT)"
            if as_text
            else f"{name} = :{name}"
            for name in values
        )
        words = f"UPDATE {table} SET {sets} WHERE {self._row_id(table)} = :row"
        connection.execute(sa.text(words), {**values, "row": at})


class _Committing:
    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection

    def __enter__(self) -> sa.Connection:
        return self.connection

    def __exit__(self, kind: type | None, error: object, trace: types.TracebackType | None) -> None:
        if kind is None:
            self.connection.commit()
        self.connection.close()
