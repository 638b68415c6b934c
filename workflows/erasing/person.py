"""What is kept of a person, erased on request."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db, transaction
from models.campaign import Campaign, Requirement
from models.document import Document
from models.event import EventPayload, concerning
from models.obligation import Obligation
from models.person import Person
from models.post import Post, held_at
from models.queries.locking import hold_units
from workflows import trail
from workflows.calendar import local_day
from workflows.erasing.about import forget, kept_of
from workflows.erasing.prints import drop_logs
from workflows.erasing.texts import Erased, count, erase, only_words, with_texts
from workflows.inspections import freeze
from workflows.organisation.record import top_unit_id
from workflows.refusal import N_, Reason, Refused


def erase_person(
    person: Person, *, actor: Person, now: datetime, reason: str, dry_run: bool = False
) -> Erased:
    """Erases the person's own papers of the years that are over, what was said of what he owed then
    and of himself, and what the log's payloads hold of him. `dry_run`: only counts.

    Raises Refused while a freeze holds what is kept of him, while he is in office (who decides
    must be known), where no reason is given, and where nothing is left to erase.
    """
    _refuse_in_office(person, now)
    if not reason.strip():
        raise Refused(Reason("FORM", N_("Chưa ghi vì sao xóa: ghi lý do rồi làm lại.")))
    with transaction() as session:
        papers, owed = _papers(person, now), _owed(person, now)
        hold_units(_units(papers, owed))
        freeze.refuse_erasing(person.id, now)
        done = count(session, papers, owed)
        others = session.scalar(sa.select(sa.func.count()).where(concerning(person.id))) or 0
        if not (papers or owed or others or kept_of(session, person.id)):
            raise Refused(
                Reason("STATE", N_("Không còn gì của người này để xóa; không phải làm gì thêm."))
            )
        if dry_run:
            done.payloads = max(done.payloads, others)
            return done
        return _erase(person, papers, owed, actor=actor, now=now, reason=reason)


def _erase(
    person: Person,
    papers: list[Document],
    owed: list[Obligation],
    *,
    actor: Person,
    now: datetime,
    reason: str,
) -> Erased:
    session, done = db.session(), Erased()
    top = top_unit_id(session)
    assert top is not None
    person_id, actor_id = person.id, actor.id
    private: dict[str, str | None] = {"actor": actor.full_name, "reason": reason}
    units = _units(papers, owed)
    trail.lock_logs(session, {top, *units})
    for unit_id in units:
        here = [paper for paper in papers if paper.unit_id == unit_id]
        due = [one for one in owed if one.unit_id == unit_id]
        done.add(erase(session, unit_id, here, due, at=now, private=private, actor_id=actor_id))
    forget(session, person_id, now)
    left = sa.select(sa.func.count()).where(
        concerning(person_id),
        EventPayload.erased_at.is_distinct_from(now),
    )
    done.payloads += session.scalar(left) or 0
    trail.erase_person_payload(
        session, person_id=person_id, unit_id=top, at=now, actor_id=actor_id, private=private
    )
    drop_logs(session)
    return done


def _units(papers: list[Document], owed: list[Obligation]) -> list[int]:
    return sorted({paper.unit_id for paper in papers} | {one.unit_id for one in owed})


def _papers(person: Person, now: datetime) -> list[Document]:
    """The person's own papers of years that are over; those of a running year are still owed, decided
    and reported."""
    query = (
        sa.select(Document)
        .join(Campaign, Campaign.id == Document.campaign_id)
        .where(Document.author_id == person.id, Campaign.year < local_day(now).year, with_texts())
    )
    return list(db.session.scalars(query.order_by(Document.id)))


def _owed(person: Person, now: datetime) -> list[Obligation]:
    """What the person owed in years that are over, with words about it and no text."""
    query = (
        sa.select(Obligation)
        .join(Requirement)
        .join(Campaign, Campaign.id == Requirement.campaign_id)
        .where(Obligation.person_id == person.id, Campaign.year < local_day(now).year, only_words())
    )
    return list(db.session.scalars(query.order_by(Obligation.id)))


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
