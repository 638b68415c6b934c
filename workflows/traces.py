"""What every act leaves behind: hands and decisions, the event, the next task, notices."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from models.base import db
from models.document import DECISIONS, HANDS, Comment, Contribution, Decision
from models.event import AuditEvent, EventPayload
from models.kinds import PERSONAL
from models.person import Person
from models.queries.adding import add
from models.queries.hands import Hand
from workflows import copies, notices, obligations, tasks, trail
from workflows.act import Act
from workflows.definition import state_of
from workflows.inspections.telling import days_of, those_inspected
from workflows.notices import Told

ISSUES = ("approve", "confirm")  # acts by which a paper is known to be issued
TITLED = ("create", "revise", "record", "correct")
REMARKS = ("comment", "reason", "decision")  # inputs that are somebody's words


def record(act: Act, stage: int) -> list[Hand]:
    """Who had a hand, who decided, and what they wrote beside it. Returns the hands."""
    hands = []
    document, inputs, name = act.document, act.inputs, act.spec.name
    person = act.person
    if name in HANDS:
        hands.append(contribute(act))
    if name in DECISIONS:
        held = act.capacity
        votes = inputs.votes
        add(
            Decision,
            document_id=document.id,
            revision=document.revision,
            content_hash=document.current.content_hash,
            stage=stage,
            action=name,
            person_id=person.id,
            post_id=held.post.id if held.post else None,
            delegation_id=held.delegation.id if held.delegation else None,
            at=act.now,
            reason_code=inputs.reason_code,
            minutes=inputs.minutes,
            votes_present=votes.present if votes else None,
            votes_for=votes.in_favour if votes else None,
            votes_against=votes.against if votes else None,
            number=inputs.number,
            dated_on=inputs.dated_on,
        )
        instead_of = held.post.person_id if held.post and held.delegation else None
        hands.append(Hand(document.id, name, person.id, instead_of, True))
    for remark in REMARKS:
        text = getattr(inputs, remark)
        if text:
            add(
                Comment,
                document_id=document.id,
                revision=document.revision,
                stage=stage,
                action=name,
                person_id=person.id,
                text=text,
                reason_code=inputs.reason_code,
                at=act.now,
            )
    return hands


def contribute(act: Act) -> Hand:
    """The actor had a hand in the text (R30); who typed for somebody had none."""
    add(
        Contribution,
        document_id=act.document.id,
        person_id=act.writer.id,
        revision=act.document.revision,
        action=act.spec.name,
        at=act.now,
    )
    return Hand(act.document.id, act.spec.name, act.writer.id, None, False)


def append(
    act: Act, before: str | None, stage_before: int, facts: dict[str, Any] | None = None
) -> trail.Appended:
    """The event of this act, in the log of the unit whose post acted."""
    document, held, inputs = act.document, act.capacity, act.inputs
    votes = inputs.votes
    stated = {
        "kind": document.kind,
        "from": before,
        "to": document.state,
        "from_stage": stage_before,
        "stage": document.stage,
        "body": document.stages[stage_before].unit.code,
        "revision": document.revision,
        "revision_hash": document.current.content_hash,
        "in_force": document.in_force_revision,
        "definition": document.definition.hash,
        "role": held.role,
        "delegated": held.delegation is not None,
        "reason_code": inputs.reason_code,
        "votes": [votes.present, votes.in_favour, votes.against] if votes else None,
        "dated_on": document.dated_on if act.spec.name in ISSUES else None,
        "sitting": act.item.sitting_id if act.item else None,
        "late": _late(act),
        **_on_paper(act),
        **days_of(act),
    }
    person = held.person
    to_body = document.current_stage.unit if act.spec.name == "report" else None
    private = {
        **held.named,
        "unit_name": held.unit.name,
        "title": document.title if act.spec.name in TITLED else None,
        "number": document.number if act.spec.name in ISSUES else None,
        "minutes": inputs.minutes,
        "chair": _presided(act),
        "via": inputs.via,
        "to_body": to_body.name if to_body else None,
        "to_body_en": to_body.name_en if to_body else None,
        **{remark: getattr(inputs, remark) for remark in REMARKS},
    }
    about = held.post.person_id if held.delegation and held.post else None
    return trail.append(
        db.session(),
        unit_id=held.unit.id,
        action=act.spec.name,
        at=act.now,
        facts={**stated, **(facts or {})},
        private=private,
        actor_id=person.id if person else None,
        about_id=about,
        document_id=document.id,
        document_version=document.version,
    )


def _presided(act: Act) -> str | None:
    """Who was in the chair when the meeting decided this paper."""
    if act.item is None:
        return None
    return (act.item.chair or act.item.sitting.chair).full_name


def _on_paper(act: Act) -> dict[str, Any]:
    """Of a paper signed outside: that it is one, and the days it went up and arrived."""
    paper, finding = act.inputs.paper, act.inputs.finding
    if paper is None:
        return {
            "finding": finding,
            "recorded": act.spec.name == "record" or None,
        }
    days = act.spec.name == "report"
    return {
        "recorded": True,
        "against_original": act.inputs.original or None,
        "reported_on": paper.reported_on if days else None,
        "received_on": paper.received_on if days else None,
    }


def _late(act: Act) -> bool | None:
    """For the issuer's report: whether it came after the obligation's last good day."""
    if act.spec.name != "report":
        return None
    obligation, paper = act.document.obligation, act.inputs.paper
    if obligation is None:
        return None
    if paper is None and obligation.fulfilled_at != act.now:
        return None
    return obligation.state == "fulfilled_late"


def follow(act: Act, event: trail.Appended, before: str | None) -> None:
    """Close what was waited for, open what is waited for now, and tell who needs to know."""
    document, name, now = act.document, act.spec.name, act.now
    told: list[Told] = []
    if _waits_anew(act, before):
        tasks.close(document, by=act.capacity.person, now=now)
        told += _those_waited_for(act)
    if name in ("withdraw", "revoke"):
        db.session.flush()  # what is live is asked of the database
        obligations.reopen(document, now)
    if name in ISSUES and document.kind == "plan" and document.in_force_from == now:
        obligations.follow_plan(document, now)
    if name in DECISIONS and document.author_id != act.person.id:
        topic = "returned" if name == "return" else "decided"
        told.append(Told(document.author, topic, name))
    if name == "report" and document.stage == 1:
        told += [Told(person, "waits", "copy_sent") for person in copies.hearers(document, now)]
    if name == "receive":
        told += _those_who_reported(act)
    told += those_inspected(act)
    notices.tell(event, told, document=document, now=now)


def _those_who_reported(act: Act) -> list[Told]:
    """The author, and whoever reported the paper upward, hear that it arrived. Of a commitment the
    author alone: whoever reports a whole list is not told of each entry."""
    document = act.document
    persons = [document.author]
    if document.kind not in PERSONAL:
        reporter = db.session.scalar(
            sa.select(Person)
            .join(EventPayload, EventPayload.actor_id == Person.id)
            .join(AuditEvent, AuditEvent.id == EventPayload.event_id)
            .where(AuditEvent.document_id == document.id, AuditEvent.action == "report")
            .order_by(AuditEvent.document_version.desc())
            .limit(1)
        )
        persons += [reporter] if reporter else []
    return [
        Told(person, "received", "receive") for person in persons if person != act.capacity.person
    ]


def _waits_anew(act: Act, before: str | None) -> bool:
    """Whether the act answers what was waited for. An amendment, a receipt while a review is waited
    for, or writing on at a draft leaves the open task and its clock alone: nobody gets time anew by
    saving."""
    if act.document.state != before:
        return True
    return act.spec.name == state_of(act.document).expects


def _those_waited_for(act: Act) -> list[Told]:
    """Open the task of the new state; its holders are to be told."""
    opened = tasks.open_for(act.document, act.now)
    if opened is None:
        return []
    action, held = opened
    topic = "returned" if act.spec.name == "return" else "waits"
    return [
        Told(c.person, topic, action)
        for c in held.capacities
        if c.person and c.person != act.capacity.person
    ]
