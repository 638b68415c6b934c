"""What an act of the organisation holds before it writes: the tree, issuers, the rights that end with
it, then logs. An act upon a document holds its issuer, then the post by which it is done, then a log;
in the same order here, nobody waits for somebody who waits for him.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import locks_rows
from models.campaign import Campaign
from models.listing import CommitmentList
from models.person import Membership
from models.post import Delegation, Post
from models.queries.locking import hold_rows, hold_tree, hold_units
from models.unit import ReportingLine, Unit
from workflows.organisation import handover
from workflows.organisation.record import overlapping
from workflows.refusal import N_, Reason, Stale
from workflows.trail.append import lock_logs

_MOVED = Reason(
    "STALE",
    N_(
        "Chưa ghi được: vừa có người chuyển nơi sinh hoạt trong lúc ghi. "
        "Xem lại danh sách rồi bấm lại."
    ),
)


def homes(session: Session, people: Iterable[int]) -> set[int]:
    """The units to which these persons (ids) ever belonged."""
    rows = sa.select(Membership.unit_id).where(Membership.person_id.in_(sorted(set(people))))
    return set(session.scalars(rows))


def issuers(session: Session, units: Iterable[int], people: Iterable[int] = ()) -> set[int]:
    """Holds these units, and those where these persons live, as issuers; returns all their ids.
    Raises Stale when one of the persons found another home while we waited."""
    people = list(people)
    held = set(units) | homes(session, people)
    hold_units(held)
    if not homes(session, people) <= held:
        raise Stale(_MOVED)
    return held


def rights(
    session: Session,
    posts: sa.ColumnElement[bool],
    delegations: sa.ColumnElement[bool] | None = None,
) -> None:
    """Holds the posts of this condition with all delegations of them, and the delegations of the
    other condition (on Delegation joined to Post); before any log."""
    if not locks_rows():
        return
    wanted: sa.ColumnElement[bool] = Post.id.in_(sa.select(Post.id).where(posts))
    if delegations is not None:
        given = sa.select(Post.id).join(Delegation, Delegation.post_id == Post.id)
        wanted = sa.or_(wanted, Post.id.in_(given.where(delegations)))
    held = hold_rows(Post, wanted)
    hold_rows(Delegation, sa.and_(Delegation.post_id.in_(held), Delegation.revoked_at.is_(None)))


def closing(session: Session, unit: Unit, successors: Sequence[Unit], day: date) -> None:
    """Everything that closing `unit` from `day` on moves, but the logs: who reports to it and serves
    it, whose papers lie with it, its posts, its campaigns, and the lists that were sent to it."""
    hold_tree()
    near = {unit.id, *(successor.id for successor in successors)} | _neighbours(session, unit)
    near |= set(session.scalars(handover.issuers_waiting_at(unit)))
    issuers(session, near, _members(session, unit, day))
    if locks_rows():
        hold_rows(Campaign, Campaign.unit_id == unit.id)
        hold_rows(
            CommitmentList,
            sa.and_(CommitmentList.to_unit_id == unit.id, CommitmentList.received_at.is_(None)),
        )
    rights(session, sa.and_(Post.unit_id == unit.id, Post.ended_at.is_(None)))


def closing_logs(session: Session, unit: Unit, successors: Iterable[int], day: date) -> None:
    """The logs that closing `unit` writes to, after `closing`."""
    told = {unit.id, *successors} | _neighbours(session, unit)
    lock_logs(session, told | homes(session, _members(session, unit, day)))


def _neighbours(session: Session, unit: Unit) -> set[int]:
    """Who ever reported to the unit, and the bodies that serve it."""
    below = sa.select(ReportingLine.unit_id).where(ReportingLine.superior_id == unit.id)
    beside = sa.select(Unit.id).where(Unit.attached_to_id == unit.id)
    return {*session.scalars(below), *session.scalars(beside)}


def _members(session: Session, unit: Unit, day: date) -> list[int]:
    rows = sa.select(Membership.person_id).where(
        Membership.unit_id == unit.id, overlapping(Membership, day, None)
    )
    return list(session.scalars(rows))
