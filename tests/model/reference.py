"""What the rules say, in plain Python: the reference against which the engine is held.

Here is its heart, to be checked by eye: which act is possible in which state, who may do it at this
moment, and whom a paper waits for. Beside it `acts` (what an act changes), `forms` (whether what was
filled in is sound), `papers` (what is owed), `meetings`, and the small `tables` they all speak of.
Written from the design and the rules, not from the engine: no database, nothing of ours.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.model.tables import ADVISORY, SUPERIOR, Document, World

# Who holds a role: tier after tier, first at the issuer, then at a later body. "+" is an advisory body.
DRAFT = (("committee", "advisor", "+advisor", "deputy", "secretary"),)
LEAD = ("secretary", "standing")
ASK = (("secretary", "standing", "deputy", "advisor", "+advisor"),)
TIERS: dict[str, tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]] = {
    "drafter": (DRAFT, DRAFT),
    "reviewer": (
        (("deputy", "committee", "advisor", "+advisor"), LEAD),
        (("advisor", "+advisor"), ("deputy", "committee"), LEAD),
    ),
    "approver": ((LEAD, ("deputy",)), (LEAD, ("deputy",))),
    "reporter": ((("clerk",), ("secretary",), ("deputy", "standing")),) * 2,
    "receiver": (
        (("clerk",), ("deputy", "committee"), LEAD),
        (("advisor", "+advisor", "clerk"), ("deputy", "committee"), LEAD),
    ),
    "requester": (ASK, ASK),
    "convener": ((("secretary",), ("deputy",), ("committee",)),) * 2,
}
AT_HOME = ("drafter", "requester", "convener")  # these do not climb to the superior
BY_MEETING = ("reviewer", "approver")  # where the members meet, these wait for the meeting instead
WAITS = {  # state → the act waited for, who does it, where, within how many working days
    "drafted": ("submit", "drafter", "issuer", 10),
    "submitted": ("review", "reviewer", "stage", 5),
    "reviewed": ("approve", "approver", "stage", 10),
    "approved": ("report", "reporter", "stage", 3),
    "reported": ("receive", "receiver", "stage", 5),
    "returned": ("submit", "drafter", "issuer", 5),
}
ACTS = {  # act → from, by whom, by whom a commitment where that differs
    "revise": ("drafted submitted reviewed returned", "drafter@issuer", "author"),
    "submit": ("drafted returned", "drafter@issuer", "author"),
    "review": ("submitted", "reviewer@stage", ""),
    "return": ("submitted reviewed", "reviewer@stage approver@stage", ""),
    "approve": ("reviewed", "approver@stage", ""),
    "report": ("approved", "reporter@stage", ""),
    "receive": ("submitted reported", "receiver@stage", ""),
    "request_amendment": ("reported", "requester@superior", "approver@issuer"),
    "amend": ("approved reported", "drafter@issuer", "author"),
    "withdraw": ("drafted submitted returned", "author approver@issuer", "author"),
    "revoke": ("approved reported", "approver@issuer approver@superior", "approver@issuer"),
}
TARGET = {
    "revise": "drafted", "submit": "submitted", "review": "reviewed", "return": "returned",
    "approve": "approved", "withdraw": "withdrawn", "revoke": "revoked",
}  # fmt: skip
SEPARATED = ("review", "return", "approve")


class Right(NamedTuple):
    person: str
    unit: str  # in whose log he acts
    role: str
    owner: str | None  # for whom he acts; None: himself


class Waiting(NamedTuple):
    rights: list[Right]
    posts: frozenset[tuple[str, str]]
    climbed: bool


def holders(
    w: World, unit: str, tier: tuple[str, ...], kind: str, act: str, barred: set[str]
) -> list[Right]:
    """Everyone of this tier who is there and not barred, and whom they let act for them."""
    places = {(ADVISORY.get(unit), r[1:]) if r[0] == "+" else (unit, r) for r in tier}
    found = []
    for post in w.posts.values():
        if (post.unit, post.role) not in places or post.person in barred or not post.holds(w.now):
            continue
        letting = [d for d in w.delegations.values() if d.post == post.id and d.holds(w.now)]
        doing = [(d.to, post.person) for d in letting if d.covers(kind, act)]
        for person, owner in ((post.person, None), *doing):
            if person not in barred and not w.away(person):
                found.append(Right(person, post.unit, post.role, owner))
    return found


def waiting(
    w: World, unit: str, role: str, kind: str, act: str, later: bool, barred: set[str]
) -> Waiting:
    """Whom a body waits for: its first tier with somebody left, or else the next superior's."""
    meets = role in BY_MEETING and not later and unit in w.meets
    place: str | None = unit
    while place is not None:
        for tier in TIERS[role][later or place != unit]:
            if rights := holders(w, place, tier, kind, act, barred):
                own = {(place, r) for r in tier if r[0] != "+"}
                posts = own | {(right.unit, right.role) for right in rights}
                return Waiting(rights, frozenset(posts), place != unit)
        place = None if role in AT_HOME or (place == unit and meets) else SUPERIOR[place]
    if role not in AT_HOME and not meets:
        return Waiting([], frozenset(), False)
    first = {(unit, r) for r in TIERS[role][later][0] if r[0] != "+"}
    return Waiting([], frozenset(first), False)


