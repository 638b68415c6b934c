"""Private addresses: given out, replaced, revoked, and counted so that none is asked too often."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from models.account import Account
from models.base import db
from models.feed import CalendarFeed
from models.person import Person
from workflows.accounts import hash_token

PER_HOUR = 60  # how often one address is answered
HOUR = timedelta(hours=1)


class TooOften(Exception):
    """The address was asked too often; after so many seconds it answers again."""

    def __init__(self, seconds: int):
        super().__init__(f"wait {seconds} seconds")
        self.seconds = seconds


def working(person: Person) -> CalendarFeed | None:
    """The person's address that works, if he has one."""
    return db.session.scalar(
        sa.select(CalendarFeed).where(
            CalendarFeed.person_id == person.id, CalendarFeed.revoked_at.is_(None)
        )
    )


def give(person: Person, *, now: datetime) -> str:
    """A new address for this person, which ends the one he had; returns its token, of which only the
    hash is kept. Within `transaction()`; `now` is real."""
    revoke(person, now=now)
    token = secrets.token_urlsafe(32)  # 256 bits
    db.session.add(
        CalendarFeed(person_id=person.id, token_hash=hash_token(token), created_at=now, fetches=0)
    )
    db.session.flush()
    return token


def revoke(person: Person, *, now: datetime) -> bool:
    """The person's address answers no more; False when he had none. Within `transaction()`."""
    ended = db.session.execute(
        sa.update(CalendarFeed)
        .where(CalendarFeed.person_id == person.id, CalendarFeed.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return bool(ended.rowcount)  # type: ignore[attr-defined]


def open_by(token: str, *, now: datetime) -> Person | None:
    """Whose deadlines this token opens; None when it is unknown or revoked, or its owner's account is
    suspended. Counts the visit; raises `TooOften`. Within `transaction()`; `now` is real."""
    found = db.session.execute(
        sa.select(CalendarFeed, Account.suspended_at)
        .outerjoin(Account, Account.person_id == CalendarFeed.person_id)
        .where(
            CalendarFeed.token_hash == hash_token(token),
            CalendarFeed.revoked_at.is_(None),
        )
    ).one_or_none()
    if found is None or found[1] is not None:
        return None
    feed = found[0]
    _count(feed, now)
    person: Person = feed.person
    return person


def _count(feed: CalendarFeed, now: datetime) -> None:
    since = feed.counted_since
    # A clock that was set back begins a new hour, too.
    if since is None or not timedelta(0) <= now - since < HOUR:
        feed.counted_since, feed.fetches = now, 0
        since = now
    if feed.fetches >= PER_HOUR:
        raise TooOften(int((since + HOUR - now).total_seconds()) + 1)
    feed.fetches += 1
    feed.fetched_at = now
