"""The calendar as a file, by RFC 5545."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import icalendar

from workflows.calendar import ONE_DAY
from workflows.feed.entries import Entry

REFRESH = timedelta(hours=6)


def render(
    entries: Iterable[Entry],
    *,
    name: str,
    host: str,
    stamp: datetime,
    words: Callable[[Entry], tuple[str, str]],
) -> bytes:
    """The calendar as a file. `words` gives the summary and the address of a page for an entry;
    `stamp` is the real instant at which it is written."""
    calendar = icalendar.Calendar()
    for key, value in (
        ("prodid", "-//Duyet//deadlines//VI"),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
        ("name", name),
        ("x-wr-calname", name),
    ):
        calendar.add(key, value)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", f"PT{int(REFRESH.total_seconds()) // 3600}H")
    for entry in entries:
        calendar.add_component(_event(entry, host, stamp, *words(entry)))
    return bytes(calendar.to_ical())


def _event(entry: Entry, host: str, stamp: datetime, summary: str, url: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{entry.uid}@{host}")
    event.add("dtstamp", stamp.replace(microsecond=0))
    event.add("created", entry.begun_at.replace(microsecond=0))
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + ONE_DAY)
    event.add("summary", summary)
    event.add("url", url)
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # a deadline keeps nobody busy
    event.add("class", "PRIVATE")
    return event
