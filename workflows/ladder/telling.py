"""What a batch of rungs leaves behind: where each ladder stands, an event and a row for each rung,
and a notice for each who hears."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from models.base import db, table_of
from models.deadline import Deadline, Escalation
from models.queries import bulk, hearers
from workflows import trail
from workflows.calendar import at_seven, local_day
from workflows.ladder.hearing import Climb
from workflows.notices_many import Note, notify_many

ESCALATION = (
    "deadline_id",
    "deadline_version",
    "rung",
    "step",
    "task_id",
    "from_unit_id",
    "to_unit_id",
    "effective_due",
    "at",
    "event_id",
)
# What the log calls a rung, by who hears of it.
EVENTS = {"owner": "remind", "secretary": "urge"}


def write(
    climbs: Sequence[Climb],
    places: Sequence[tuple[int, int, datetime | None]],
    heads: dict[int, trail.Head],
    now: datetime,
) -> None:
    """The rows of these rungs. `places`: (deadline, last rung climbed, when the next one fires)."""
    session = db.session()
    bulk.update(session, table_of(Deadline), "id", ("rung", "fires_at"), places)
    events = trail.append_many(session, heads, [_event(climb, now) for climb in climbs])
    rows = [_row(climb, event_id, now) for event_id, climb in zip(events, climbs, strict=True)]
    bulk.insert(session, table_of(Escalation), ESCALATION, rows)
    told = list(zip(events, climbs, strict=True))
    soon = [note for event_id, c in told if c.step.rung <= 0 for note in _notes(event_id, c)]
    late = [
        note
        for event_id, c in told
        if c.step.rung > 0 and c.step.to != "standing_list"
        for note in _notes(event_id, c)
    ]
    late += _lists([(event_id, c) for event_id, c in told if c.step.to == "standing_list"], now)
    for topic, notes in (("due_soon", soon), ("escalated", late)):
        if notes:
            notify_many(notes, topic=topic, now=now)


def _row(climb: Climb, event_id: int, now: datetime) -> tuple[object, ...]:
    rung, step, late, to = climb[:4]
    assert to is not None
    return (
        rung.deadline_id,
        rung.version,
        step.rung,
        step.to,
        rung.task_id,
        late.id,
        to.id,
        rung.effective_due,
        now,
        event_id,
    )


def _event(climb: Climb, now: datetime) -> trail.Entry:
    rung, step, _, to = climb[:4]
    assert to is not None
    facts = {
        "task": rung.task_id,
        "waits_for": rung.action,
        "obligation": rung.obligation_id,
        "deadline": rung.version,
        "rung": step.rung,
        "to_unit": to.code,
        "due": rung.effective_due,
    }
    return trail.Entry(
        unit_id=rung.unit_id,
        action=EVENTS.get(step.to, "escalate"),
        at=now,
        facts=facts,
        document_id=rung.document_id,
    )


def _notes(event_id: int, climb: Climb) -> Iterable[Note]:
    """A notice for each who hears; the late one is asked for the reason."""
    rung = climb.rung
    action = "state_reason" if climb.step.to == "secretary" else rung.action
    for hearer in climb.told:
        yield Note(event_id, hearer.person_id, rung.document_id, action, hearer.email)


def _lists(told: Sequence[tuple[int, Climb]], now: datetime) -> list[Note]:
    """One notice a morning for each who reads the list of late units, however long it is."""
    first: dict[int, Note] = {}
    for event_id, climb in told:
        for hearer in climb.told:
            note = Note(event_id, hearer.person_id, None, "late_list", hearer.email)
            first.setdefault(hearer.person_id, note)
    if not first:
        return []
    have = hearers.have_list(first, at_seven(local_day(now)))
    return [note for person_id, note in first.items() if person_id not in have]
