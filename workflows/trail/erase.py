"""Erasing what the trail knows of a person by name or text. The leaves stay, and so do all proofs."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.event import AuditEvent, EventPayload
from workflows.trail.append import append

# The fields of somebody else's event that name the person whom it is about.
ABOUT = ("person", "login", "delegated_by", "delegate")


def erase_person_payload(
    session: Session,
    *,
    person_id: int,
    unit_id: int,
    at: datetime,
    actor_id: int | None,
    private: dict[str, str | None],
) -> AuditEvent:
    """Empties the payload of every event in which the person acted, and takes his name out of the others.

    Appends the event `erased` to the log of `unit_id`, by `actor_id` with the fields `private` (actor,
    post, reason); it states how many payloads were touched, so that nothing is erased unseen. Whether
    the term is over and no legal hold stands in the way is for the caller to know.
    """
    touched = 0
    own = sa.select(EventPayload).where(EventPayload.actor_id == person_id)
    for payload in session.scalars(own):
        payload.fields = {}
        payload.actor_id = payload.about_id = None
        payload.erased_at = at
        touched += 1
    session.flush()
    about = sa.select(EventPayload).where(EventPayload.about_id == person_id)
    for payload in session.scalars(about):
        payload.fields = {
            name: field for name, field in payload.fields.items() if name not in ABOUT
        }
        payload.about_id = None
        payload.erased_at = at
        touched += 1
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
