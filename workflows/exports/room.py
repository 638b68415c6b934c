"""One person's orders under way: a few at once, whatever they are for."""

from __future__ import annotations

import sqlalchemy as sa

from models.base import db
from models.export import ExportJob
from models.person import Person
from workflows.refusal import N_, Reason, Refused

AT_ONCE = 3  # unfinished orders of one person


def require_room(person: Person) -> None:
    """Raises Refused when so many orders of this person are not finished yet."""
    waiting = db.session.scalar(
        sa.select(sa.func.count(ExportJob.id)).where(
            ExportJob.person_id == person.id, ExportJob.state.in_(("waiting", "running"))
        )
    )
    if (waiting or 0) >= AT_ONCE:
        text = N_("Đang còn %(n)s lần in chưa xong. Chờ xong một lần rồi bấm lại.")
        raise Refused(Reason("FORM", text, {"n": waiting}, place="documents"))
