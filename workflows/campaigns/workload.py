"""The work per week of each body, when everybody hands in on the last good day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from models.queries.hearers import Body
from workflows.campaigns.spec import REVIEW, CampaignSpec, RequirementSpec
from workflows.ladder.above import Lines
from workflows.obligations.reach import Owner, Place


class Week(NamedTuple):
    """What arrives at a body in the week of this Monday: so many to decide, so many to receive."""

    unit: str
    monday: date
    decide: int
    receive: int


def workload(
    spec: CampaignSpec,
    asked: Sequence[tuple[RequirementSpec, date, Sequence[Owner]]],
    where: Mapping[int, Place],
) -> list[Week]:
    """By week, the busiest bodies first. A unit's paper goes to its superior of that day; what a
    person owes goes to his unit, and what a cell decides in a sitting goes nowhere."""
    arriving: Counter[tuple[date, str, bool]] = Counter()
    by_day: dict[date, list[tuple[RequirementSpec, int]]] = defaultdict(list)
    for requirement, due, owners in asked:
        if requirement.kind == REVIEW:
            continue
        monday = due - timedelta(days=due.weekday())
        for unit_id, person_id in owners:
            if person_id is not None:
                arriving[monday, where[unit_id].code, True] += 1
            else:
                by_day[due].append((requirement, unit_id))
    for due, papers in by_day.items():
        monday = due - timedelta(days=due.weekday())
        for requirement, superior in _superiors(spec, due, papers, where):
            arriving[monday, superior, requirement.deciding > 1] += 1
    places = {(monday, unit) for monday, unit, _ in arriving}
    weeks = [
        Week(unit, monday, arriving[monday, unit, True], arriving[monday, unit, False])
        for monday, unit in places
    ]
    return sorted(weeks, key=lambda w: (w.monday, -w.decide - w.receive, w.unit))


def _superiors(
    spec: CampaignSpec,
    day: date,
    papers: Sequence[tuple[RequirementSpec, int]],
    where: Mapping[int, Place],
) -> list[tuple[RequirementSpec, str]]:
    lines = Lines(day)
    units = [Body(where[unit].id, where[unit].code) for _, unit in papers]
    above = lines.climb([(body, spec.line, 1) for body in units])
    return [(r, up.code) for (r, _), up in zip(papers, above, strict=True) if up is not None]
