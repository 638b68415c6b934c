"""Who calls a body's meeting and brings a paper before it, whoever wrote that paper."""

from __future__ import annotations

from datetime import datetime

from models.unit import Unit
from workflows import authority
from workflows.act import Capacity
from workflows.authority import Holding, Tier
from workflows.calendar import local_day

CONVENERS: tuple[Tier, ...] = tuple(
    frozenset({("own", role)}) for role in ("secretary", "deputy", "committee")
)


def conveners(unit: Unit, *, kind: str, now: datetime) -> Holding:
    """Who calls a body's meeting now: its secretary, else its deputy, else its committee, or whom
    they delegated. With nobody there, its secretary's post: whoever comes to hold it."""
    day = local_day(now)
    posts = [post for post in authority.posts_at(unit, day, now) if post.unit_id == unit.id]
    delegations = authority.delegations_of(posts, kind, "approve", day, now)
    away = authority.away_on(
        {post.person_id for post in posts} | {d.person_id for d in delegations}, day
    )
    for tier in CONVENERS:
        found = [
            Capacity(post.person, unit, post.role, post)
            for post in posts
            if ("own", post.role) in tier and post.person_id not in away
        ]
        found += [
            Capacity(d.person, unit, d.post.role, d.post, d)
            for d in delegations
            if ("own", d.post.role) in tier and d.person_id not in away
        ]
        if found:
            return Holding(unit, tuple(found), authority.pairs(unit, tier, found), False, True)
    return Holding(unit, (), authority.pairs(unit, CONVENERS[0], []), False, True)
