"""Who reads a commitment's text besides its author is written down, and the author is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.kinds import PERSONAL
from models.person import Person
from models.queries.seats import Seat
from models.read import Reading
from workflows import notices, trail
from workflows.calendar import end_of_day, local_day, start_of_day
from workflows.scope import member_unit_ids
from workflows.standing import standing


def record_reading(
    document: Document, person: Person, now: datetime, *, revision: int | None = None
) -> Reading | None:
    """Writes that `person` reads a revision (the newest unless told): a row, an event in the log of
    his unit, a notice.

    Once per person, revision and day of the organisation; None when there is nothing to write: the
    author reads, it is no commitment, or it is written already. Called within `transaction()`.
    """
    if document.kind not in PERSONAL or person.id == document.author_id:
        return None
    number = document.revision if revision is None else revision
    if _is_recorded(document, person, number, now):
        return None
    post = _reading_as(document, person, now)
    unit_id = post.unit_id if post else _home(document, person, now)
    session = db.session()
    trail.lock_logs(session, [unit_id])  # two pages opened at once: the second sees the first here
    if _is_recorded(document, person, number, now):
        return None
    event = trail.append(
        session,
        unit_id=unit_id,
        action="read",
        at=now,
        facts={
            "kind": document.kind,
            "revision": number,
            "role": post.role if post else "member",
        },
        private={"actor": person.full_name, "post": post.title if post else None},
        actor_id=person.id,
        document_id=document.id,
    )
    reading = Reading(
        document_id=document.id,
        revision=number,
        person_id=person.id,
        event_id=event.id,
        at=now,
    )
    session.add(reading)
    notices.notify(
        event,
        [document.author],
        topic="read",
        action="read",
        document=document,
        now=now,
    )
    return reading


def readings(document: Document) -> list[Reading]:
    """Who has read the texts of a document, newest first: for its author."""
    query = sa.select(Reading).where(Reading.document_id == document.id)
    return list(db.session.scalars(query.order_by(Reading.at.desc(), Reading.id.desc())))


def _is_recorded(document: Document, person: Person, number: int, now: datetime) -> bool:
    day = local_day(now)
    return bool(
        db.session.scalar(
            sa.select(Reading.id)
            .where(
                Reading.document_id == document.id,
                Reading.revision == number,
                Reading.person_id == person.id,
                Reading.at >= start_of_day(day),
                Reading.at < end_of_day(day),
            )
            .limit(1)
        )
    )


def _reading_as(document: Document, person: Person, now: datetime) -> Seat | None:
    """The post by which he reads: one at the issuer before others of the route, else any."""
    posts = standing(person, now).posts
    for unit_id in _bodies(document):
        for post in posts:
            if post.unit_id == unit_id:
                return post
    return posts[0] if posts else None


def _bodies(document: Document) -> Iterator[int]:
    yield document.unit_id
    for stage in document.stages:
        yield stage.unit_id
        if stage.via_id is not None:
            yield stage.via_id


def _home(document: Document, person: Person, now: datetime) -> int:
    return min(member_unit_ids(person, now), default=document.unit_id)
