"""What is kept of a person, erased on request."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

import sqlalchemy as sa

from models.base import db, transaction
from models.campaign import Campaign
from models.document import Document
from models.event import EventPayload
from models.person import Person
from models.post import Post, held_at
from models.queries.locking import hold_units
from workflows import trail
from workflows.calendar import local_day
from workflows.erasing.texts import Erased, count, erase, facts_of, with_texts
from workflows.inspections import freeze
from workflows.organisation.record import top_unit_id
from workflows.refusal import N_, Reason, Refused


def erase_person(
    person: Person, *, actor: Person, now: datetime, reason: str, dry_run: bool = False
) -> Erased:
    """Erases the person's own papers of the years that are over, and what the log's payloads hold of
    him. `dry_run`: only counts.

    Raises Refused while a freeze holds what is kept of him, while he is in office (who decides
    must be known), where no reason is given, and where nothing is left to erase.
    """
    _refuse_in_office(person, now)
    if not reason.strip():
        raise Refused(Reason("FORM", N_("Chưa ghi vì sao xóa: ghi lý do rồi làm lại.")))
    freeze.refuse_erasing(person.id, now)
    with transaction() as session:
        papers = _papers(person, now)
        hold_units({paper.unit_id for paper in papers})
        done = count(session, papers)
        concerned = (EventPayload.actor_id == person.id) | (EventPayload.about_id == person.id)
        others = session.scalar(sa.select(sa.func.count()).where(concerned)) or 0
        if not papers and not others:
            raise Refused(
                Reason("STATE", N_("Không còn gì của người này để xóa; không phải làm gì thêm."))
            )
        if dry_run:
            done.payloads = max(done.payloads, others)
            return done
        return _erase(person, papers, actor=actor, now=now, reason=reason)


def _erase(
    person: Person, papers: list[Document], *, actor: Person, now: datetime, reason: str
) -> Erased:
    session, done = db.session(), Erased()
    top = top_unit_id(session)
    assert top is not None
    person_id = person.id
    private: dict[str, str | None] = {"actor": actor.full_name, "reason": reason}
    trail.lock_logs(session, {top, *(paper.unit_id for paper in papers)})
    for unit_id, some in groupby(papers, key=lambda paper: paper.unit_id):
        erased = erase(session, list(some), at=now)
        trail.append(
            session,
            unit_id=unit_id,
            action="erased",
            at=now,
            facts=facts_of(erased),
            private=private,
            actor_id=actor.id,
        )
        done.add(erased)
    left = sa.select(sa.func.count()).where(
        (EventPayload.actor_id == person_id) | (EventPayload.about_id == person_id)
    )
    done.payloads += session.scalar(left) or 0
    trail.erase_person_payload(
        session, person_id=person_id, unit_id=top, at=now, actor_id=actor.id, private=private
    )
    return done


def _papers(person: Person, now: datetime) -> list[Document]:
    """The person's own papers of years that are over, by unit; those of a running year are still
    owed, decided and reported."""
    over = Campaign.year < local_day(now).year
    query = (
        sa.select(Document)
        .join(Campaign, Campaign.id == Document.campaign_id)
        .where(Document.author_id == person.id, over, with_texts())
    )
    return list(db.session.scalars(query.order_by(Document.unit_id, Document.id)))


def _refuse_in_office(person: Person, now: datetime) -> None:
    post = db.session.scalar(
        sa.select(Post)
        .where(Post.person_id == person.id, held_at(local_day(now), now))
        .order_by(Post.id)
        .limit(1)
    )
    if post is not None:
        raise Refused(
            Reason(
                "POST",
                N_(
                    "Chưa xóa được: %(name)s đang giữ chức vụ %(post)s, việc người này quyết định phải "
                    "còn tên. Kết thúc chức vụ rồi làm lại."
                ),
                {"name": person.full_name, "post": post.title},
            )
        )
