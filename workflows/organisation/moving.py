"""A member moves to another cell, or leaves: his posts and delegations there end, and his open work
passes on in one act. What lies ahead happens on its day (`settle_ended`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.document import Document
from models.kinds import PERSONAL
from models.obligation import Obligation
from models.person import Membership, Person
from models.post import Delegation, Post
from models.sitting import AgendaItem, Sitting
from models.task import Task
from models.unit import Unit, in_force_on
from workflows import tasks
from workflows.calendar import local_day
from workflows.obligations import joining
from workflows.organisation import handover, holding
from workflows.organisation.delegations import revoke_delegation
from workflows.organisation.handover import Why
from workflows.organisation.memberships import leave, move
from workflows.organisation.posts import edit_post, end_post
from workflows.organisation.record import cleaned, refuse_if, rehome, required
from workflows.refusal import N_, Reason
from workflows.trail.append import lock_logs

ONE_DAY = timedelta(days=1)


def transfer(
    session: Session,
    *,
    membership: Membership,
    to: Unit,
    day: date,
    decision: str | None = None,
    actor: Person | None,
    now: datetime,
) -> Membership:
    """Chuyển sinh hoạt: from `day` on the person lives in another cell, and all his open work with
    him; returns the new membership. Raises `Refused`, also while minutes that speak of him wait to
    be confirmed."""
    person, left = membership.person, membership.unit
    decision = cleaned(decision, "decision")
    units = holding.issuers(session, [left.id, to.id], [person.id])
    session.refresh(membership)  # somebody else may have moved him a moment ago
    refuse_if(_before_the_meeting(session, person, left))
    holding.rights(
        session, _outlasting(person, day - ONE_DAY, now, left), _given_to([person.id], [left.id])
    )
    lock_logs(session, units)
    new = move(session, membership=membership, to=to, day=day, actor=actor, now=now)
    session.flush()
    _end_posts(session, person, day - ONE_DAY, actor, now, unit=left)
    if day <= local_day(now):
        settle(session, person, left, Why(decision, actor, now))
    return new


def depart(
    session: Session,
    *,
    person: Person,
    last_day: date,
    decision: str,
    actor: Person | None,
    now: datetime,
) -> None:
    """Thôi, chuyển đi: after `last_day` the person belongs to no unit and holds no post; what he
    owed is waived on the basis of the decision. What he has written stays."""
    decision = cleaned(decision, "decision")
    living = (
        Membership.person_id == person.id,
        sa.or_(Membership.valid_to.is_(None), Membership.valid_to > last_day),
    )
    # Before looking: of two at once one finds nothing left.
    units = holding.issuers(session, [], [person.id])
    memberships = list(
        session.scalars(
            sa.select(Membership)
            .where(*living)
            .order_by(Membership.id)
            .execution_options(populate_existing=True)
        )
    )
    holding.rights(session, _outlasting(person, last_day, now), _given_to([person.id], units))
    posts = _posts(session, person, last_day, now)
    refuse_if(
        required(decision, "decision", N_("Chưa ghi căn cứ, ví dụ “QĐ 15-QĐ/ĐU, 02/04/2026”.")),
        Reason(
            "FORM",
            N_("%(person)s không còn thuộc đơn vị hay giữ chức vụ nào sau ngày %(day)s."),
            {"person": person.full_name, "day": last_day},
            place="last_day",
        )
        if not memberships and not posts
        else None,
        *(_before_the_meeting(session, person, membership.unit) for membership in memberships),
    )
    lock_logs(session, units | {post.unit_id for post in posts})
    for membership in memberships:
        leave(session, membership=membership, last_day=last_day, actor=actor, now=now)
    _end_posts(session, person, last_day, actor, now)
    if last_day < local_day(now):
        for membership in memberships:
            settle(session, person, membership.unit, Why(decision, actor, now))


def settle(session: Session, person: Person, left: Unit, why: Why) -> None:
    """The membership has ended: delegations to the person in `left` end, and what he had open there
    goes home with him, or is put down if he belongs to no cell any more."""
    today = local_day(why.now)
    homes = _homes(session, person, today)
    if left.id in {home.id for home in homes}:
        return
    for delegation in session.scalars(
        sa.select(Delegation)
        .join(Post, Post.id == Delegation.post_id)
        .where(
            Delegation.person_id == person.id,
            Post.unit_id == left.id,
            Delegation.revoked_at.is_(None),
            Delegation.valid_to >= today,
        )
    ):
        revoke_delegation(
            session, delegation=delegation, actor=why.actor, now=why.now, administrator=True
        )
    if homes:
        handover.of_person(session, person, homes[0], left, why)
        joining.join(person, homes[0], since=today, actor=why.actor, now=why.now)
    else:
        _put_down(session, person, left, why)
    rehome(session, [left.id, *(home.id for home in homes)], why.now)


def settle_ended(session: Session, now: datetime, since: date) -> int:
    """A new day began: memberships that ended on or after `since`, before today, pass on what their
    members had open there. Harmless when done twice. Returns how many memberships ended."""
    today = local_day(now)
    ended = list(
        session.scalars(
            sa.select(Membership)
            .where(Membership.valid_to >= since, Membership.valid_to < today)
            .order_by(Membership.id)
        )
    )
    if not ended:
        return 0
    people, left = [one.person_id for one in ended], [one.unit_id for one in ended]
    units = holding.issuers(session, left, people)
    holding.rights(session, sa.false(), _given_to(people, left))
    lock_logs(session, units)
    for membership in ended:
        settle(session, membership.person, membership.unit, Why("", None, now))
    return len(ended)


def _homes(session: Session, person: Person, day: date) -> list[Unit]:
    """Where the person belongs on `day`: a Party member's cell before where he only works."""
    return list(
        session.scalars(
            sa.select(Unit)
            .join(Membership, Membership.unit_id == Unit.id)
            .where(
                Membership.person_id == person.id,
                in_force_on(Membership, day),
            )
            .order_by(Membership.standing == "non_member", Membership.id)
        )
    )


