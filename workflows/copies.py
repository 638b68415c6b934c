"""A copy for another superior (domain §00.10): one line decides; a body above on another line gets a
copy, and what it asks for is a comment and a task of the issuer. It decides and holds up nothing."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from models.base import db
from models.document import Comment, Document, Stage
from models.person import Person
from models.queries.locking import hold_units
from models.task import Task, TaskRole
from models.unit import Unit
from workflows import authority, notices, tasks, trail
from workflows.act import who_acts
from workflows.calendar import WorkingCalendar, end_of_day, local_day
from workflows.refusal import N_, Forbidden, Reason, Refused
from workflows.scope import OFFICERS, has_a_say, officer_unit_ids
from workflows.standing import standing
from workflows.text import clean

ANSWER = "answer_copy"  # the task of the issuer that a request opens
WITHIN = 5  # working days to answer; the time of nobody's ladder, for nothing waits for it
SHORTEST = 10  # letters of a request and of its answer
LONGEST = 2_000


def copies_of(document: Document) -> list[Stage]:
    """The bodies beside the route that get a copy."""
    return [stage for stage in document.stages if stage.copy]


def send(document: Document, now: datetime) -> None:
    """The issuer reports: every copy goes out with it, also of a text that comes again."""
    for stage in copies_of(document):
        stage.state, stage.arrived_at = "reported", now
        stage.received_at = stage.received_by_id = None


def hearers(document: Document, now: datetime) -> list[Person]:
    """The officers of the bodies that get a copy."""
    return [person for stage in copies_of(document) for person in _officers(stage.unit, now)]


def receive(document: Document, *, actor: Person, now: datetime) -> None:
    """The receipt of a copy, once. Raises Forbidden when the actor works at no body that got one."""
    _hold(document)
    stage = _mine(document, actor, now)
    if stage.received_at is not None:
        return
    stage.received_at, stage.received_by_id = now, actor.id
    event = _log(document, "copy_received", stage.unit, actor, now)
    notices.notify(
        event,
        [document.author],
        topic="received",
        action="copy_received",
        document=document,
        now=now,
    )


def request(document: Document, text: str, *, actor: Person, now: datetime) -> None:
    """What the other superior asks of the issuer: a comment, and a task there. Raises Forbidden
    without a say at a body that got a copy; Refused for too few words, or while one is unanswered."""
    _hold(document)
    stage = _mine(document, actor, now)
    if not has_a_say(stage.unit, actor, now):
        raise Forbidden(Reason("POST", NO_SAY, {"unit": stage.unit.name}))
    said = _words(text)
    if open_request(document) is not None:
        raise Refused(Reason("COPY", UNANSWERED))
    if stage.received_at is None:
        receive(document, actor=actor, now=now)
    _remark(document, stage, "copy_requested", said, actor, now)
    event = _log(document, "copy_requested", stage.unit, actor, now, comment=said)
    told = _officers(document.unit, now)
    _open(document, now)
    notices.notify(event, told, topic="waits", action=ANSWER, document=document, now=now)


def answer(document: Document, text: str, *, actor: Person, now: datetime) -> None:
    """The issuer answers, and its task is done. Raises Forbidden for who does not work there; Refused
    for too few words, or when nothing is asked."""
    _hold(document)
    if document.unit_id not in officer_unit_ids(actor, now):
        raise Forbidden(Reason("POST", NOT_ISSUER, {"unit": document.unit.name}))
    said = _words(text)
    task = open_request(document)
    if task is None:
        raise Refused(Reason("COPY", NOTHING_ASKED))
    task.closed_at, task.closed_by_id = now, actor.id
    task.roles.clear()
    _remark(document, document.stages[0], "copy_answered", said, actor, now)
    event = _log(document, "copy_answered", document.unit, actor, now, comment=said)
    told = hearers(document, now)
    notices.notify(event, told, topic="decided", action="copy_answered", document=document, now=now)


def open_request(document: Document) -> Task | None:
    """What another superior has asked and nobody has answered."""
    if document.obligation_id is None:
        return None
    return db.session.scalar(
        sa.select(Task).where(
            Task.obligation_id == document.obligation_id,
            Task.action == ANSWER,
            Task.closed_at.is_(None),
        )
    )


def said_of(document: Document) -> list[Comment]:
    """What was asked and answered over the copies, oldest first."""
    return [c for c in document.comments if c.action in ("copy_requested", "copy_answered")]


def my_copy(document: Document, person: Person, now: datetime) -> Stage | None:
    """The copy that a body of this person's has got, or None."""
    mine = officer_unit_ids(person, now) if copies_of(document) else set()
    return next(
        (s for s in copies_of(document) if s.unit_id in mine and s.arrived_at is not None), None
    )


