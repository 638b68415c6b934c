"""The live route of a document: every stage, who did what and when, where it is now, what comes
next and who is expected to act."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from models.base import db
from models.document import Document, Stage
from models.event import AuditEvent, EventPayload
from models.task import Task
from models.unit import Unit
from workflows import authority
from workflows.calendar import WorkingCalendar, local_day
from workflows.conditions import awaits_confirmation
from workflows.definition import Spec, spec_of
from workflows.rules.period import handed_in_from
from workflows.rules.separation import contributors, deciders

DECIDING_STEPS = ("review", "approve", "report")
# Names and titles, to be joined by commas; a title has its words in "vi" and "en".
Words = tuple[str | dict[str, str], ...]
MEETING = {"vi": "Cuộc họp", "en": "The meeting"}
AGAIN = ("return", "revise")  # after these the text goes its whole way anew


@dataclass
class Step:
    """One act on the way. `state` is done, now or next; `by` and `at` of a done one; `expected`
    names the post that should act; `due` is its last good day, of a coming step a prediction; of a
    draft one that holds if it is handed in on the day `handed_in`."""

    action: str
    label: dict[str, str]
    state: str
    by: Words = ()
    at: datetime | None = None
    due: date | None = None
    expected: Words = ()
    handed_in: date | None = None


@dataclass
class StageView:
    """One body on the way. `now`: the paper lies here."""

    unit: Unit
    via: Unit | None
    decides: bool
    state: str
    now: bool
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True)
class _Done:
    by: Words
    at: datetime


def route_view(document: Document, now: datetime) -> list[StageView]:
    """The stages of a document with their steps: past, present and predicted. Reads only."""
    spec = spec_of(document.definition)
    done = _done_steps(document)
    forecast = _Forecast(document, spec, now)
    views = []
    for stage in document.stages:
        view = StageView(
            unit=stage.unit,
            via=stage.via,
            decides=stage.decides,
            state=stage.state,
            now=stage.position == document.stage,
        )
        for action in _actions_at(spec, stage, on_paper=_on_paper(document, done)):
            label = label_of(spec, action, stage.position)
            past = done.get((stage.position, action))
            if past is not None:
                view.steps.append(Step(action, label, "done", by=past.by, at=past.at))
            elif not spec.states[document.state].final and not _passed_over(stage, action, done):
                view.steps.append(forecast.step(stage, action, label))
        views.append(view)
    return views


def _on_paper(document: Document, done: dict[tuple[int, str], _Done]) -> bool:
    """Whether the issuer's decision is one signed outside the system."""
    return (0, "confirm") in done or awaits_confirmation(document)


def _actions_at(spec: Spec, stage: Stage, *, on_paper: bool) -> tuple[str, ...]:
    if stage.copy:
        return ()
    if stage.position == 0:
        # A paper that goes to nobody else is filed where it was decided.
        last = "report" if spec.actions_named("report") else "receive"
        return ("confirm", last) if on_paper else ("submit", "review", "approve", last)
    return ("receive", *DECIDING_STEPS) if stage.decides else ("receive",)


def _passed_over(stage: Stage, action: str, done: dict[tuple[int, str], _Done]) -> bool:
    """A receipt that nobody recorded before the body went on to review: it is not still to come."""
    return action == "receive" and (stage.position, "review") in done


def label_of(spec: Spec, action: str, position: int) -> dict[str, str]:
    """What an act is called at this place of a route, in both languages."""
    where = "at_issuer" if position == 0 else "at_later_stage"
    candidates = spec.actions_named(action)
    for candidate in candidates:
        if where in candidate.when:
            return candidate.label
    return candidates[0].label


def _done_steps(document: Document) -> dict[tuple[int, str], _Done]:
    """What has been done on the present way up, by (stage, action)."""
    rows = db.session.execute(
        sa.select(AuditEvent.action, AuditEvent.at, AuditEvent.leaf, EventPayload.fields)
        .outerjoin(EventPayload, EventPayload.event_id == AuditEvent.id)
        .where(AuditEvent.document_id == document.id, AuditEvent.document_version.is_not(None))
        .order_by(AuditEvent.document_version)
    )
    done: dict[tuple[int, str], _Done] = {}
    for action, at, leaf, fields in rows:
        if action in AGAIN:
            done.clear()
            continue
        done[json.loads(leaf).get("from_stage", 0), action] = _Done(who_acted(fields or {}), at)
    return done