def _put_down(session: Session, person: Person, left: Unit, why: Why) -> None:
    owed = session.scalars(
        sa.select(Obligation).where(
            Obligation.person_id == person.id,
            Obligation.unit_id == left.id,
            Obligation.state == "open",
        )
    )
    for obligation in list(owed):
        handover.waive(session, obligation, why)
    mine = sa.select(Task).where(
        Task.person_id == person.id, Task.unit_id == left.id, Task.closed_at.is_(None)
    )
    for task in session.scalars(mine).all():
        if task.document is not None:
            tasks.close(task.document, by=why.actor, now=why.now)


def _posts(
    session: Session, person: Person, last_day: date, now: datetime, unit: Unit | None = None
) -> list[Post]:
    """The posts (in one unit, or all) that outlast `last_day`."""
    return list(
        session.scalars(
            sa.select(Post)
            .where(_outlasting(person, last_day, now, unit))
            .order_by(Post.id)
            .execution_options(populate_existing=True)
        )
    )


def _outlasting(
    person: Person, last_day: date, now: datetime, unit: Unit | None = None
) -> sa.ColumnElement[bool]:
    """SQL condition on Post: his (in one unit, or all), and not over with `last_day`."""
    return sa.and_(
        Post.person_id == person.id,
        sa.true() if unit is None else Post.unit_id == unit.id,
        sa.or_(Post.ended_at.is_(None), Post.ended_at > now),
        sa.or_(Post.valid_to.is_(None), Post.valid_to > last_day),
    )


def _given_to(people: Iterable[int], units: Iterable[int]) -> sa.ColumnElement[bool]:
    """SQL condition on Delegation joined to Post: to one of these persons, of a post in one of these
    units, and not revoked."""
    return sa.and_(
        Delegation.person_id.in_(sorted(set(people))),
        Post.unit_id.in_(sorted(set(units))),
        Delegation.revoked_at.is_(None),
    )


def _end_posts(
    session: Session,
    person: Person,
    last_day: date,
    actor: Person | None,
    now: datetime,
    *,
    unit: Unit | None = None,
) -> None:
    """Posts (in one unit, or all) end with `last_day`: at once when it is over."""
    for post in _posts(session, person, last_day, now, unit):
        begins = post.valid_from or date.min
        if last_day < local_day(now) or begins > last_day:
            end_post(session, post=post, actor=actor, now=now)
        else:
            edit_post(
                session,
                post=post,
                title=post.title,
                acting=post.acting,
                valid_from=post.valid_from,
                valid_to=last_day,
                actor=actor,
                now=now,
            )


def _before_the_meeting(session: Session, person: Person, unit: Unit) -> Reason | None:
    """A meeting has closed on a commitment of his, and its minutes are not confirmed yet."""
    sitting = session.scalar(
        sa.select(Sitting)
        .join(AgendaItem, AgendaItem.sitting_id == Sitting.id)
        .join(Document, Document.id == AgendaItem.document_id)
        .where(
            Sitting.unit_id == unit.id,
            Sitting.state.in_(("awaiting", "confirmed")),
            Document.author_id == person.id,
            Document.kind.in_(PERSONAL),
            AgendaItem.carried_out_at.is_(None),
        )
        .limit(1)
    )
    if sitting is None:
        return None
    return Reason(
        "STATE",
        N_(
            "Biên bản cuộc họp %(unit)s ngày %(day)s có bản cam kết của %(person)s và chưa được "
            "xác nhận. Xác nhận biên bản trước, rồi chuyển."
        ),
        {"unit": unit.name, "day": sitting.held_on, "person": person.full_name},
        place="day",
    )
