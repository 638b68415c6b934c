"""To which cells and units people belong, and in which standing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.person import Membership, Person
from models.queries.locking import hold_units
from models.unit import Unit
from workflows.calendar import local_day
from workflows.organisation.record import bad_window, overlapping, record, refuse_if, rehome
from workflows.refusal import N_, Reason
from workflows.trail.append import lock_logs

STANDINGS = ("full", "probationary", "non_member")
ONE_DAY = timedelta(days=1)


def join(
    session: Session,
    *,
    person: Person,
    unit: Unit,
    standing: str = "full",
    exempt: bool = False,
    valid_from: date | None = None,
    valid_to: date | None = None,
    actor: Person | None,
    now: datetime,
) -> Membership:
    """The person belongs to `unit` between two days. A Party member lives in one cell at a time.
    What running campaigns ask of him there he owes from the day he joins."""
    from workflows.obligations import joining  # the engine's side imports ours

    clash = session.scalar(
        sa.select(Membership)
        .where(
            Membership.person_id == person.id,
            overlapping(Membership, valid_from, valid_to),
            sa.or_(
                Membership.unit_id == unit.id,
                sa.and_(sa.literal(standing != "non_member"), Membership.standing != "non_member"),
            ),
        )
        .limit(1)
    )
    refuse_if(
        bad_window(valid_from, valid_to),
        _unknown(standing),
        Reason(
            "FORM",
            N_(
                "%(person)s đang thuộc %(unit)s trong thời gian đó. "
                "Dùng “Chuyển sinh hoạt”, hoặc ghi ngày rời đơn vị cũ trước."
            ),
            {"person": person.full_name, "unit": clash.unit.name},
            place="unit",
        )
        if clash is not None
        else None,
    )
    membership = Membership(
        person=person,
        unit=unit,
        standing=standing,
        exempt=exempt,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    session.add(membership)
    _record_membership(session, "member_joined", membership, valid_from, now=now, actor=actor)
    rehome(session, [unit.id], now)
    joining.join(person, unit, since=valid_from or local_day(now), actor=actor, now=now)
    return membership


def leave(
    session: Session,
    *,
    membership: Membership,
    last_day: date,
    actor: Person | None,
    now: datetime,
) -> None:
    """The person belongs to the unit for the last time on `last_day`."""
    hold_units([membership.unit_id])
    session.refresh(membership)  # somebody else may have let him go a moment ago
    _end(membership, last_day)
    _record_membership(session, "member_left", membership, last_day, now=now, actor=actor)
    rehome(session, [membership.unit_id], now)


def move(
    session: Session,
    *,
    membership: Membership,
    to: Unit,
    day: date,
    actor: Person | None,
    now: datetime,
) -> Membership:
    """From `day` on the person belongs to `to`, with the same standing; one event in either log."""
    hold_units([membership.unit_id, to.id])
    refuse_if(
        Reason(
            "FORM",
            N_("%(person)s đang ở %(unit)s rồi. Chọn đơn vị chuyển đến."),
            {"person": membership.person.full_name, "unit": to.name},
            place="unit",
        )
        if to.id == membership.unit_id
        else None
    )
    _end(membership, day - ONE_DAY)
    session.flush()
    new = Membership(
        person=membership.person,
        unit=to,
        standing=membership.standing,
        exempt=membership.exempt,
        valid_from=day,
    )
    session.add(new)
    acts = [
        ("member_left", membership, day - ONE_DAY),
        ("member_joined", new, day),
    ]
    lock_logs(session, [membership.unit_id, to.id])
    for action, row, when in acts:
        _record_membership(session, action, row, when, now=now, actor=actor)
    rehome(session, [membership.unit_id, to.id], now)
    return new


def set_exempt(
    session: Session,
    *,
    membership: Membership,
    exempt: bool,
    actor: Person | None,
    now: datetime,
) -> None:
    """Miễn công tác, sinh hoạt: the status stands with the person, without a yearly waiver; what is
    open is put down, and owed again from the day on which it ends."""
    from workflows.obligations import joining  # the engine's side imports ours

    hold_units([membership.unit_id])
    session.refresh(membership)
    if membership.exempt == exempt:
        return
    membership.exempt = exempt
    record(
        session,
        membership.unit_id,
        "member_exempted" if exempt else "member_resumed",
        now=now,
        actor=actor,
        facts={"person": membership.person_id, "unit": membership.unit.code},
        private={"name": membership.person.full_name},
        about=membership.person,
    )
    person, unit = membership.person, membership.unit
    if exempt:
        joining.exempt(person, unit, actor=actor, now=now)
    else:
        joining.join(person, unit, since=local_day(now), actor=actor, now=now)


def set_standing(
    session: Session,
    *,
    membership: Membership,
    standing: str,
    actor: Person | None,
    now: datetime,
) -> None:
    """A probationary member became full, or what was written was wrong."""
    from workflows.obligations import joining  # the engine's side imports ours

    refuse_if(_unknown(standing))
    hold_units([membership.unit_id])
    session.refresh(membership)
    if membership.standing == standing:
        return
    membership.standing = standing
    _record_membership(session, "member_changed", membership, None, now=now, actor=actor)
    person, unit = membership.person, membership.unit
    joining.change_standing(person, unit, standing, actor=actor, now=now)


def _record_membership(
    session: Session,
    action: str,
    membership: Membership,
    day: date | None,
    *,
    now: datetime,
    actor: Person | None,
) -> None:
    record(
        session,
        membership.unit.id,
        action,
        now=now,
        actor=actor,
        facts={
            "person": membership.person.id,
            "unit": membership.unit.code,
            "standing": membership.standing,
            "exempt": membership.exempt,
            "day": day,
        },
        private={"name": membership.person.full_name},
        about=membership.person,
    )


def _end(membership: Membership, last_day: date) -> None:
    refuse_if(
        bad_window(membership.valid_from, last_day),
        Reason(
            "FORM",
            N_("%(person)s đã rời %(unit)s từ ngày %(day)s."),
            {
                "person": membership.person.full_name,
                "unit": membership.unit.name,
                "day": membership.valid_to,
            },
            place="day",
        )
        if membership.valid_to is not None and membership.valid_to <= last_day
        else None,
    )
    membership.valid_to = last_day


def _unknown(standing: str) -> Reason | None:
    if standing in STANDINGS:
        return None
    return Reason(
        "FORM",
        N_("Chọn tư cách: đảng viên chính thức, dự bị hoặc chưa phải là đảng viên."),
        place="standing",
    )
