"""Who keeps the papers of a body's meeting, and who was a member of it that day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.person import Membership, Person
from models.post import Delegation, Post, held_at
from models.queries.seats import Lent, Seat
from models.sitting import Sitting
from models.unit import ReportingLine, Unit, in_force_on
from workflows.act import Capacity
from workflows.calendar import local_day
from workflows.refusal import N_, Forbidden, Reason, Refused, Stale
from workflows.standing import standing

OFFICERS = ("secretary", "deputy", "committee", "clerk")
VOTING = "full"  # probationary members sit in, they do not vote (domain §00.1)


def capacity(unit: Unit, person: Person, now: datetime) -> Capacity:
    """In what right a person keeps the papers of this body's meetings: an officer of it, or, where
    it has no clerk of its own, the clerk of its direct superior, who types for bodies without a
    computer. Raises Forbidden."""
    here = standing(person, now)
    held = [(post, None) for post in here.own] + [(lent.post, lent) for lent in here.delegations]
    for post, lent in held:
        if post.unit_id == unit.id and post.role in OFFICERS:
            return _capacity(person, post, lent)
    above = _superiors(unit, local_day(now))
    for post, lent in held:
        if post.unit_id in above and post.role == "clerk":
            if db.session.scalar(sa.select(has_clerk(unit.id, now))):
                break
            return _capacity(person, post, lent)
    raise Forbidden(
        Reason(
            "POST",
            N_("Chưa làm được: sổ họp của %(unit)s do cấp ủy hoặc văn thư của đơn vị giữ."),
            {"unit": unit.name},
        )
    )


def _capacity(person: Person, held: Seat, lent: Lent | None) -> Capacity:
    post = db.session.get_one(Post, held.id)
    delegation = None if lent is None else db.session.get_one(Delegation, lent.id)
    return Capacity(person, post.unit, post.role, post, delegation)


def has_clerk(unit_id: Any, now: datetime) -> sa.ColumnElement[bool]:
    """SQL condition: the body (an id, or a column of ids) has a clerk of its own now."""
    return sa.exists().where(
        Post.unit_id == unit_id, Post.role == "clerk", held_at(local_day(now), now)
    )


def may_hold(unit: Unit, person: Person, now: datetime) -> bool:
    """Whether the person keeps the papers of this body's meetings now."""
    if not unit.meets:
        return False
    try:
        capacity(unit, person, now)
    except Forbidden:
        return False
    return True


def _superiors(unit: Unit, day: date) -> set[int]:
    return set(
        db.session.scalars(
            sa.select(ReportingLine.superior_id).where(
                ReportingLine.unit_id == unit.id, in_force_on(ReportingLine, day)
            )
        )
    )


def members(unit: Unit, day: date) -> list[Membership]:
    """The members who sit in a meeting of that day, in the order of names; who is exempt from
    meetings is not among them."""
    return list(
        db.session.scalars(
            sa.select(Membership)
            .join(Person, Membership.person_id == Person.id)
            .where(
                Membership.unit_id == unit.id,
                Membership.standing.in_(("full", "probationary")),
                Membership.exempt.is_(False),
                in_force_on(Membership, day),
            )
            .order_by(Person.sort_key, Person.id)
        )
    )


def held(sitting: Sitting, states: Iterable[str]) -> Sitting:
    """The sitting as it is now, held against other writers. Raises Stale when it is past these
    states."""
    db.session.expire(sitting)
    row = db.session.scalar(
        sa.select(Sitting)
        .where(Sitting.id == sitting.id)
        .with_for_update(key_share=True, of=Sitting)
        .execution_options(populate_existing=True)
    )
    assert row is not None
    if row.state not in states:
        raise Stale(Reason("STALE", PAST[row.state], {"at": row.saved_at}))
    return row


CHANGED = Reason("STALE", N_("Cuộc họp đã được sửa sau khi trang này mở. Xem lại rồi làm tiếp."))
PAST = {
    "open": N_("Chưa làm được: cuộc họp đang ghi, chưa kết thúc. Kết thúc cuộc họp trước."),
    "awaiting": N_(
        "Chưa ghi thêm được: cuộc họp đã kết thúc, đang chờ xác nhận biên bản. "
        "Mở lại cuộc họp để sửa."
    ),
    "confirmed": N_("Chưa sửa được: biên bản đã được xác nhận, các quyết định đang được ghi."),
    "done": N_("Chưa sửa được: biên bản đã được xác nhận và các quyết định đã ghi xong."),
    "cancelled": N_("Chưa làm được: cuộc họp này đã hủy. Mở cuộc họp khác."),
}


def by_id(sitting: Sitting, person_id: int, what: str) -> Person:
    """A member who was listed for this sitting. Raises Refused for anybody else."""
    for attendance in sitting.attendances:
        if attendance.person_id == person_id:
            return attendance.person
    raise Refused(
        Reason(
            "SITTING",
            N_("Người được chọn không có trong danh sách họp. Chọn một người trong danh sách."),
            place=what,
        )
    )
