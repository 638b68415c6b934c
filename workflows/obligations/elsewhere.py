"""Who moved owes nothing twice: what a person owes, has met or was let off in another unit."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from models.base import db
from models.obligation import Obligation
from models.queries.chunks import chunks
from models.relief import Relief


def owed_elsewhere(requirement_id: int, person_ids: Collection[int]) -> set[tuple[int, int]]:
    """The (person, unit) of these persons' obligations for a requirement. What the organisation's
    own decision put down is not among them: who comes to another unit owes it there."""
    granted = sa.exists().where(
        Relief.obligation_id == Obligation.id, Relief.kind == "waiver", Relief.unit_id.is_not(None)
    )
    found: set[tuple[int, int]] = set()
    for some in chunks(person_ids):
        rows = db.session.execute(
            sa.select(Obligation.person_id, Obligation.unit_id).where(
                Obligation.requirement_id == requirement_id,
                Obligation.person_id.in_(some),
                sa.or_(Obligation.state != "waived", granted),
            )
        )
        found |= {(person, unit) for person, unit in rows if person is not None}
    return found
