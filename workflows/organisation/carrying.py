"""The day has come: a closed unit's members, posts, units below and open work go where the decision
sends them, in one act."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.change import UnitChange
from models.person import Membership, Person
from models.post import Post
from models.unit import ReportingLine, Unit
from workflows.calendar import local_day
from workflows.organisation import handover, holding, moving
from workflows.organisation.handover import Why
from workflows.organisation.lines import add_reporting_line, attach, end_reporting_line
from workflows.organisation.memberships import leave, move
from workflows.organisation.posts import end_post, give_post
from workflows.organisation.record import overlapping, record, rehome, rehoming_once

ONE_DAY = timedelta(days=1)


def carry_out(
    session: Session, changes: list[UnitChange], actor: Person | None, now: datetime
) -> None:
    """Closes the unit of these changes, the heir's first, as their plan tells. Raises `Refused`
    when a rule of memberships, posts or lines stands against it; then nothing is done. The caller
    holds what `holding.closing` says."""
    first = changes[0]
    unit, day, plan = first.unit, first.effective_on, first.plan
    heir = first.successor
    assert heir is not None
    successors = {change.successor.id: change.successor for change in changes if change.successor}
    why = Why(first.decision, actor, now)
    holding.closing_logs(session, unit, successors, day)
    with rehoming_once(session, now):
        _units_below(session, unit, day, plan, successors, heir, why)
        handover.of_unit(session, unit, heir, why, ends=first.kind == "close")
        people = _members(session, unit, day, plan, successors, heir, first.kind, why)
        _posts(session, unit, plan, successors, why)
        for person in people:
            moving.settle(session, person, unit, why)
        _end(session, unit, day)
        for change in changes:
            change.carried_out_at = now
        _tell(session, changes, why)
        rehome(session, [unit.id, *successors], now)


def _going(plan: dict, what: str, row_id: int, otherwise: int) -> int:
    return int(plan.get(what, {}).get(str(row_id), otherwise))


def _units_below(
    session: Session,
    unit: Unit,
    day: date,
    plan: dict,
    successors: dict[int, Unit],
    heir: Unit,
    why: Why,
) -> None:
    """Lines to and from the unit end the day before; whoever reported to it reports to a
    successor, and so do the bodies that served it."""
    lines = session.scalars(
        sa.select(ReportingLine)
        .where(
            sa.or_(ReportingLine.unit_id == unit.id, ReportingLine.superior_id == unit.id),
            overlapping(ReportingLine, day, None),
        )
        .order_by(ReportingLine.id)
    ).all()
    for line in lines:
        until = line.valid_to
        end_reporting_line(session, row=line, last_day=day - ONE_DAY, actor=why.actor, now=why.now)
        session.flush()
        if line.superior_id != unit.id:
            continue
        superior = successors.get(_going(plan, "children", line.unit_id, heir.id), heir)
        if line.unit_id in successors:
            continue
        add_reporting_line(
            session,
            unit=line.unit,
            superior=superior,
            line=line.line,
            valid_from=day,
            valid_to=until,
            actor=why.actor,
            now=why.now,
        )
    for body in list(unit.advisory_bodies):
        goes = successors.get(_going(plan, "children", body.id, heir.id), heir)
        attach(session, unit=body, to=goes, actor=why.actor, now=why.now)


def _members(
    session: Session,
    unit: Unit,
    day: date,
    plan: dict,
    successors: dict[int, Unit],
    heir: Unit,
    kind: str,
    why: Why,
) -> list[Person]:
    """Everybody who belonged to the unit goes where he is sent; returns them."""
    memberships = session.scalars(
        sa.select(Membership)
        .where(Membership.unit_id == unit.id, overlapping(Membership, day, None))
        .order_by(Membership.id)
    ).all()
    for membership in memberships:
        goes = successors.get(_going(plan, "members", membership.id, heir.id))
        there = goes is not None and _belongs(session, membership, goes, day)
        if goes is None or there:
            leave(
                session,
                membership=membership,
                last_day=day - ONE_DAY,
                actor=why.actor,
                now=why.now,
            )
        else:
            until = membership.valid_to
            new = move(
                session, membership=membership, to=goes, day=day, actor=why.actor, now=why.now
            )
            new.valid_to = until
    session.flush()
    return [membership.person for membership in memberships]


def _belongs(session: Session, membership: Membership, unit: Unit, day: date) -> bool:
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    Membership.person_id == membership.person_id,
                    Membership.unit_id == unit.id,
                    overlapping(Membership, day, None),
                )
            )
        )
    )


def _posts(session: Session, unit: Unit, plan: dict, successors: dict[int, Unit], why: Why) -> None:
    """Posts end now, with their delegations; those that are sent on are held at a successor."""
    posts = session.scalars(
        sa.select(Post)
        .where(
            Post.unit_id == unit.id,
            Post.ended_at.is_(None),
            overlapping(Post, local_day(why.now), None),
        )
        .order_by(Post.id)
    ).all()
    for post in posts:
        goes = successors.get(_going(plan, "posts", post.id, 0))
        end_post(session, post=post, actor=why.actor, now=why.now)
        if goes is None or _holds(session, post, goes, why.now):
            continue
        give_post(
            session,
            person=post.person,
            unit=goes,
            role=post.role,
            title=post.title,
            title_en=post.title_en,
            acting=post.acting,
            valid_from=local_day(why.now),
            valid_to=post.valid_to,
            actor=why.actor,
            now=why.now,
        )


def _holds(session: Session, post: Post, unit: Unit, now: datetime) -> bool:
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    Post.person_id == post.person_id,
                    Post.unit_id == unit.id,
                    Post.role == post.role,
                    Post.ended_at.is_(None),
                    overlapping(Post, local_day(now), post.valid_to),
                )
            )
        )
    )


def _end(session: Session, unit: Unit, day: date) -> None:
    """The unit bears its last name until the day before."""
    unit.valid_to = day - ONE_DAY
    for period in unit.periods:
        if period.valid_to is None or period.valid_to >= day:
            period.valid_to = max(day - ONE_DAY, period.valid_from or date.min)
    session.flush()


def _tell(session: Session, changes: list[UnitChange], why: Why) -> None:
    """One event in the log of the unit that closed, one in that of each successor."""
    first = changes[0]
    codes = [change.successor.code for change in changes if change.successor]
    private = {"decision": why.decision, "name": first.unit.name}
    record(
        session,
        first.unit_id,
        "unit_closed",
        now=why.now,
        actor=why.actor,
        facts={"kind": first.kind, "successors": codes, "day": first.effective_on},
        private={
            **private,
            "to_body": ", ".join(change.successor.name for change in changes if change.successor),
        },
    )
    for change in changes:
        assert change.successor_id is not None
        record(
            session,
            change.successor_id,
            "unit_took_over",
            now=why.now,
            actor=why.actor,
            facts={"kind": change.kind, "from_unit": change.unit.code, "day": change.effective_on},
            private=private,
        )
