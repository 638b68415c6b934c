"""The late one says why: asked at the first rung, read by whoever hears of the next ones."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.deadline import Deadline, Escalation, LatenessReason
from models.person import Person
from models.queries.seats import Seat
from models.queries.told import Told, unexplained
from workflows import text, trail
from workflows.ladder.asked import kind_of, personal, reason_of
from workflows.ladder.hearing import HEARERS
from workflows.ladder.posts import SAYS_WHY, Right, covers, keep, named, right_at
from workflows.refusal import N_, Forbidden, Reason, Refused, Stale
from workflows.rules.reasons import too_short
from workflows.standing import standing

LONGEST = 1000  # letters


def may_state(escalation: Escalation, person: Person, now: datetime) -> bool:
    """Whether this person is asked why it is late, and it is still to be done."""
    if escalation.task.closed_at is not None:
        return False
    if personal(escalation):
        return escalation.task.person_id == person.id
    return _right(escalation, person, now) is not None


def unsaid(person: Person, now: datetime, limit: int) -> list[Told]:
    """What is late of this person's own, and of the bodies for which he may say why, and nobody has
    yet; so many, the one that climbs next first."""
    here = standing(person, now)
    own = {unit for post in here.own if post.role in HEARERS for unit in _bodies(post)}
    lent = [d for d in here.delegations if d.post.role in HEARERS]
    units = own | {unit for d in lent for unit in _bodies(d.post)}
    return [
        told
        for told in unexplained(person.id, units, limit)
        if told.line.person is not None
        or told.from_unit.id in own
        or any(
            told.from_unit.id in _bodies(d.post) and covers(d, _kind(told), SAYS_WHY) for d in lent
        )
    ]


def state(escalation: Escalation, words: str, *, actor: Person, now: datetime) -> LatenessReason:
    """Keeps why it is late; said again, the new words stand. In the caller's transaction.

    Raises Forbidden for who is not late, Stale for what is done, Refused for too few words.
    """
    cleaned = text.clean(words, limit=LONGEST, place="reason", multiline=True)
    if wrong := too_short(cleaned):
        raise Refused(*wrong)
    if personal(escalation):
        if escalation.task.person_id != actor.id:
            raise _not_asked(escalation)
        unit_id, private = escalation.from_unit_id, {"actor": actor.full_name}
        trail.lock_logs(db.session(), [unit_id])
    else:
        right = _right(escalation, actor, now)
        if right is None:
            raise _not_asked(escalation)
        keep(right, now)
        unit_id, private = right.post.unit_id, {**named(right, actor), "reason": cleaned}
    deadline = hold_open(escalation)
    event = trail.append(
        db.session(),
        unit_id=unit_id,
        action="reason_stated",
        at=now,
        facts={"escalation": escalation.id, "deadline": deadline.version},
        private=private,
        actor_id=actor.id,
    )
    kept = reason_of(deadline, deadline.version)
    if kept is None:
        kept = LatenessReason(deadline_id=deadline.id, deadline_version=deadline.version)
        db.session.add(kept)
    kept.text, kept.at, kept.by, kept.event_id = cleaned, now, actor, event.id
    db.session.flush()
    return kept


def hold_open(escalation: Escalation) -> Deadline:
    """The deadline of a rung as it is now, held until the transaction ends; after the logs, as
    everybody. Raises Stale when it is done, or when another day counts by now."""
    return still_counts(escalation, held=True)


def still_counts(escalation: Escalation, *, held: bool = False) -> Deadline:
    """The deadline of a rung as it is now; raises as `hold_open`, and holds it only when `held`."""
    query = sa.select(Deadline).where(Deadline.id == escalation.deadline_id)
    if held:
        query = query.with_for_update()
    deadline = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if deadline.closed_at is not None:
        raise Stale(Reason("STALE", N_("Việc này đã xong, không còn gì để báo. Tải lại trang.")))
    if deadline.version != escalation.deadline_version:
        raise Stale(Reason("STALE", N_("Việc này đã có hạn mới. Tải lại trang để xem.")))
    return deadline


def _right(escalation: Escalation, person: Person, now: datetime) -> Right | None:
    return right_at(
        escalation.from_unit, HEARERS, person, now, kind=kind_of(escalation), action=SAYS_WHY
    )


def _bodies(post: Seat) -> set[int]:
    """The body for which a post speaks: its own, or the one that its advisory body serves."""
    return {unit for unit in (post.unit_id, post.unit.attached_to_id) if unit is not None}


def _kind(told: Told) -> str:
    late = told.line.document or told.line.obligation
    assert late is not None
    return late.kind


def _not_asked(escalation: Escalation) -> Forbidden:
    if personal(escalation):
        sentence = N_("Chưa ghi được: chỉ người có việc quá hạn nêu lý do của mình.")
        return Forbidden(Reason("POST", sentence))
    sentence = N_("Chưa ghi được: cần giữ chức vụ ở %(unit)s, nơi có việc quá hạn.")
    return Forbidden(Reason("POST", sentence, {"unit": escalation.from_unit.name}))
