"""Whoever heard of what is late may answer: noted, settled, extended, chased. An answer changes
nobody's document; it tells what was done about it, and lets the next rung wait.

noted     heard of it; the next rung waits once, as long from today as the rungs lie apart
chased    the same, and the late one is told to hurry
settled   agreed until when it will be done; nothing climbs until that day is over
extended  the obligation has a new last good day, from which the ladder begins anew
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.deadline import Deadline, Escalation, EscalationAnswer
from models.document import Document
from models.kinds import PERSONAL
from models.person import Person
from models.queries import hearers
from models.queries.locking import hold_units
from workflows import notices, obligations, text, trail
from workflows.calendar import WorkingCalendar, local_day
from workflows.ladder.asked import ABOVE, kind_of, owed_of, personal
from workflows.ladder.hearing import HEARERS, OWN_LEADERS
from workflows.ladder.posts import ANSWERS, Right, keep, named, right_at
from workflows.ladder.reasons import hold_open, still_counts
from workflows.ladder.times import hold
from workflows.obligations import Basis
from workflows.refusal import N_, Forbidden, Reason, Refused
from workflows.scope import OFFICERS
from workflows.succession import successor
from workflows.trail import Appended

KINDS = ("noted", "chased", "settled", "extended")
DATED = ("settled", "extended")  # whose answer names a day
LONGEST = 1000  # letters of a note
FARTHEST = 20  # working days that "settled" may ask for
NO_BASIS = Basis()


@dataclass(frozen=True)
class Answer:
    """What is answered. `until`: the last day of what was settled, the new last good day of an
    extension, which also needs a basis."""

    kind: str
    note: str = ""
    until: date | None = None
    basis: Basis = NO_BASIS


def right_to_answer(escalation: Escalation, person: Person, now: datetime) -> Right | None:
    """In what right this person answers for the body that heard; None where he may not: he has no
    post there, it is his own body's lateness, or the rung asked for no answer."""
    if escalation.task.closed_at is not None:
        return None
    late = personal(escalation)
    if late:
        if escalation.task.person_id == person.id or escalation.rung < 1:
            return None
        if _leads_there(escalation, now):
            return None
    elif escalation.step not in ABOVE or _is_late(escalation, person, now):
        return None
    right = right_at(
        successor(escalation.to_unit),
        OWN_LEADERS if late else HEARERS,
        person,
        now,
        kind=kind_of(escalation),
        action=ANSWERS,
    )
    if late and right is not None and right.post.unit.attached_to_id is not None:
        return None
    return right


def answer(
    escalation: Escalation, given: Answer, *, actor: Person, now: datetime
) -> EscalationAnswer:
    """Keeps an answer with what follows from it. In the caller's transaction.

    Raises Forbidden for who may not, Stale for what is done or has another day by now, Refused for
    an answer that will not do.
    """
    note = _sound(given, now)
    if given.kind not in DATED:
        given = replace(given, until=None)
    right = right_to_answer(escalation, actor, now)
    if right is None:
        raise _refusal(escalation)
    if given.kind == "extended":
        _extend(escalation, right, given, note, actor, now)
    else:
        keep(right, now)
        _let_wait(escalation, hold_open(escalation), given, now)
    event = _record(escalation, right, given, note, actor, now)
    kept = EscalationAnswer(
        escalation_id=escalation.id,
        kind=given.kind,
        note=note,
        until=given.until,
        at=now,
        by=actor,
        unit_id=right.post.unit_id,
        event_id=event.id,
    )
    db.session.add(kept)
    escalation.answer = given.kind
    if given.kind == "chased":
        _chase(escalation, event, now)
    db.session.flush()
    return kept


def _is_late(escalation: Escalation, person: Person, now: datetime) -> bool:
    """Whether the person works at the body that is late: he does not answer for himself."""
    return (
        right_at(
            escalation.from_unit, OFFICERS, person, now, kind=kind_of(escalation), action=ANSWERS
        )
        is not None
        and escalation.from_unit_id != escalation.to_unit_id
    )


def _leads_there(escalation: Escalation, now: datetime) -> bool:
    """Whether who is late is the secretary of the very body that heard: his deputy does not answer
    for him; it goes one level up (domain §00.6)."""
    if escalation.to_unit_id != escalation.from_unit_id:
        return False
    unit_id = escalation.from_unit_id
    found = hearers.holders([unit_id], ("secretary",), local_day(now), now).get(unit_id, ())
    owes = escalation.task.person_id
    return any(held.unit_id == unit_id and held.person_id == owes for held in found)


