"""What a team reads is written down: a text with the reason given for it, every other paper in scope
once a day. The author sees who read his; afterwards the inspected see what was read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.base import db, transaction
from models.document import Contribution, Document
from models.event import EventPayload
from models.inspection import Inspection
from models.kinds import PERSONAL
from models.person import Person
from models.read import Reading
from workflows import text
from workflows.calendar import local_day
from workflows.inspections.lookups import covers, open_for, opening_of
from workflows.inspections.scope import placed_at
from workflows.reading import record_reading
from workflows.refusal import N_, Reason, Refused
from workflows.scope import HANDED_IN

SHORTEST = 10  # letters of a reason
LONGEST = 1000


def handed_in(document: Document) -> list[int]:
    """The revisions that were handed in: what an inspector may ask for. Drafts are the author's."""
    rows = sa.select(Contribution.revision).where(
        Contribution.document_id == document.id, Contribution.action.in_(HANDED_IN)
    )
    return sorted(set(db.session.scalars(rows)))


def read_text(
    document: Document,
    revision: int,
    reason: str,
    *,
    person: Person,
    now: datetime,
    by: int | None = None,
) -> Reading | None:
    """Writes down that the person reads one revision of somebody's paper, and why; then he may see
    it. None when he may not: the same as if there were none. In the caller's transaction, before
    anything is shown. `by`: the inspection for which he reads it, where several cover it.

    Raises Refused without a reason in words.
    """
    inspection = opening_of(document, person, now, by)
    if inspection is None or revision not in handed_in(document):
        return None
    reason = text.clean(reason, limit=LONGEST, place="reason")
    if len("".join(reason.split())) < SHORTEST:
        raise Refused(
            Reason(
                "REASON",
                N_("Ghi lý do đọc, ít nhất %(n)s chữ cái. Người viết sẽ thấy ai đã đọc và vì sao."),
                {"n": SHORTEST},
                place="reason",
            )
        )
    return record_reading(
        document, person, now, revision=revision, inspection=inspection, reason=reason
    )


def shown(reading_id: int, *, person: Person, now: datetime) -> Reading | None:
    """The person's own reading, while it still opens its text: on the local day on which he gave the
    reason, and as long as the inspection lets him read."""
    reading = db.session.get(Reading, reading_id)
    if reading is None or reading.person_id != person.id or reading.inspection_id is None:
        return None
    document = db.session.get_one(Document, reading.document_id)
    if opening_of(document, person, now, reading.inspection_id) is None:
        return None
    return reading if local_day(reading.at) == local_day(now) else None


def note_reading(document: Document, person: Person, now: datetime, revision: int) -> None:
    """Somebody is about to see this text, on a page, in a file or by the API. Of somebody else's own
    paper it is written down for its author, of any other in the course of an inspection. In a
    transaction of its own, before the text leaves the house."""
    if document.kind not in PERSONAL:
        note_paper(document, person, now, revision)
    elif document.author_id != person.id:
        with transaction():
            record_reading(document, person, now, revision=revision)


def note_paper(
    document: Document, person: Person, now: datetime, revision: int | None = None
) -> None:
    """A team member opens a plan or a report in scope: each text (the newest unless told) is written
    down once a day, in a transaction of its own."""
    if document.kind in PERSONAL:
        return
    inspection = next((one for one in open_for(person, now) if covers(one, document)), None)
    if inspection is None:
        return
    with transaction():
        record_reading(document, person, now, revision=revision, inspection=inspection)


def readings_of(
    inspection: Inspection, unit_ids: Collection[int] | None = None
) -> list[tuple[Reading, Document]]:
    """What its team has read, newest first: who, when, which paper; no text. With `unit_ids` only of
    these units, a person's own paper also where he wrote it."""
    rows = (
        sa.select(Reading, Document)
        .join(Document, Reading.document_id == Document.id)
        .options(joinedload(Reading.person), joinedload(Document.author), joinedload(Document.unit))
        .where(Reading.inspection_id == inspection.id)
        .order_by(Reading.at.desc(), Reading.id.desc())
    )
    if unit_ids is not None:
        rows = rows.where(placed_at(unit_ids, PERSONAL))
    return [(reading, document) for reading, document in db.session.execute(rows)]


def reasons_of(readings: Iterable[Reading]) -> dict[int, str]:
    """{reading: the reason that was given}, for those that have one and whose words were not erased."""
    by_event = {reading.event_id: reading.id for reading in readings}
    rows = sa.select(EventPayload.event_id, EventPayload.fields).where(
        EventPayload.event_id.in_(by_event)
    )
    return {
        by_event[event_id]: fields["reason"]["value"]
        for event_id, fields in db.session.execute(rows)
        if "reason" in fields
    }
