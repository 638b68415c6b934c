"""A person's deadlines as a calendar that his own programs read (iCalendar, RFC 5545).

The address holds a random token and needs no login, so what stands there is only what, of which unit,
by when: no name, no title, no text. Addresses live in real time, deadlines by the organisation's clock.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import icalendar
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.account import Account
from models.base import asked, db
from models.deadline import Deadline
from models.document import Document
from models.feed import CalendarFeed
from models.notification import Notification
from models.obligation import Obligation
from models.person import Person
from models.queries.lines import Line, lines
from models.task import Task
from workflows import desk
from workflows.accounts import hash_token
from workflows.calendar import ONE_DAY, local_day
from workflows.standing import standing

MOST = 500  # events of one feed
PAST = timedelta(days=30)  # how long something done or cancelled stays in the calendar
PER_HOUR = 60  # how often one address is answered
HOUR = timedelta(hours=1)
REFRESH = timedelta(hours=6)


class TooOften(Exception):
    """The address was asked too often; after so many seconds it answers again."""

    def __init__(self, seconds: int):
        super().__init__(f"wait {seconds} seconds")
        self.seconds = seconds


@dataclass(frozen=True)
class Entry:
    """One deadline. `uid` never changes; `sequence` grows with every change. Of `owed` and `line` one
    is set: a person's own obligation, or a task of a post he holds."""

    uid: str
    day: date  # the last good day
    sequence: int
    begun_at: datetime
    cancelled: bool
    owed: Obligation | None = None
    line: Line | None = None


# ---- addresses


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


# ---- what stands there


def entries_for(person: Person, now: datetime) -> list[Entry]:
    """The person's own obligations and the tasks of the posts he holds, open, or ended within PAST,
    by day. `now` is the organisation's instant."""
    found = [*_obligations(person, now), *_tasks(person, now)]
    return sorted(found, key=lambda entry: (entry.day, entry.uid))[:MOST]


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


def _obligations(person: Person, now: datetime) -> Iterator[Entry]:
    rows = db.session.scalars(
        sa.select(Obligation)
        .options(joinedload(Obligation.requirement), joinedload(Obligation.unit))
        .where(
            Obligation.person_id == person.id,
            sa.or_(
                Obligation.state == "open",
                Obligation.effective_due >= local_day(now - PAST),
            ),
        )
        .order_by(Obligation.effective_due, Obligation.id)
        .limit(MOST)
    ).all()
    versions = _versions_of_obligations([row.id for row in rows])
    for row in rows:
        yield Entry(
            uid=f"obligation-{row.id}",
            day=row.effective_due,
            # A reopened obligation has one task more, so that it counts on.
            sequence=2 * versions.get(row.id, 0) + (row.state != "open"),
            begun_at=row.created_at,
            cancelled=row.state == "waived",
            owed=row,
        )


def _versions_of_obligations(ids: list[int]) -> dict[int, int]:
    """{obligation: the versions of all deadlines there were for it, added up}."""
    of = sa.func.coalesce(Task.obligation_id, Document.obligation_id)
    rows = asked(
        sa.select(of, sa.func.sum(Deadline.version))
        .join_from(Task, Deadline, Deadline.task_id == Task.id)
        .outerjoin(Document, Task.document_id == Document.id)
        .where(sa.or_(Task.obligation_id.in_(ids), Document.obligation_id.in_(ids)))
        .group_by(of)
    )
    return {ident: int(total) for ident, total in rows}


def _tasks(person: Person, now: datetime) -> Iterator[Entry]:
    waiting = desk.tasks_for(person, now, "open", limit=MOST).tasks
    ended = lines(_ended(person, now))
    every = {line.id: line for line in (*waiting, *ended.values())}
    rows = asked(
        sa.select(Deadline.task_id, Deadline.version, Task.opened_at)
        .join_from(Deadline, Task, Deadline.task_id == Task.id)
        .where(Deadline.task_id.in_(every))
    )
    known = {task_id: (version, opened_at) for task_id, version, opened_at in rows}
    for ident, line in every.items():
        if line.due_at is None or ident not in known or _is_his_own(line, person):
            continue
        version, opened_at = known[ident]
        over = line.closed_at is not None
        yield Entry(
            uid=f"task-{ident}",
            day=local_day(line.due_at - timedelta(seconds=1)),
            sequence=2 * (version - 1) + over,
            begun_at=opened_at,
            cancelled=over,
            line=line,
        )


def _ended(person: Person, now: datetime) -> list[int]:
    """Tasks that were his to see and were done, or fell away, lately: nothing is to be done any more.
    Of papers, those he was told of and those he saw to; of what is owed, those of his bodies."""
    told = (
        sa.select(Task.id)
        .join(
            Notification,
            sa.and_(
                Notification.document_id == Task.document_id,
                Notification.created_at == Task.opened_at,
                Notification.action == Task.action,
            ),
        )
        .where(Notification.person_id == person.id, Task.closed_at > now - PAST)
    )
    units = {seat.unit_id for seat in standing(person, now).posts}
    owed = (
        sa.select(Task.id)
        .join(Obligation, Task.obligation_id == Obligation.id)
        .where(
            Obligation.unit_id.in_(units),
            Obligation.person_id.is_(None),
            Task.closed_at > now - PAST,
        )
    )
    done = sa.select(Task.id).where(Task.closed_by_id == person.id, Task.closed_at > now - PAST)
    rows = asked(sa.union(told, owed, done).limit(MOST))
    return [ident for (ident,) in rows]


def _is_his_own(line: Line, person: Person) -> bool:
    """A step on the way of what he owes himself: his obligation tells of it."""
    if line.obligation is not None:
        return line.obligation.person_id == person.id
    paper = line.document
    return paper is not None and paper.kind == "commitment" and paper.author_id == person.id