def barred(w: World, doc: Document, act: str) -> set[str]:
    """Who may not do this act: a hand in the text or in what it amends, or decided on it."""
    if act not in SEPARATED and not (act == "revoke" and doc.kind == "commitment"):
        return set()
    hands, older = {*doc.hands, doc.author}, doc.amends
    while older is not None:
        hands |= {*w.documents[older].hands, w.documents[older].author}
        older = w.documents[older].amends
    return hands if act == "revoke" else hands | doc.decided.get(doc.revision, set())


def who(w: World, doc: Document, act: str) -> list[Right]:
    """Everyone who may do this act now, each in every right he has."""
    _, by, of_commitments = ACTS[act]
    found = []
    for holder in (of_commitments if doc.kind == "commitment" and of_commitments else by).split():
        role, _, place = holder.partition("@")
        if role == "author":
            found.append(Right(doc.author, doc.unit, role, None))
            continue
        bodies = {
            "issuer": [(doc.unit, False)],
            "stage": [(doc.here, doc.stage > 0)],
            "superior": [(unit, True) for unit, _ in doc.route[1:]],
        }[place]
        for unit, later in bodies:
            found += waiting(w, unit, role, doc.kind, act, later, barred(w, doc, act)).rights
    return found


def right(w: World, doc: Document, act: str, person: str) -> Right | None:
    """In what right he acts: his own before another's. None: he may not."""
    own = [right for right in who(w, doc, act) if right.person == person]
    return min(own, key=lambda right: right.owner is not None, default=None)


def possible(doc: Document, act: str) -> bool:
    """Whether the act exists in this state and at this place of the route."""
    if act not in ACTS or doc.state not in ACTS[act][0].split():
        return False
    if act in ("revise", "withdraw"):
        return doc.stage == 0
    if act == "receive":
        early = doc.state == "submitted" and (doc.stage == 0 or doc.kind == "commitment")
        return not doc.received and not early
    return True


def waited_for(w: World, doc: Document) -> tuple[str, Waiting]:
    """The act that the paper waits for, and whom: the officers of a body that meets only call it."""
    act, role, place, _ = WAITS[doc.state]
    if doc.kind == "commitment" and role == "drafter":
        return act, Waiting([Right(doc.author, doc.unit, "author", None)], frozenset(), False)
    unit, later = (doc.unit, False) if place == "issuer" else (doc.here, doc.stage > 0)
    held = waiting(w, unit, role, doc.kind, act, later, barred(w, doc, act))
    if not held.rights and role in BY_MEETING and not later and unit in w.meets:
        return "meet", waiting(w, unit, "convener", doc.kind, "approve", False, set())
    return act, held
