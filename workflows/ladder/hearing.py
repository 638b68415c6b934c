"""Who hears of a rung: the posts of a body, and where they are vacant whoever stands in for them.

Secretary, then deputy, then office, then the next body above; never a peer. Of what one person owes
only his secretary hears, or the deputy where there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from models.queries import hearers as queries
from models.queries.hearers import Body, Holder
from models.queries.sweep import Rung
from workflows.calendar import local_day
from workflows.inspections.asking import waiting_apart
from workflows.ladder.above import HIGHEST, Lines
from workflows.ladder.gaps import ends
from workflows.ladder.lending import Asked, delegates
from workflows.ladder.posts import ANSWERS, SAYS_WHY
from workflows.ladder.steps import Step

# Who hears of it at the superior body and its advisory body.
HEARERS = ("secretary", "standing", "advisor", "deputy")
OFFICE = "clerk"
STANDING = ("standing", "secretary")
OWN_LEADERS = ("secretary", "deputy")


class Climb(NamedTuple):
    """A rung that is due: who is late, the body that hears of it (None: nobody is above, the ladder
    ends; or, with a `gap`, waits for its line to be whole again), and of its people those who are
    told; at the lowest rungs also whoever owes the act."""

    rung: Rung
    step: Step
    late: Body
    to: Body | None
    told: tuple[Holder, ...]
    gap: bool = False


def resolve(steps: Sequence[tuple[Rung, Step]], now: datetime) -> list[Climb]:
    """Who hears of each of these rungs at `now`, in the same order. Reads only: a few statements for
    all."""
    day = local_day(now)
    lines = Lines(day)
    late = _late(steps)
    alone = _kept_below(steps, now)
    reach = lines.climb(
        [(body, rung.line, step.height) for (rung, step), body in zip(steps, late, strict=True)]
    )
    targets = [None if n in alone else body for n, body in enumerate(reach)]
    owners = _owners(steps, now)
    heard = _somebody(steps, targets, owners, lines, now)
    told = _told(steps, owners, {n: people for n, (_, people) in heard.items()}, now)
    gaps = _gaps(steps, late, [n for n, body in enumerate(reach) if not body], lines)
    return [
        Climb(rung, step, late[n], heard.get(n, (targets[n], []))[0], told[n], n in gaps - alone)
        for n, (rung, step) in enumerate(steps)
    ]


def _told(
    steps: Sequence[tuple[Rung, Step]],
    owners: dict[int, tuple[Holder, ...]],
    heard: dict[int, list[Holder]],
    now: datetime,
) -> list[tuple[Holder, ...]]:
    """Who is told of each rung: who owes the act, who hears, and who acts in their posts; nobody who
    knows already, and of a person's lateness nobody but him in his own place."""
    before = _told_before(steps)
    asked = []
    for n, (rung, step) in enumerate(steps):
        says = ANSWERS if step.height else SAYS_WHY
        asked.append(Asked(rung.task_id, owners.get(n, ()), rung.action))
        asked.append(Asked(rung.task_id, heard.get(n, ()), says))
    lent = delegates(asked, now)
    found = []
    for n, (rung, _) in enumerate(steps):
        new = [*heard.get(n, ()), *(h for h in lent[2 * n + 1] if h.person_id != rung.person_id)]
        some = [h for h in new if (rung.deadline_id, h.person_id) not in before]
        found.append((*owners.get(n, ()), *lent[2 * n], *some))
    return found


def _gaps(
    steps: Sequence[tuple[Rung, Step]], late: Sequence[Body], nobody: Sequence[int], lines: Lines
) -> set[int]:
    """Of the places that reach nobody those whose line ends before the body that opened their
    campaign."""
    broken = ends([(late[n].id, steps[n][0].line, steps[n][0].root) for n in nobody], lines)
    return {n for n, at in zip(nobody, broken, strict=True) if at is not None}


