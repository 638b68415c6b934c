"""Who holds what role here now, and who may do what. Rights come only from posts, delegations in
force, or being the author — at that moment.

`workflows.roles.ROLES` is the whole table: a role at a body is held by the first tier that has somebody left.
When a body has nobody left (vacant, absent, or everyone has a hand in the document), the act climbs
to the next superior (design §1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from models.account import Account
from models.base import db
from models.document import Document
from models.person import Person
from models.unit import Unit, superior_of
from workflows.act import Capacity
from workflows.calendar import local_day
from workflows.conditions import CONDITIONS
from workflows.definition import ActionSpec, Holder, spec_of
from workflows.in_office import (
    away_on,
    capacities_at,
    covers,
    delegations_of,
    pairs,
    posts_at,
    who_could,
)
from workflows.refusal import N_, Forbidden, Reason, Refused, WorkflowError
from workflows.roles import CLIMBS, MEETING_DECIDES, ROLES, Tier
from workflows.rules.separation import excluded, sentence
from workflows.succession import successor

__all__ = [
    "CLIMBS",
    "MEETING_DECIDES",
    "ROLES",
    "Holding",
    "Tier",
    "applicable",
    "away_on",
    "capacities_at",
    "capacity",
    "covers",
    "delegations_of",
    "drafting_capacity",
    "has_part",
    "holders",
    "holding",
    "pairs",
    "places",
    "posts_at",
    "recording_capacity",
    "waits_for_meeting",
    "who_could",
]


@dataclass(frozen=True)
class Holding:
    """Who may act now in one role: the capacities of the first tier with somebody left.

    `unit` is the body they sit in (a superior of the meant one when `climbed`), `posts` the (unit
    id, role) pairs of the tier, for tasks to be found by.
    """

    unit: Unit
    capacities: tuple[Capacity, ...]
    posts: frozenset[tuple[int, str]]
    climbed: bool
    meeting: bool = False  # they call the meeting that decides; none of them decides alone


def holding(
    unit: Unit,
    role: str,
    *,
    document: Document,
    action: str,
    later: bool,
    now: datetime,
    barred: frozenset[int] = frozenset(),
) -> Holding:
    """Who may act in `role` at `unit` now, climbing to the next superior when nobody is left there.

    With nobody left `capacities` is empty and `unit` the body it was meant for; with nobody up to the
    top `posts` is empty too: whoever comes to any of these bodies may be the one.
    """
    day = local_day(now)
    place: Unit | None = unit
    climbed, seen = False, set()
    while place is not None and place.id not in seen:
        seen.add(place.id)
        for tier, found in capacities_at(
            place,
            role,
            kind=document.kind,
            action=action,
            later=later or climbed,
            day=day,
            now=now,
            barred=barred,
        ):
            if found:
                return Holding(place, tuple(found), pairs(place, tier, found), climbed)
        if role not in CLIMBS or (not climbed and waits_for_meeting(document, role, later)):
            break
        place = superior_of(place.id, line=document.campaign.line, day=day)
        climbed = True
    own = frozenset() if climbed else pairs(unit, ROLES[role][later][0], [])
    return Holding(unit, (), own, False)


def waits_for_meeting(document: Document, role: str, later: bool) -> bool:
    """Whether this role at the document's issuer is the meeting's once no officer is left: the body
    decides by meeting, and the document's definition knows the vote of a sitting."""
    if later or role not in MEETING_DECIDES or not document.stages[0].unit.meets:
        return False
    return any(spec.by_meeting for spec in spec_of(document.definition).actions)


def places(document: Document, holder: Holder) -> list[tuple[Unit, bool]]:
    """The bodies a `role@place` speaks of, each with whether it is a later one than the issuer; for
    one that has closed, whoever took over its work."""
    if holder.place == "issuer":
        return [(successor(document.stages[0].unit), False)]
    if holder.place == "stage":
        return [(successor(document.current_stage.unit), document.stage > 0)]
    return [(successor(stage.unit), True) for stage in document.stages[1:]]  # superior


def _author(document: Document) -> Capacity:
    return Capacity(document.author, document.unit, "author")


def holders(document: Document, spec: ActionSpec, now: datetime) -> list[Holding]:
    """Everyone who may do this act on this document now, one holding per `by` and place."""
    barred = frozenset().union(*excluded(document, spec.guards).values())
    found = []
    for holder in spec.by:
        if holder.role in ("system", "meeting"):
            continue
        if holder.role == "author":
            found.append(Holding(document.unit, (_author(document),), frozenset(), False))
            continue
        for unit, later in places(document, holder):
            found.append(
                holding(
                    unit,
                    holder.role,
                    document=document,
                    action=spec.name,
                    later=later,
                    now=now,
                    barred=barred,
                )
            )
            if holder.role == "recorder":
                found += _clerk_above(
                    unit, document.campaign.line, kind=document.kind, action=spec.name, now=now
                )
    return found


