"""Which posts hold a role, tier by tier: the whole table. A role at a body is held by the first tier that
has somebody left (`workflows.authority`)."""

from __future__ import annotations

# A tier is a set of (whose post, role): "own" is the body itself, "advisory" a body attached to it.
Tier = frozenset[tuple[str, str]]


def _tier(*holders: str) -> Tier:
    return frozenset(
        ("advisory", h.removeprefix("advisory ")) if h.startswith("advisory ") else ("own", h)
        for h in holders
    )


# role            at the issuer                                              at a later body
ROLES: dict[str, tuple[tuple[Tier, ...], tuple[Tier, ...]]] = {
    "drafter": (
        (_tier("committee", "advisor", "advisory advisor", "deputy", "secretary"),),
        (_tier("committee", "advisor", "advisory advisor", "deputy", "secretary"),),
    ),
    "reviewer": (
        (
            _tier("deputy", "committee", "advisor", "advisory advisor"),
            _tier("secretary", "standing"),
        ),
        (
            _tier("advisor", "advisory advisor"),
            _tier("deputy", "committee"),
            _tier("secretary", "standing"),
        ),
    ),
    "approver": (
        (_tier("secretary", "standing"), _tier("deputy")),
        (_tier("secretary", "standing"), _tier("deputy")),
    ),
    "reporter": (
        (_tier("clerk"), _tier("secretary"), _tier("deputy", "standing")),
        (_tier("clerk"), _tier("secretary"), _tier("deputy", "standing")),
    ),
    "receiver": (
        (_tier("clerk"), _tier("deputy", "committee"), _tier("secretary", "standing")),
        (
            _tier("advisor", "advisory advisor", "clerk"),
            _tier("deputy", "committee"),
            _tier("secretary", "standing"),
        ),
    ),
    "requester": (
        (_tier("secretary", "standing", "deputy", "advisor", "advisory advisor"),),
        (_tier("secretary", "standing", "deputy", "advisor", "advisory advisor"),),
    ),
    "recorder": (
        (_tier("clerk", "secretary", "deputy"),),
        (_tier("clerk"),),  # of the superior, for a body without a clerk
    ),
    "confirmer": (
        (_tier("clerk", "secretary", "deputy", "committee", "standing", "advisor"),),
        (_tier("clerk", "advisor", "advisory advisor"), _tier("deputy", "secretary", "standing")),
    ),
    "inspector": ((_tier("inspector"),), (_tier("inspector"),)),
}
# Drafting and asking for an amendment are a body's own business: they do not climb.
CLIMBS = ("reviewer", "approver", "reporter", "receiver", "confirmer")
# Where the members decide by meeting these wait for the meeting rather than climb.
MEETING_DECIDES = ("reviewer", "approver")
