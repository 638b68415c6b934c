"""Erasing what the trail knows of a person by name or text. Leaves stay, and so do all proofs."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.event import AuditEvent, EventPayload, concerning
from workflows.inspections import freeze
from workflows.trail.append import Appended, append, lock_logs

# The fields of somebody else's event that name the person whom it is about.
ABOUT = frozenset(("name", "old_name", "to_name", "login", "delegated_by"))
# What speaks of that person where the event is about no document.
SPOKEN = frozenset(("reason", "ground", "basis", "note"))


def erase_person_payload(
    session: Session,
    *,
    person_id: int,
    unit_id: int,
    at: datetime,
    actor_id: int | None,
    private: dict[str, str | None],
) -> Appended:
    """Empties the payload of each event in which the person acted; takes his name out of others'.

    Appends the event `erased` to the log of `unit_id`, by `actor_id` with the fields `private`
    (actor, post, reason); it states how many payloads were touched, so that nothing is erased
    unseen. Raises Refused while an inspection's freeze holds what is kept of the person; whether the
    term is over is for the caller to know.
    """
    freeze.refuse_erasing(person_id, at)
    lock_logs(session, [unit_id])
    touched = 0
    query = sa.select(EventPayload, AuditEvent.document_id).join(EventPayload.event)
    for payload, document_id in session.execute(query.where(concerning(person_id))):
        if payload.actor_id == person_id:
            payload.fields, payload.actor_id = {}, None
        else:
            # Why somebody is away speaks of him; why a document was returned, of the document.
            spoken_of = ABOUT | (SPOKEN if document_id is None else frozenset())
            payload.fields = {k: v for k, v in payload.fields.items() if k not in spoken_of}
        touched += payload.erased_at != at  # else another event of this erasure tells of it
        payload.about_id, payload.erased_at = None, at
    session.flush()
    return append(
        session,
        unit_id=unit_id,
        action="erased",
        at=at,
        facts={"payloads": touched},
        private=private,
        actor_id=actor_id,
    )