NO_SAY = N_("Chưa ghi được: cần giữ chức vụ có ý kiến ở %(unit)s.")
NOT_COPIED = N_("Chưa ghi được: việc này của cấp trên nhận bản sao.")
NOT_ISSUER = N_("Chưa trả lời được: việc này của %(unit)s.")
UNANSWERED = N_("Đơn vị chưa trả lời ý kiến trước. Chờ trả lời rồi ghi ý kiến mới.")
NOTHING_ASKED = N_("Không có ý kiến nào đang chờ trả lời.")
TOO_SHORT = N_("Nội dung còn quá ngắn. Cần ghi ít nhất %(n)s chữ cái để nơi nhận biết cần làm gì.")


def _hold(document: Document) -> None:
    """Of two who write over the copies of an issuer's papers at once the second sees the first."""
    hold_units([document.unit_id])
    db.session.refresh(document)


def _mine(document: Document, person: Person, now: datetime) -> Stage:
    stage = my_copy(document, person, now)
    if stage is None:
        raise Forbidden(Reason("POST", NOT_COPIED))
    return stage


def _words(text: str) -> str:
    said = clean(text, limit=LONGEST, place="text", multiline=True)
    if len("".join(said.split())) < SHORTEST:
        raise Refused(Reason("FORM", TOO_SHORT, {"n": SHORTEST}, place="text"))
    return said


def _officers(unit: Unit, now: datetime) -> list[Person]:
    posts = authority.posts_at(unit, local_day(now), now)
    return list(dict.fromkeys(post.person for post in posts if post.role in OFFICERS))


def _open(document: Document, now: datetime) -> None:
    """The issuer's task, by the obligation that the document answers: acts on the document itself
    neither close it nor hand it on."""
    assert document.obligation_id is not None
    unit = document.unit
    posts = tasks.drafting_posts(unit.id, [body.id for body in unit.advisory_bodies])
    posts |= {(unit.id, "secretary"), (unit.id, "deputy")}
    due = WorkingCalendar.of(db.session()).add_working_days(local_day(now), WITHIN)
    task = Task(
        obligation_id=document.obligation_id,
        action=ANSWER,
        unit_id=unit.id,
        opened_at=now,
        due_at=end_of_day(due),
    )
    task.roles = [TaskRole(unit_id=where, role=role) for where, role in sorted(posts)]
    db.session.add(task)


def _remark(
    document: Document, stage: Stage, action: str, text: str, actor: Person, now: datetime
) -> None:
    document.comments.append(
        Comment(
            revision=document.revision,
            stage=stage.position,
            action=action,
            person_id=actor.id,
            text=text,
            at=now,
        )
    )


def _log(
    document: Document,
    action: str,
    unit: Unit,
    actor: Person,
    now: datetime,
    comment: str | None = None,
) -> trail.Appended:
    """One event of a copy, in the log of the body that acted."""
    session = db.session()
    session.flush()
    trail.lock_logs(session, [unit.id])
    post = next((p for p in standing(actor, now).posts if p.unit_id == unit.id), None)
    return trail.append(
        session,
        unit_id=unit.id,
        action=action,
        at=now,
        facts={
            "kind": document.kind,
            "revision": document.revision,
            "body": unit.code,
            "role": post.role if post else "member",
        },
        private={**who_acts(actor, post, None), "comment": comment},
        actor_id=actor.id,
        document_id=document.id,
    )
