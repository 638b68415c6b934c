"""Counting statements, where their number is what a test is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from models import db


@contextmanager
def counted(engine: sa.Engine | None = None) -> Iterator[list[str]]:
    """The statements executed inside, on the application's database; around requests, which need to
    be outside of any context, its `engine` is given."""
    engine = engine or db.engine
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
