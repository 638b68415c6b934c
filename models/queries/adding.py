"""Adding a row that nobody needs as an object afterwards: one statement, prepared once."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from models.base import Base, db, table_of

_inserts: dict[type[Base], sa.Insert] = {}
_returning: dict[type[Base], Any] = {}


def add(model: type[Base], **values: Any) -> None:
    """One row of this model, written at once, in the session's transaction."""
    if model not in _inserts:
        _inserts[model] = sa.insert(table_of(model))
    db.session.connection().execute(_inserts[model], values)


def add_all(model: type[Base], rows: list[dict[str, Any]]) -> list[int]:
    """Rows with the same columns, in one statement; returns their ids in the same order."""
    if not rows:
        return []
    if model not in _returning:
        table = table_of(model)
        _returning[model] = sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(db.session.connection().execute(_returning[model], rows).scalars())