def _clerk_above(unit: Unit, line: str, *, kind: str, action: str, now: datetime) -> list[Holding]:
    """The clerk of the superior records the papers of a body that has no clerk of its own."""
    day = local_day(now)
    above = superior_of(unit.id, line=line, day=day)
    own = (post for post in posts_at(unit, day, now) if post.unit_id == unit.id)
    if above is None or any(post.role == "clerk" for post in own):
        return []
    return [
        Holding(above, tuple(found), pairs(above, tier, found), True)
        for tier, found in capacities_at(
            above, "recorder", kind=kind, action=action, later=True, day=day, now=now
        )
        if found
    ]


def recording_capacity(
    unit: Unit, line: str, person: Person, *, kind: str, now: datetime
) -> Capacity | None:
    """In what right a person enters the signed papers of a unit, or None."""
    tiers = capacities_at(
        unit, "recorder", kind=kind, action="record", later=False, day=local_day(now), now=now
    )
    held = [c for _, found in tiers for c in found]
    held += [
        c
        for h in _clerk_above(unit, line, kind=kind, action="record", now=now)
        for c in h.capacities
    ]
    return next((c for c in held if c.person == person), None)


def capacity(document: Document, spec: ActionSpec, person: Person | int, now: datetime) -> Capacity:
    """In what right a person (or whoever has this id) may do this act now: his own post before a
    delegated one.

    Raises Refused (R30) when only his hand in the document stands in the way, Forbidden otherwise.
    """
    ident = person if isinstance(person, int) else person.id
    granted = [
        c
        for h in holders(document, spec, now)
        for c in h.capacities
        if c.person is not None and c.person.id == ident
    ]
    if granted:
        return min(granted, key=lambda c: c.delegation is not None)
    if isinstance(person, int):
        person = db.session.get_one(Person, person)
    raise _why_not(document, spec, person, now)


def _why_not(document: Document, spec: ActionSpec, person: Person, now: datetime) -> WorkflowError:
    """The sentence for somebody who may not: R30 if he holds the role, else who is waited for."""
    if _own_account_suspended(person):
        return Forbidden(Reason("POST", N_("Chưa làm được: tài khoản đang bị tạm khóa.")))
    mine = list(_held_regardless(document, spec, person, now))
    for name, barred in excluded(document, spec.guards).items():
        for held in mine:
            owner = held.post.person if held.post is not None else person
            for someone in (person, owner):
                if someone.id in barred:
                    meeting = waits_for_meeting(document, "approver", document.stage > 0)
                    return Refused(sentence(name, someone.full_name, meeting=meeting))
    if mine:
        waiting = [c for h in holders(document, spec, now) for c in h.capacities]
        if waiting:
            return Forbidden(
                Reason(
                    "POST",
                    N_("Chưa làm được: việc này đang thuộc %(title)s, %(unit)s."),
                    {"title": _title(waiting[0]), "unit": waiting[0].unit.name},
                )
            )
    return Forbidden(
        Reason(
            "POST",
            N_("Chưa làm được: việc này thuộc người giữ chức vụ khác hoặc cơ quan khác."),
        )
    )


def _held_regardless(
    document: Document, spec: ActionSpec, person: Person, now: datetime
) -> Iterator[Capacity]:
    """Capacities in any tier of the act's roles, before anybody is left out."""
    for holder in spec.by:
        if holder.role in ("system", "author", "meeting"):
            continue
        for unit, later in places(document, holder):
            for _, found in capacities_at(
                unit,
                holder.role,
                kind=document.kind,
                action=spec.name,
                later=later,
                day=local_day(now),
                now=now,
            ):
                yield from (c for c in found if c.person == person)


def _own_account_suspended(person: Person) -> bool:
    return bool(
        db.session.scalar(
            sa.select(Account.id).where(
                Account.person_id == person.id, Account.suspended_at.is_not(None)
            )
        )
    )


def _title(held: Capacity) -> str:
    return held.post.title if held.post is not None else held.role


def has_part(document: Document, spec: ActionSpec, person: Person, now: datetime) -> bool:
    """Whether the act is any of this person's business: he holds a role it names, in any tier."""
    if any(h.role == "author" for h in spec.by) and document.author_id == person.id:
        return True
    return any(True for _ in _held_regardless(document, spec, person, now)) or any(
        c.person == person for h in holders(document, spec, now) for c in h.capacities
    )


def applicable(document: Document, spec: ActionSpec) -> bool:
    """Whether the act exists here: from this state, and under the definition's conditions."""
    return document.state in spec.sources and all(CONDITIONS[c](document) for c in spec.when)


def drafting_capacity(unit: Unit, person: Person, *, kind: str, now: datetime) -> Capacity | None:
    """In what right a person may begin a document of a unit, or None."""
    for _, found in capacities_at(
        unit, "drafter", kind=kind, action="create", later=False, day=local_day(now), now=now
    ):
        for held in found:
            if held.person == person:
                return held
    return None
