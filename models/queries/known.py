"""Objects of the session from the rows of a Core statement.

The ORM sets its loaders up anew with every execution, which costs a statement for a single row more
than the row: what every act reads is read through here instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.orm.attributes import instance_dict, instance_state, set_committed_value

from models.base import Base


class Known:
    """How a part of a row becomes the object of a model: `columns` is what a statement selects of it,
    the id first. The other columns are read when they are asked for."""

    def __init__(self, model: type[Base], *given: InstrumentedAttribute[Any]) -> None:
        mapper = sa.inspect(model)
        plain = [getattr(model, a.key) for a in mapper.column_attrs if not a.deferred]
        ident = getattr(model, "id")  # noqa: B009  every model has one
        self.columns = [ident, *(a for a in given or plain if a.key != "id")]
        self._keys = [a.key for a in self.columns]
        self._others = {a.key for a in plain}.difference(self._keys)
        self._model, self._manager = model, mapper.class_manager

    def of(self, session: Session, values: Sequence[Any], *, anew: bool = False) -> Any:
        """The object that these values are of, None without an id. What the session knows of it
        already stays as it is, unless it is read `anew`."""
        if values[0] is None:
            return None
        key = (self._model, (values[0],), None)
        known = session.identity_map.get(key)
        if known is not None:
            return self._again(session, known, values, anew)
        made = self._manager.new_instance()
        state = instance_state(made)
        state.key, state.session_id = key, session.hash_key
        session.identity_map.add(state)
        instance_dict(made).update(zip(self._keys, values, strict=True))
        state.expired_attributes.update(self._others)
        return made

    def _again(self, session: Session, known: Any, values: Sequence[Any], anew: bool) -> Any:
        if anew:
            session.expire(known)
        for name, value in zip(self._keys, values, strict=True):
            if name not in instance_dict(known):
                set_committed_value(known, name, value)
        return known


class Several:
    """Rows of several models side by side; `more` columns come after."""

    def __init__(self, *parts: Known) -> None:
        self.columns = [column for part in parts for column in part.columns]
        ends = [sum(len(p.columns) for p in parts[: n + 1]) for n in range(len(parts))]
        self._parts = [
            (part, end - len(part.columns), end) for part, end in zip(parts, ends, strict=True)
        ]

    def of(self, session: Session, row: Sequence[Any], *, anew: bool = False) -> list[Any]:
        """One object a model, or None."""
        return [part.of(session, row[begin:end], anew=anew) for part, begin, end in self._parts]
