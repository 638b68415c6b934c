"""Nobody is in the chair for his own commitment."""

from __future__ import annotations

import sqlalchemy as sa

from models.base import db
from models.kinds import PERSONAL
from models.post import Post, held_at
from models.sitting import AgendaItem, Sitting
from workflows.sittings.who import VOTING

RANK = {"secretary": 0, "deputy": 1, "committee": 2}


def preside(item: AgendaItem, sitting: Sitting) -> None:
    """Name who presides while a paper is discussed: the chair, but for his own commitment another
    officer who is there, else another who has a vote, the minute-taker first."""
    own = item.document.kind in PERSONAL and item.document.author_id == sitting.chair_id
    if not own:
        item.chair_id = None
        return
    able = [a.person_id for a in sitting.attendances if a.present and a.standing == VOTING]
    able.sort(key=lambda person_id: person_id != sitting.minute_taker_id)
    found = [*officers_there(sitting), *able]
    others = (person_id for person_id in found if person_id != sitting.chair_id)
    item.chair_id = next(others, sitting.minute_taker_id)


def officers_there(sitting: Sitting) -> list[int]:
    """The officers of the body who are at its meeting, the secretary first, by person id."""
    there = {a.person_id for a in sitting.attendances if a.present}
    rows = db.session.execute(
        sa.select(Post.role, Post.person_id).where(
            Post.unit_id == sitting.unit_id,
            Post.role.in_(RANK),
            Post.person_id.in_(there),
            held_at(sitting.held_on, sitting.saved_at),
        )
    )
    return [person_id for role, person_id in sorted(rows, key=lambda row: (RANK[row[0]], row[1]))]
