"""The one place that reads the wall clock for the outer rooms (views, commands, workers).

Everything below them takes `now` as a parameter.
"""

from datetime import UTC, datetime

from flask import g, has_request_context

from models.rehearsal import instant


def real_now() -> datetime:
    """The real instant (aware, UTC). For sessions, throttles, heartbeats, locks and mail
    retries."""
    return datetime.now(UTC)


def now() -> datetime:
    """The organisation's instant (aware, UTC): real time plus the rehearsal's offset, if one runs.

    It stands still while `flask rehearsal advance` moves it. A request has one: that of its first
    question.
    """
    if not has_request_context():
        return instant(real_now())
    if "now" not in g:
        g.now = instant(real_now())
    at: datetime = g.now
    return at
