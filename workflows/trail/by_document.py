"""Streams that are ordered by document, walked beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, Generic, TypeVar

_KINDS = {type(None): 0, int: 1, float: 1, str: 2, bytes: 3}

R = TypeVar("R", bound=tuple[Any, ...])


class ByDocument(Generic[R]):
    """A stream ordered by document, to be walked beside the documents themselves."""

    def __init__(self, stream: Iterator[R]):
        self.groups = groupby(stream, key=itemgetter(0))
        self.ahead: tuple[int, list[R]] | None = None
        self.strangers: list[R] = []  # the first row of each document that does not exist

    def of(self, document_id: int | None) -> list[R]:
        """The rows of this document (None: there is none left)."""
        while True:
            if self.ahead is None:
                found = next(self.groups, None)
                if found is None:
                    return []
                self.ahead = found[0], list(found[1])
            key, group = self.ahead
            if document_id is not None and _later(key, document_id):
                return []
            self.ahead = None
            if key == document_id:
                return group
            self.strangers.append(group[0])


def _later(one: Any, other: Any) -> bool:
    """Whether the database puts this id behind the other; where somebody wrote something else than
    a number, SQLite puts texts behind numbers and bytes behind texts."""
    try:
        return bool(one > other)
    except TypeError:
        return _KINDS.get(type(one), 0) > _KINDS.get(type(other), 0)
