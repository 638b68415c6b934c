"""A person's deadlines as a calendar that his own programs read (iCalendar, RFC 5545).

The address holds a random token and needs no login, so what stands there is only what, of which unit,
by when: no name, no title, no text. Addresses live in real time, deadlines by the organisation's clock.
"""

from workflows.feed.addresses import PER_HOUR, TooOften, give, open_by, revoke, working
from workflows.feed.entries import Entry, entries_for
from workflows.feed.file import render

__all__ = [
    "PER_HOUR",
    "Entry",
    "TooOften",
    "entries_for",
    "give",
    "open_by",
    "render",
    "revoke",
    "working",
]
