"""Posts of a small organisation as bits of an integer: the issuer, its superior and one more above
it, each with every post that `workflows.authority.ROLES` knows."""

from __future__ import annotations

import functools

from workflows.authority import CLIMBS, MEETING_DECIDES, ROLES, Tier

BODIES = 3  # the issuer, the body above it, and one for what climbs from there
# In the order in which a story prefers them: those of the body itself, who writes before who signs.
_OFFICES = ("committee", "deputy", "secretary", "standing", "advisor", "clerk")
POSTS: tuple[tuple[str, str], ...] = tuple(
    sorted(
        {
            post
            for role, sides in ROLES.items()
            if role != "inspector"  # he decides on nobody's paper (`acts.check`)
            for tiers in sides
            for tier in tiers
            for post in tier
        },
        key=lambda post: (post[0] != "own", _OFFICES.index(post[1])),
    )
)
ANY = (1 << BODIES * len(POSTS)) - 1
KEEPS_MEETINGS = ("secretary", "deputy", "committee", "clerk")  # sittings.who.OFFICERS

Posts = int  # a set of posts, one bit for each
Line = tuple[Posts, ...]  # who is asked first, and who when nobody of those is there


def at(body: int, tier: Tier) -> Posts:
    """The posts of a tier at a body."""
    return sum(1 << body * len(POSTS) + POSTS.index(post) for post in tier)


def named(posts: Posts) -> list[tuple[int, str, str]]:
    """(body, "own" or "advisory", role) of each post in a set."""
    return [
        (body, *post)
        for body in range(BODIES)
        for n, post in enumerate(POSTS)
        if posts >> body * len(POSTS) + n & 1
    ]


def union(line: Line) -> Posts:
    """Whoever may ever act. Those before him need only be absent that day."""
    return functools.reduce(lambda one, other: one | other, line, 0)


@functools.lru_cache(maxsize=256)
def line(role: str, body: int, *, later: bool, meeting: bool) -> Line:
    """Who acts in a role at a body, as `authority.holding` asks them: tier after tier, then the
    superiors. `meeting`: the body decides by a meeting that the definition knows."""
    found = [at(body, tier) for tier in ROLES[role][later]]
    if role == "recorder":
        return (*found, *clerk_above(body))
    if role in CLIMBS and not (meeting and not later and role in MEETING_DECIDES):
        found += [
            at(above, tier) for above in range(body + 1, BODIES) for tier in ROLES[role][True]
        ]
    return tuple(found)


def keepers(body: int) -> Line:
    """Who may close a meeting of this body: its officers, or the clerk above where it has none."""
    return (at(body, frozenset(("own", role) for role in KEEPS_MEETINGS)), *clerk_above(body))


def clerk_above(body: int) -> Line:
    above = body + 1
    return (at(above, frozenset({("own", "clerk")})),) if above < BODIES else ()


def of_issuer() -> Posts:
    """Every post at the issuer itself."""
    return at(0, frozenset(post for post in POSTS if post[0] == "own"))