def _sound(given: Answer, now: datetime) -> str:
    """The note as it is kept. Raises Refused with everything that is wrong with the answer."""
    wrong: list[Reason] = []
    if given.kind not in KINDS:
        wrong.append(Reason("FORM", N_("Chọn một trong các cách trả lời đang hiện."), place="kind"))
    note = text.clean(given.note, limit=LONGEST, place="note", multiline=True)
    if given.kind == "settled":
        today = local_day(now)
        farthest = WorkingCalendar.of(db.session()).add_working_days(today, FARTHEST)
        if given.until is None or not today < given.until <= farthest:
            sentence = N_("Ghi ngày việc sẽ xong: sau hôm nay, không quá %(last)s.")
            wrong.append(Reason("FORM", sentence, {"last": farthest}, place="until"))
    elif given.kind == "extended" and given.until is None:
        wrong.append(Reason("FORM", N_("Chưa ghi hạn mới. Chọn một ngày."), place="until"))
    if wrong:
        raise Refused(*wrong)
    return note


def _extend(
    escalation: Escalation, right: Right, given: Answer, note: str, actor: Person, now: datetime
) -> None:
    """The extension itself, by the rules of extensions: who may, why, on what basis."""
    owed = owed_of(escalation)
    if owed is None:
        sentence = N_("Chỉ gia hạn được việc phải nộp; bước đang chờ ý kiến thì đôn đốc.")
        raise Refused(Reason("FORM", sentence, place="kind"))
    hold_units(
        [owed.unit_id]
    )  # as an extension holds it: before the logs, which are locked at once
    above = obligations.granter(owed, now)
    keep(right, now, also=[above.unit.id] if above is not None else [])
    still_counts(escalation)  # of two who extend at once the second has not seen the new day
    assert given.until is not None
    obligations.extend(
        owed, new_due=given.until, reason=note, basis=given.basis, actor=actor, now=now
    )


def _let_wait(escalation: Escalation, deadline: Deadline, given: Answer, now: datetime) -> None:
    """The next rung waits, only while this is the rung that was climbed last: for what was settled
    until then, once; for the rest by its interval, with the first answer. Raises Refused for a second
    day by which it will be done."""
    kinds = set(
        db.session.scalars(
            sa.select(EscalationAnswer.kind).where(EscalationAnswer.escalation_id == escalation.id)
        )
    )
    settled = given.kind == "settled"
    if settled and "settled" in kinds:
        sentence = N_("Đã hẹn ngày xong một lần. Cần thêm thời gian thì đôn đốc hoặc gia hạn.")
        raise Refused(Reason("FORM", sentence, place="kind"))
    if deadline.rung == escalation.rung and (settled or not kinds):
        hold(deadline, now, WorkingCalendar.of(db.session()), given.until)


def _record(
    escalation: Escalation, right: Right, given: Answer, note: str, actor: Person, now: datetime
) -> Appended:
    """One event in the log of the body whose post answered. Of what a person owes it says neither
    the note nor the paper."""
    alone = personal(escalation)
    private: dict[str, Any] = named(right, actor)
    if not alone and note:
        private["note"] = note
    return trail.append(
        db.session(),
        unit_id=right.post.unit_id,
        action=f"escalation_{given.kind}",
        at=now,
        facts={
            "escalation": escalation.id,
            "of_unit": escalation.from_unit.code,
            "rung": escalation.rung,
            "until": given.until,
        },
        private=private,
        actor_id=actor.id,
        document_id=document.id if (document := _shown(escalation)) else None,
    )


def _chase(escalation: Escalation, event: Appended, now: datetime) -> None:
    """The late one is told to hurry: whoever owes the act, and the secretary of his body."""
    task, day = escalation.task, local_day(now)
    if task.person_id is not None:
        ids = {task.person_id}
    else:
        ids = {held.person_id for held in hearers.owners([task.id], day, now).get(task.id, ())}
        unit_id = escalation.from_unit_id
        found = hearers.holders([unit_id], OWN_LEADERS, day, now).get(unit_id, ())
        ids |= {held.person_id for held in found if held.unit_id == unit_id}
    persons = db.session.scalars(sa.select(Person).where(Person.id.in_(ids)).order_by(Person.id))
    notices.notify(
        event,
        persons,
        topic="escalated",
        action="chased",
        document=_shown(escalation),
        now=now,
    )


def _shown(escalation: Escalation) -> Document | None:
    """The paper in whose history the answer stands: none that names a person."""
    document = escalation.task.document
    alone = personal(escalation) or document is None or document.kind in PERSONAL
    return None if alone else document


def _refusal(escalation: Escalation) -> Forbidden:
    sentence = N_("Chưa trả lời được: cần giữ chức vụ ở %(unit)s, và việc quá hạn còn chưa xong.")
    return Forbidden(Reason("POST", sentence, {"unit": escalation.to_unit.name}))
