"""How long a paper lay with each body. Of bodies, never of persons: while one member writes on his
own paper nothing is counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from models.base import db
from models.document import Document
from models.kinds import PERSONAL
from models.unit import Unit
from workflows.calendar import WorkingCalendar, local_day
from workflows.definition import Spec, spec_of
from workflows.paper_history.facts import Fact

WITH_AUTHOR = ("drafted", "returned")  # one's own paper then lies with him


@dataclass(frozen=True)
class Spent:
    """One state of a paper at one body: from when to when, and the working days of that body
    between, the first day not counted. `until` is None while it still lies there; `within` is the
    limit of the definition in working days, if it has one."""

    unit: Unit
    stage: int
    state: str
    label: dict[str, str]
    since: datetime
    until: datetime | None
    days: int
    within: int | None

    @property
    def over(self) -> int:
        """Working days beyond the limit of the definition."""
        return max(0, self.days - self.within) if self.within is not None else 0


def times(document: Document, facts: list[Fact], now: datetime) -> list[Spent]:
    """Where the paper waited for somebody, in order; where it rests nothing is counted. `facts`:
    `facts_of(document)`. One statement, for the calendar."""
    spec = spec_of(document.definition)
    calendar = WorkingCalendar.of(db.session())
    found: list[Spent] = []
    for fact, following in pairwise([*facts, None]):
        assert fact is not None
        stage, state = int(fact.leaf.get("stage") or 0), fact.leaf.get("to")
        if not isinstance(state, str) or not _waits(document, spec, fact, stage, state):
            continue
        until = following.at if following is not None else None
        since = fact.at
        if found and (found[-1].stage, found[-1].state, found[-1].until) == (stage, state, since):
            since = found.pop().since  # an act that left it where it was
        found.append(
            Spent(
                unit=document.stages[stage].unit,
                stage=stage,
                state=state,
                label=spec.states[state].label_at(stage),
                since=since,
                until=until,
                days=calendar.working_days_between(local_day(since), local_day(until or now)),
                within=spec.states[state].within,
            )
        )
    return found


def _waits(document: Document, spec: Spec, fact: Fact, stage: int, state: str) -> bool:
    """Whether the paper then waited for a body."""
    known = spec.states.get(state)
    if known is None or known.final or known.waits_for is None or stage >= len(document.stages):
        return False
    if document.kind in PERSONAL and state in WITH_AUTHOR:
        return False
    return not (state == "reported" and fact.action == "receive")
