"""Every rung that would be climbed if nobody did anything: on which morning, heard by which body of
that day. Asked of the ladder itself, so that the two cannot differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from models.base import db
from models.post import Post, held_at
from models.queries.chunks import chunks, cut
from models.queries.sweep import Rung
from workflows import ladder
from workflows.calendar import WorkingCalendar, local_day
from workflows.campaigns.spec import CampaignSpec, RequirementSpec
from workflows.ladder.hearing import OWN_LEADERS, resolve
from workflows.ladder.steps import Step, fires_at
from workflows.obligations.reach import Owner, Place

CHUNK = 1000  # rungs asked for at once


class Foretold(NamedTuple):
    """So many obligations of one requirement reach this body by this rung at this instant."""

    requirement: str
    rung: int
    at: datetime
    to: str  # code of the body
    number: int


class Late(NamedTuple):
    """Who would be late, standing for `number` alike."""

    unit: Place
    person_id: int | None
    number: int


def foretell(
    spec: CampaignSpec,
    asked: Sequence[tuple[RequirementSpec, date, Sequence[Owner]]],
    where: Mapping[int, Place],
    calendar: WorkingCalendar,
    now: datetime,
) -> list[Foretold]:
    """What climbs when each of these requirements, with its last good day and its owners, is opened
    at `now` and nothing happens; by instant. A rung that nobody could hear of is left out."""
    steps = ladder.parse_steps(spec.ladder)
    mornings: dict[datetime, list[tuple[str, Step, Late]]] = defaultdict(list)
    for requirement, due, owners in asked:
        began = ladder.begin(due, now, calendar, steps)
        counted = began.counted_from or due
        for late in _alike(owners, where, due, now):
            for step in steps:
                if step.rung > began.rung:
                    at = fires_at(step, counted, calendar)
                    mornings[at].append((requirement.code, step, late))
    found: Counter[tuple[str, int, datetime, str]] = Counter()
    for at in sorted(mornings):
        for code, step, to, number in _heard(spec, mornings[at], at):
            found[code, step.rung, at, to] += number
    rows = [Foretold(code, rung, at, to, n) for (code, rung, at, to), n in found.items()]
    return sorted(rows, key=lambda row: (row.at, row.requirement, row.rung, row.to))


def _alike(
    owners: Iterable[Owner], where: Mapping[int, Place], due: date, now: datetime
) -> Iterator[Late]:
    """Units stand for themselves; of the persons of a unit its leaders do too, and one for all
    others: what they owe is heard of in the same places."""
    by_unit: dict[int, list[int]] = defaultdict(list)
    for unit_id, person_id in owners:
        if person_id is None:
            yield Late(where[unit_id], None, 1)
        else:
            by_unit[unit_id].append(person_id)
    leaders = _leaders(by_unit.keys(), max(due, local_day(now)), now)
    for unit_id, people in by_unit.items():
        others = [person for person in people if (unit_id, person) not in leaders]
        for person in people:
            if (unit_id, person) in leaders:
                yield Late(where[unit_id], person, 1)
        if others:
            yield Late(where[unit_id], others[0], len(others))


def _leaders(unit_ids: Collection[int], day: date, now: datetime) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for some in chunks(unit_ids, CHUNK):
        rows = db.session.execute(
            sa.select(Post.unit_id, Post.person_id).where(
                Post.unit_id.in_(some),
                Post.role.in_(OWN_LEADERS),
                held_at(day, now),
            )
        )
        found |= {(unit, person) for unit, person in rows}
    return found


def _heard(
    spec: CampaignSpec, climbing: Sequence[tuple[str, Step, Late]], at: datetime
) -> Iterator[tuple[str, Step, str, int]]:
    for some in cut(climbing, CHUNK):
        rungs = [
            (_rung(spec, late, step, -(n + 1), at), step) for n, (_, step, late) in enumerate(some)
        ]
        for (code, step, late), climb in zip(some, resolve(rungs, at), strict=True):
            if climb.to is not None:
                yield code, step, climb.to.code, late.number


def _rung(spec: CampaignSpec, late: Late, step: Step, ident: int, at: datetime) -> Rung:
    """A deadline that does not exist yet, as the ladder sees it."""
    return Rung(
        deadline_id=ident,
        version=1,
        rung=step.rung - 1,
        effective_due=local_day(at),
        counted_from=None,
        fires_at=at,
        unit_id=late.unit.id,
        unit_code=late.unit.code,
        task_id=ident,
        action="create",
        person_id=late.person_id,
        document_id=None,
        obligation_id=None,
        climbed=False,
        done=False,
        campaign_id=0,
        line=spec.line,
        root=late.unit.id,
    )
