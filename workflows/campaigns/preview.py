"""What a campaign would bring before anything is opened: who owes what by when, the work per week,
and every rung that would be climbed if nobody did anything. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from models.unit import unit_by_code
from workflows.calendar import Due
from workflows.campaigns.against import examine
from workflows.campaigns.findings import Finding, errors
from workflows.campaigns.foretold import Foretold, foretell
from workflows.campaigns.parse import parse
from workflows.campaigns.spec import CampaignSpec, RequirementSpec
from workflows.campaigns.workload import Week, workload
from workflows.obligations import reach


class Asked(NamedTuple):
    """One requirement: how many owe it by level, and until when. What is counted from an event has
    no day yet (`due` is None) and is owed by so many once the event has come."""

    requirement: RequirementSpec
    levels: dict[str, int]
    due: Due | None

    @property
    def number(self) -> int:
        return sum(self.levels.values())


@dataclass(frozen=True)
class Preview:
    """All of it. Persons are only counted. With errors among the findings nothing else is told."""

    spec: CampaignSpec
    findings: list[Finding]
    asked: list[Asked]
    weeks: list[Week]
    climbs: list[Foretold]

    @property
    def total(self) -> int:
        """How many obligations the opening writes."""
        return sum(row.number for row in self.asked if row.due is not None)

    @property
    def ready(self) -> bool:
        return not errors(self.findings)


def preview(source: str, *, file: str, now: datetime) -> Preview:
    """What opening this file at `now` would bring. Raises FileError for a file that cannot be
    read."""
    spec = parse(source, file=file)
    draft, findings = examine(spec, now)
    unit = unit_by_code(spec.unit)
    if unit is None or errors(findings):
        return Preview(spec, findings, [], [], [])
    places = reach.places(unit.id, now)
    where = {place.id: place for place in places}
    numbers = reach.heads(where.keys(), now)
    asked = [
        Asked(
            requirement,
            reach.count(requirement, spec.pilots, places, numbers),
            draft.dues.get(requirement.code),
        )
        for requirement in spec.requirements
    ]
    people = reach.persons(where.keys(), now)
    dated: list[tuple[RequirementSpec, date, list[reach.Owner]]] = [
        (
            row.requirement,
            row.due.effective,
            reach.owners(row.requirement, spec.pilots, places, people),
        )
        for row in asked
        if row.due is not None
    ]
    return Preview(
        spec,
        findings,
        asked,
        workload(spec, dated, where),
        foretell(spec, dated, where, draft.calendar, now),
    )
