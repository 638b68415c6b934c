"""Days in SQL, on both databases."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from workflows import calendar


class day_of(GenericFunction[Any]):
    """day_of(instant, seconds, days): the day of an instant `seconds` east of UTC, moved by `days`.
    Written differently on each database; see `local_day_of`."""

    type = sa.Date()
    inherit_cache = True
    name = "day_of"


@compiles(day_of, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    instant, seconds, days = (compiler.process(clause, **how) for clause in element.clauses)
    return f"date({instant}, {seconds} || ' seconds', {days} || ' days')"


@compiles(day_of, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    instant, seconds, days = (compiler.process(clause, **how) for clause in element.clauses)
    return f"(CAST({instant} + make_interval(secs => {seconds}) AS DATE) + {days})"


def local_day_of(instant: Any, today: date, *, plus: int = 0) -> Any:
    """The organisation's day of a stored instant, moved by `plus` days. The zone's distance from
    UTC is that of `today`: Vietnam has had no summer time since 1975."""
    offset = datetime.combine(today, time(12), calendar.ZONE).utcoffset()
    assert offset is not None
    seconds = int(offset.total_seconds())
    return day_of(instant, sa.literal_column(str(seconds)), sa.literal_column(str(plus)))
