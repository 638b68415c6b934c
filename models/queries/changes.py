"""Writing what has changed on a few known rows, without the search of a unit of work for whatever else
may hang on them."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

import sqlalchemy as sa

from models.base import Base, db, table_of
from models.queries.prepared import Prepared


def flush_others(rows: Collection[Base]) -> None:
    """Writes everything that the session has to write, unless that is changed columns of `rows`
    alone: those wait for `write`."""
    session = db.session()
    if session.new or session.deleted or any(row not in rows for row in session.dirty):
        session.flush()


def write(rows: Collection[Base]) -> None:
    """Writes the changed columns of these rows, one statement each, and lets go of what is known of
    them: what is asked of them next is read again. Whoever rolls back to a savepoint lets go of them
    himself."""
    session = db.session()
    if any(sa.inspect(row).committed_state.keys() - _columns(type(row)) for row in rows):
        session.flush()  # a relationship has changed: that is for the unit of work
        return
    for row in rows:
        state = sa.inspect(row)
        if changed := {key: row.__dict__[key] for key in state.committed_state}:
            _update(type(row)).run({**changed, "row": row.__dict__["id"]})
            session.expire(row)


@cache
def _columns(model: type[Base]) -> frozenset[str]:
    return frozenset(sa.inspect(model).column_attrs.keys())


@cache
def _update(model: type[Base]) -> Prepared:
    table = table_of(model)
    return Prepared(sa.update(table).where(table.c.id == sa.bindparam("row")))
