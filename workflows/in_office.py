"""Who is in office at a body on a day: posts, delegations of them, who is away; and so who could act in a
role there, tier by tier."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.account import Account
from models.base import db
from models.person import Absence
from models.post import Delegation, Post, delegated_at
from models.queries.act import held_at_body
from models.unit import Unit, in_force_on
from workflows.act import Capacity
from workflows.roles import ROLES, Tier


def posts_at(unit: Unit, day: date, now: datetime | None) -> list[Post]:
    """Posts in force on `day` in a unit and its advisory bodies; with `now`, not ended by then."""
    units = sa.select(Unit.id).where(
        sa.or_(Unit.id == unit.id, sa.and_(Unit.attached_to_id == unit.id, in_force_on(Unit, day)))
    )
    query = (
        sa.select(Post)
        .options(joinedload(Post.person), joinedload(Post.unit))
        .where(Post.unit_id.in_(units), in_force_on(Post, day))
        .order_by(Post.id)
    )
    if now is not None:
        query = query.where(sa.or_(Post.ended_at.is_(None), Post.ended_at > now))
    return list(db.session.scalars(query))


def delegations_of(
    posts: list[Post], kind: str, action: str, day: date, now: datetime
) -> list[Delegation]:
    """Delegations of these posts in force now that cover this kind and action."""
    if not posts:
        return []
    rows = db.session.scalars(
        sa.select(Delegation)
        .options(joinedload(Delegation.person), joinedload(Delegation.post))
        .where(
            Delegation.post_id.in_([post.id for post in posts]),
            delegated_at(day, now),
        )
        .order_by(Delegation.id)
    )
    return [d for d in rows if covers(d, kind, action)]


def away_on(person_ids: set[int], day: date) -> set[int]:
    """Of these persons, those who cannot act on `day`: absent, or their account is suspended."""
    if not person_ids:
        return set()
    absent = sa.select(Absence.person_id).where(
        Absence.person_id.in_(person_ids), in_force_on(Absence, day)
    )
    suspended = sa.select(Account.person_id).where(
        Account.person_id.in_(person_ids), Account.suspended_at.is_not(None)
    )
    return set(db.session.scalars(absent.union(suspended)))


def capacities_at(
    unit: Unit,
    role: str,
    *,
    kind: str,
    action: str,
    later: bool,
    day: date,
    now: datetime,
    barred: frozenset[int] = frozenset(),
) -> Iterator[tuple[Tier, list[Capacity]]]:
    """For each tier of a role at a unit, in order: who could act, leaving out `barred` persons.

    A person away, or barred, does not count; an absent holder's delegate does, a barred holder's
    does not.
    """
    rows = held_at_body(unit.id, day, now)
    for tier in ROLES[role][later]:
        found: list[Capacity] = []
        seen: set[int] = set()
        for post, delegation, holder_away, delegate_away in rows:
            where = "own" if post.unit_id == unit.id else "advisory"
            if (where, post.role) not in tier or post.person_id in barred:
                continue
            if post.id not in seen and not holder_away:
                found.append(Capacity(post.person, post.unit, post.role, post))
            seen.add(post.id)
            if (
                delegation is not None
                and covers(delegation, kind, action)
                and not delegate_away
                and delegation.person_id not in barred
            ):
                held = Capacity(delegation.person, post.unit, post.role, post, delegation)
                found.append(held)
        yield tier, found


def covers(delegation: Delegation, kind: str, action: str) -> bool:
    """Whether a delegation is for this kind of document and this act; an empty list means all."""
    return (not delegation.kinds or kind in delegation.kinds) and (
        not delegation.actions or action in delegation.actions
    )


def pairs(unit: Unit, tier: Tier, capacities: list[Capacity]) -> frozenset[tuple[int, str]]:
    own = {(unit.id, role) for where, role in tier if where == "own"}
    return frozenset(own | {(c.unit.id, c.role) for c in capacities})


def who_could(
    unit: Unit, role: str, day: date, *, kind: str, now: datetime
) -> list[tuple[int, Capacity]]:
    """Who could act in `role` at a unit on `day`, as (tier, capacity): 0 first, 1 stands in …

    For a past or coming day, posts and delegations of that day count; `now` is that day's last
    instant or the present for today, so that immediate endings and revocations are seen.
    """
    return [
        (rank, held)
        for rank, (_, found) in enumerate(
            capacities_at(unit, role, kind=kind, action="approve", later=False, day=day, now=now)
        )
        for held in found
    ]
