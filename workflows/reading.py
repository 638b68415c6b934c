"""Who reads a commitment's text besides its author is written down, and the author is told; in the
course of an inspection also which other papers its team opens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.document import Document
from models.inspection import Inspection
from models.kinds import PERSONAL
from models.person import Person
from models.queries.seats import Seat
from models.read import Reading
from workflows import notices, trail
from workflows.act import who_acts
from workflows.calendar import end_of_day, local_day, start_of_day
from workflows.scope import member_unit_ids
from workflows.standing import standing


def record_reading(
    document: Document,
    person: Person,
    now: datetime,
    *,
    revision: int | None = None,
    inspection: Inspection | None = None,
    reason: str | None = None,
) -> Reading | None:
    """Writes that `person` reads a revision (the newest unless told): a row, an event in the log of
    his unit, a notice.

    Once per person, revision and day of the organisation, and each time for a `reason` that is given;
    None when there is nothing to write: the author reads, it is no commitment and no `inspection`'s
    paper, or it is written already. Called within `transaction()`.
    """
    personal = document.kind in PERSONAL
    if person.id == document.author_id or not (personal or inspection):
        return None
    number = document.revision if revision is None else revision
    if reason is None and _is_recorded(document, person, number, now):
        return None
    post = _reading_as(document, person, now, inspection)
    unit_id = post.unit_id if post else _home(document, person, now)
    session = db.session()
    trail.lock_logs(session, [unit_id])  # two pages opened at once: the second sees the first here
    if reason is None and _is_recorded(document, person, number, now):
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
            "inspection": inspection.id if inspection else None,
        },
        private={**who_acts(person, post, None), "reason": reason},
        actor_id=person.id,
        document_id=document.id,
    )
    reading = Reading(
        document_id=document.id,
        revision=number,
        person_id=person.id,
        event_id=event.id,
        inspection_id=inspection.id if inspection else None,
        at=now,
    )
    session.add(reading)
    session.flush()
    if personal:
        told = [document.author]
        notices.notify(event, told, topic="read", action="read", document=document, now=now)
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


def _reading_as(
    document: Document, person: Person, now: datetime, inspection: Inspection | None
) -> Seat | None:
    """The post by which he reads: the inspector's at the commission; else one at the issuer before
    others of the route, else any."""
    posts = standing(person, now).posts
    if inspection is not None:
        body = inspection.document.unit_id
        return next(p for p in posts if (p.unit_id, p.role) == (body, "inspector"))
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