def _somebody(
    steps: Sequence[tuple[Rung, Step]],
    targets: Sequence[Body | None],
    owners: dict[int, tuple[Holder, ...]],
    lines: Lines,
    now: datetime,
) -> dict[int, tuple[Body | None, list[Holder]]]:
    """{place: the body that hears, and who of it}: the target, or where nobody is left in it the next
    body above in which somebody is."""
    day = local_day(now)
    found: dict[int, tuple[Body | None, list[Holder]]] = {}
    at: dict[int, list[Holder]] = {}
    asked = {n: body for n, body in enumerate(targets) if body and steps[n][1].to != "owner"}
    for _ in range(HIGHEST):
        if not asked:
            break
        if new := {body.id for body in asked.values()} - at.keys():
            known = queries.holders(new, (*HEARERS, OFFICE), day, now)
            at |= {body: known.get(body, []) for body in new}
        empty: dict[int, Body] = {}
        for n, body in asked.items():
            if heard := _heard(*steps[n], body, at[body.id]):
                found[n] = body, heard
            elif not owners.get(n):
                empty[n] = body
        lines.learn(body.id for body in empty.values())
        above = {n: lines.above(body.id, steps[n][0].line) for n, body in empty.items()}
        asked = {n: body for n, body in above.items() if body is not None}
    return found


def _late(steps: Sequence[tuple[Rung, Step]]) -> list[Body]:
    """Who is late: the body of the deadline, or the body above that acts in its place."""
    climbed = {rung.task_id for rung, _ in steps if rung.climbed}
    where = queries.waits_at(climbed) if climbed else {}
    codes = queries.codes(where.values()) if where else {}
    return [
        Body(place, codes[place])
        if (place := where.get(rung.task_id)) is not None
        else Body(rung.unit_id, rung.unit_code)
        for rung, _ in steps
    ]


def _kept_below(steps: Sequence[tuple[Rung, Step]], now: datetime) -> set[int]:
    """Of what persons owe, the places where it goes no further: his secretary has heard of it. The
    secretary's own goes one level up, and so does what nobody in his cell could hear of."""
    personal = {n: rung for n, (rung, step) in enumerate(steps) if rung.person_id and step.height}
    if not personal:
        return set()
    units = {rung.unit_id for rung in personal.values()}
    leaders = queries.holders(units, OWN_LEADERS, local_day(now), now)
    kept = set()
    for n, rung in personal.items():
        own = [h for h in leaders.get(rung.unit_id, ()) if h.unit_id == rung.unit_id]
        himself = any(h.person_id == rung.person_id and h.role == "secretary" for h in own)
        others = any(h.person_id != rung.person_id for h in own)
        if steps[n][1].to != "superior" or (others and not himself):
            kept.add(n)
    return kept


def _owners(steps: Sequence[tuple[Rung, Step]], now: datetime) -> dict[int, tuple[Holder, ...]]:
    """{place: who owes the act}, of the rungs that are told to them."""
    low = {n: rung for n, (rung, step) in enumerate(steps) if step.height == 0}
    persons = {rung.person_id for rung in low.values() if rung.person_id is not None}
    tasks = {rung.task_id for rung in low.values() if rung.person_id is None}
    mails = queries.addresses(persons) if persons else {}
    held = waiting_apart(queries.owners(tasks, local_day(now), now), now) if tasks else {}
    found: dict[int, tuple[Holder, ...]] = {}
    for n, rung in low.items():
        if rung.person_id is not None:
            mail = mails[rung.person_id]
            found[n] = (Holder(rung.unit_id, rung.unit_id, "owner", rung.person_id, mail),)
        else:
            found[n] = tuple(held.get(rung.task_id, ()))
    return found


def _told_before(steps: Sequence[tuple[Rung, Step]]) -> set[tuple[int, int]]:
    """The (deadline, person) who know already: a person with two posts in one ladder is told once.
    The list for a standing committee is another thing, and all of them get it."""
    above = {rung.deadline_id for rung, step in steps if step.to in ("superior", "next_superior")}
    return queries.told(above) if above else set()


def _heard(rung: Rung, step: Step, body: Body, holders: list[Holder]) -> list[Holder]:
    """Of the people of a body those who hear of this rung."""
    own = [h for h in holders if h.unit_id == body.id]
    if rung.person_id is not None:
        return _first([h for h in own if h.person_id != rung.person_id], *OWN_LEADERS)
    if step.to == "secretary":
        return _first(own, "secretary", "deputy", OFFICE)
    if step.to == "standing_list":
        standing = [h for h in own if h.role in STANDING]
        return standing or _first(own, "deputy", OFFICE)
    return [h for h in holders if h.role in HEARERS] or _first(holders, OFFICE)


def _first(holders: list[Holder], *roles: str) -> list[Holder]:
    """The holders of the first of these roles that somebody holds."""
    for role in roles:
        if found := [h for h in holders if h.role == role]:
            return found
    return []