def who_acted(fields: dict[str, dict[str, str]]) -> Words:
    """Name and title of whoever acted, as the payload of an event (its fields) keeps them."""
    said: list[str | dict[str, str]] = []
    if "chair" in fields:
        chair = fields["chair"]["value"]
        return ({"vi": f"Cuộc họp, {chair} chủ trì", "en": f"The meeting, {chair} in the chair"},)
    if "actor" in fields:
        said.append(fields["actor"]["value"])
    if "post" in fields:
        title = fields["post"]["value"]
        said.append({"vi": title, "en": fields.get("post_en", {}).get("value") or title})
    return tuple(said)


class _Forecast:
    """Walks the steps still to come, in order, adding up the working days that each may take."""

    def __init__(self, document: Document, spec: Spec, now: datetime):
        self.document, self.spec, self.now = document, spec, now
        self.calendar = WorkingCalendar.of(db.session())
        self.barred = {
            "not_a_contributor": contributors(document),
            "decides_once": deciders(document),
        }
        self.task = db.session.scalar(
            sa.select(Task)
            .where(Task.document_id == document.id, Task.closed_at.is_(None))
            .limit(1)
        )
        self.day: date | None = None
        self.handed_in: date | None = None

    def step(self, stage: Stage, action: str, label: dict[str, str]) -> Step:
        state = self._state_expecting(action)
        here = stage.position == self.document.stage
        if here and self.task is not None and self._is_open(action):
            due = local_day_before(self.task.due_at) if self.task.due_at else None
            self.day = due
            if action == "submit":  # told as if handed in at once: when it will be, who knows
                self.day = handed_in_from(self.document, local_day(self.now))
                self.handed_in = self.day
            return Step(
                action, label, "now", due=due, expected=self._expected(stage, action, state)
            )
        # A receipt takes no time of the review's.
        beside = action == "receive" and stage.decides and stage.position > 0
        within = self.spec.states[state].within if state else None
        if self.day is not None and within and not beside:
            base = max(self.day, local_day(self.now))
            self.day = self.calendar.add_working_days(base, within)
        due = None if beside else self.day
        expected = self._expected(stage, action, state)
        return Step(action, label, "next", due=due, expected=expected, handed_in=self.handed_in)

    def _is_open(self, action: str) -> bool:
        """Whether the open task is for this act; a meeting does what the state expects."""
        assert self.task is not None
        if self.task.action == "meet":
            return self.spec.states[self.document.state].expects == action
        return self.task.action == action

    def _state_expecting(self, action: str) -> str | None:
        for name, state in self.spec.states.items():
            if state.expects == action:
                return name
        return None

    def _expected(self, stage: Stage, action: str, state: str | None) -> Words:
        """The posts that would act: titles, not names, since holders may change until then."""
        waits_for = self.spec.states[state].waits_for if state else None
        if waits_for is None:
            return ()
        if waits_for.role == "author":
            return (self.document.author.full_name,)
        held = authority.holding(
            stage.unit,
            waits_for.role,
            document=self.document,
            action=action,
            later=stage.position > 0,
            now=self.now,
            barred=self._barred_from(action, stage.position),
        )
        if not held.capacities and authority.waits_for_meeting(
            self.document, waits_for.role, stage.position > 0
        ):
            return (MEETING,)
        return _titles(held)

    def _barred_from(self, action: str, position: int) -> frozenset[int]:
        for spec in self.spec.actions_named(action):
            where = "at_issuer" if position > 0 else "at_later_stage"
            if where not in spec.when:
                return frozenset().union(*(self.barred.get(g, set()) for g in spec.guards))
        return frozenset()


def _titles(held: authority.Holding) -> Words:
    """The titles of those who would act, two at most, each with its body where that is not the
    stage's."""
    seen: list[str | dict[str, str]] = []
    for capacity in held.capacities:
        if capacity.post is None:
            continue
        vi, en = capacity.post.title, capacity.post.title_en or capacity.post.title
        if held.climbed or capacity.unit.id != held.unit.id:
            vi = f"{vi}, {capacity.unit.name}"
            en = f"{en}, {capacity.unit.name_en or capacity.unit.name}"
        if {"vi": vi, "en": en} not in seen:
            seen.append({"vi": vi, "en": en})
    return (*seen[:2], "…") if len(seen) > 2 else tuple(seen)


def local_day_before(end: datetime) -> date:
    """The day that ends at `end` (24:00 local)."""
    return local_day(end - timedelta(seconds=1))
