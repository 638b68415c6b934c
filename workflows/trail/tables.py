"""Models as bare tables: the trail writes and reads rows, not objects."""

from __future__ import annotations

import sqlalchemy as sa

from models.base import Base


def table_of(model: type[Base]) -> sa.Table:
    """The table of a model, for Core statements."""
    table = model.__table__
    assert isinstance(table, sa.Table)
    return table
