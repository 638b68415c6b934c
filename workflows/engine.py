"""The engine: the only place that writes a document's state, and the only one that knows `transitions`.

One act is one transaction of the caller's: state, decision, event, task, deadline, obligation and notices are
written together or not at all. Nothing here asks who is logged in or what time it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from transitions import EventData, Machine, MachineError

from models.base import db
from models.campaign import Campaign, Requirement
from models.definition import Definition
from models.document import Comment, Contribution, Decision, Document
from models.event import AuditEvent
from models.person import Person
from models.unit import Unit
from workflows import authority, drafting, notices, obligations, routing, tasks, trail
from workflows.act import Act, Capacity, Inputs
from workflows.calendar import local_day
from workflows.conditions import CONDITIONS
from workflows.definition import SAME, ActionSpec, Spec, newest, spec_of
from workflows.refusal import N_, Reason, Refused, Stale
from workflows.rules import GUARDS

DECISIONS = ("review", "approve", "return", "revoke")
HANDS = ("create", "revise", "submit")  # acts by which somebody has a hand in the text (R30)
REMARKS = ("comment", "reason", "decision")  # inputs that are somebody's words

_machines: dict[str, Machine] = {}  # by hash of the definition, shared by all documents and threads


# ---------------------------------------------------------------- the machine


def _machine(definition: Definition) -> Machine:
    """The one machine of a published definition. It holds no document, so threads may share it."""
    if definition.hash not in _machines:
        _machines[definition.hash] = _build(spec_of(definition))
    return _machines[definition.hash]


def _build(spec: Spec) -> Machine:
    machine = Machine(
        model=None,
        states=list(spec.states),
        initial=spec.initial,
        auto_transitions=False,
        send_event=True,
    )
    for action in spec.actions:
        machine.add_transition(
            action.name,
            list(action.sources),
            "=" if action.target == SAME else action.target,
            conditions=[_condition(name) for name in action.when],
        )
    return machine


def _condition(name: str) -> Any:
    return lambda event: CONDITIONS[name](_document_of(event))


def _document_of(event: EventData) -> Document:
    document: Document = event.model
    return document


def _move(document: Document, action: ActionSpec) -> None:
    """Let the machine move the document; what it declines is a refusal, never a silence."""
    try:
        moved = _machine(document.definition).events[action.name].trigger(document)
    except MachineError:
        moved = False
    if not moved:
        raise Refused(_not_now(document))


# ---------------------------------------------------------------- the public acts


def create(
    kind: str,
    *,
    unit: Unit,
    campaign: Campaign,
    title: str,
    content: dict[str, Any],
    basis: list[dict[str, Any]] | None = None,
    dated_on: Any = None,
    requirement: Requirement | None = None,
    actor: Person,
    now: datetime,
) -> Document:
    """Begin a document of `unit` in a campaign; returns it, drafted, version 1. In the caller's transaction.

    `content` has the shape of design §5 (`workflows.content`). Raises Forbidden when the actor holds no
    drafting post there (or is not the member whose commitment it is), Refused for what a rule forbids.
    """
    held = drafting.may_begin(kind, unit, campaign, actor, now)
    requirement = requirement or drafting.requirement_for(kind, unit, campaign, actor)
    obligation = drafting.obligation_for(kind, requirement, unit, actor)
    draft = drafting.Draft(kind, title, content, basis or [], dated_on)
    document = _begin(
        draft, unit=unit, campaign=campaign, requirement=requirement, author=actor, now=now
    )
    document.obligation = obligation
    return _born(document, held, contributor=actor, now=now)


def perform(
    document: Document,
    action: str,
    *,
    actor: Person,
    now: datetime,
    revision: int,
    version: int,
    **given: Any,
) -> Document:
    """Do one act on one document, in the caller's transaction. Returns the document that resulted: the
    same one, or the new one for an act that opens an amendment.

    `revision` and `version` are those the actor saw. `given` are fields of `Inputs`. Raises Stale when the
    document has moved on since, Refused with every failing rule, Forbidden when the actor has no part in it.
    """
    document = _locked(document)
    if (revision, version) != (document.revision, document.version):
        raise Stale(_moved_on(document))
    spec = _applicable(document, action)
    held = authority.capacity(document, spec, actor, now)
    asked = {name: value for name, value in given.items() if name in spec.asks}
    act = Act(document, spec, held, now, local_day(now), Inputs(**asked))
    reasons = [r for name in spec.guards for r in GUARDS[name](act) if r.level == "error"]
    if reasons:
        raise Refused(*reasons)
    if spec.opens:
        return _open_amendment(act)
    return _act(act)


def refusals(document: Document, spec: ActionSpec, held: Capacity, now: datetime) -> list[Reason]:
    """What stands in the way of an act before its form is filled in: failing guards that speak of
    something the form does not ask."""
    act = Act(document, spec, held, now, local_day(now), Inputs())
    return [
        reason
        for name in spec.guards
        for reason in GUARDS[name](act)
        if reason.level == "error" and _root(reason.place) not in spec.asks
    ]


def _root(place: str | None) -> str | None:
    return place.split(".")[0] if place else None


# ---------------------------------------------------------------- one act


def _act(act: Act) -> Document:
    document, name = act.document, act.spec.name
    before, stage_before = document.state, document.stage
    _move(document, act.spec)
    EFFECTS.get(name, _nothing)(act)
    _record(act, stage_before)
    document.version += 1
    document.updated_at = act.now
    event = _append(act, before, stage_before)
    _follow(act, event, before)
    return document


def _nothing(act: Act) -> None:
    """The state change is all there is to it."""


def _revised(act: Act) -> None:
    drafting.add_revision(
        act.document, drafting.Draft.revised(act), author=_person(act), now=act.now
    )
    act.document.stages[0].state = ""


def _submitted(act: Act) -> None:
    document = act.document
    if drafting.was_decided(document):
        # The text comes again: a number of its own, so that each decision is bound to one going-round.
        drafting.add_revision(
            document, drafting.Draft.again(document), author=_person(act), now=act.now
        )
    routing.arrive(document, 0, act.now)


def _reviewed(act: Act) -> None:
    act.stage.state = "reviewed"


def _approved(act: Act) -> None:
    document, stage = act.document, act.stage
    stage.state = "approved"
    stage.decided_at, stage.decided_by = act.now, _person(act)
    if document.stage == 0:
        document.number = document.number or act.inputs.number
        document.dated_on = act.inputs.dated_on or act.revision.dated_on or act.today
        drafting.index_for_search(document)
    if routing.enters_force(document):
        replaced = routing.put_in_force(document, act.now)
        if replaced is not None:
            _supersede(replaced, document, act)


def _reported(act: Act) -> None:
    document = act.document
    if document.stage == 0:
        obligations.fulfil(document, act.now)
    act.stage.state = "reported"
    routing.arrive(document, document.stage + 1, act.now)


def _received(act: Act) -> None:
    act.stage.received_at, act.stage.received_by = act.now, _person(act)


def _returned(act: Act) -> None:
    routing.back_to_issuer(act.document)


EFFECTS = {
    "revise": _revised,
    "submit": _submitted,
    "review": _reviewed,
    "approve": _approved,
    "report": _reported,
    "receive": _received,
    "return": _returned,
}


def _supersede(replaced: Document, by: Document, act: Act) -> None:
    """The old document gives way in the very act that puts the new one in force (R31)."""
    db.session.refresh(replaced, with_for_update=True)
    spec = next(iter(spec_of(replaced.definition).actions_named("supersede")))
    system = Capacity(None, replaced.unit, "system")
    before, stage_before = replaced.state, replaced.stage
    silent = Act(replaced, spec, system, act.now, act.today)
    _move(replaced, spec)
    replaced.version += 1
    replaced.updated_at = act.now
    _append(silent, before, stage_before, facts={"superseded_by": by.id})
    tasks.close(replaced, by=None, now=act.now)


def _open_amendment(act: Act) -> Document:
    """`amend` and `request_amendment`: a new document that amends this one, drafted at the issuer.

    The old one stays as it is and in force. Returns the new document.
    """
    old = act.document
    requested = act.spec.name == "request_amendment"
    author = old.author if requested or old.kind == "commitment" else _person(act)
    requirement = old.obligation.requirement if old.obligation is not None else None
    before, stage_before = old.state, old.stage
    _move(old, act.spec)
    new = _begin(
        drafting.Draft.again(old, revision=old.in_force_revision),
        unit=old.unit,
        campaign=old.campaign,
        requirement=requirement,
        author=author,
        now=act.now,
    )
    new.amends, new.obligation = old, old.obligation
    _record(act, stage_before)
    old.version += 1
    old.updated_at = act.now
    event = _append(act, before, stage_before, facts={"opens": new.id})
    notices.notify(
        event, [author], topic="returned", action=act.spec.name, document=new, now=act.now
    )
    return _born(new, act.capacity, contributor=None if requested else _person(act), now=act.now)


# ---------------------------------------------------------------- what every act leaves behind


def _begin(
    draft: drafting.Draft,
    *,
    unit: Unit,
    campaign: Campaign,
    requirement: Requirement | None,
    author: Person,
    now: datetime,
) -> Document:
    """A new document row with its route and first revision; not yet an event."""
    definition = newest(draft.kind)
    if definition is None:
        raise Refused(
            Reason(
                "STATE", N_("Chưa lập được: quy trình của loại văn bản này chưa được công bố.")
            )
        )
    document = Document(
        kind=draft.kind,
        title=draft.title,
        unit=unit,
        author=author,
        campaign=campaign,
        definition=definition,
        state=spec_of(definition).initial,
        stage=0,
        version=1,
        revision=0,
        created_at=now,
        updated_at=now,
    )
    document.stages = routing.build_route(draft.kind, unit, campaign, requirement, local_day(now))
    db.session.add(document)
    db.session.flush()
    drafting.add_revision(document, draft, author=author, now=now)
    return document


def _born(
    document: Document, held: Capacity, *, contributor: Person | None, now: datetime
) -> Document:
    """The first event of a document, its author's hand in it, its first task."""
    if contributor is not None:
        _contribute(document, contributor, "create", now)
        obligations.begin(document, by=contributor, now=now)
    spec = ActionSpec(
        "create", {}, (), document.state, (), (), guards=(), asks=(), opens=None
    )
    act = Act(document, spec, held, now, local_day(now))
    facts = {"amends": document.amends.id} if document.amends is not None else {}
    event = _append(act, None, 0, facts=facts)
    _follow(act, event, None)
    return document


def _record(act: Act, stage: int) -> None:
    """Who had a hand, who decided, and what they wrote beside it."""
    document, inputs, name = act.document, act.inputs, act.spec.name
    person = _person(act)
    if name in HANDS:
        _contribute(document, person, name, act.now)
    if name in DECISIONS:
        votes = inputs.votes
        db.session.add(
            Decision(
                document_id=document.id,
                revision=document.revision,
                content_hash=document.current.content_hash,
                stage=stage,
                action=name,
                person_id=person.id,
                post_id=act.capacity.post.id if act.capacity.post else None,
                delegation_id=act.capacity.delegation.id if act.capacity.delegation else None,
                at=act.now,
                reason_code=inputs.reason_code,
                minutes=inputs.minutes,
                votes_present=votes.present if votes else None,
                votes_for=votes.in_favour if votes else None,
                votes_against=votes.against if votes else None,
                number=inputs.number,
                dated_on=inputs.dated_on,
            )
        )
    for remark in REMARKS:
        text = getattr(inputs, remark)
        if text:
            db.session.add(
                Comment(
                    document_id=document.id,
                    revision=document.revision,
                    stage=stage,
                    action=name,
                    person_id=person.id,
                    text=text,
                    reason_code=inputs.reason_code,
                    at=act.now,
                )
            )


def _contribute(document: Document, person: Person, action: str, now: datetime) -> None:
    db.session.add(
        Contribution(
            document_id=document.id,
            person_id=person.id,
            revision=document.revision,
            action=action,
            at=now,
        )
    )


def _append(
    act: Act, before: str | None, stage_before: int, facts: dict[str, Any] | None = None
) -> AuditEvent:
    """The event of this act, in the log of the unit whose post acted."""
    document, held, inputs = act.document, act.capacity, act.inputs
    votes = inputs.votes
    db.session.flush()
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
        "dated_on": document.dated_on if act.spec.name == "approve" else None,
        "late": _late(act),
    }
    person = held.person
    private = {
        "actor": person.full_name if person else None,
        "post": held.post.title if held.post else None,
        "unit_name": held.unit.name,
        "delegated_by": held.post.person.full_name if held.delegation and held.post else None,
        "title": document.title if act.spec.name in ("create", "revise") else None,
        "number": document.number if act.spec.name == "approve" else None,
        "minutes": inputs.minutes,
        "via": inputs.via,
        "to_body": document.current_stage.unit.name if act.spec.name == "report" else None,
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


def _late(act: Act) -> bool | None:
    """For the issuer's report: whether it came after the obligation's last good day."""
    obligation = act.document.obligation
    if act.spec.name != "report" or obligation is None or obligation.fulfilled_at != act.now:
        return None
    return obligation.state == "fulfilled_late"


def _follow(act: Act, event: AuditEvent, before: str | None) -> None:
    """Close what was waited for, open what is waited for now, and tell who needs to know."""
    document, name, now = act.document, act.spec.name, act.now
    told: list[int] = []
    if _waits_anew(act, before):
        tasks.close(document, by=act.capacity.person, now=now)
        told = _tell_those_waited_for(act, event)
    if name == "withdraw":
        obligations.reopen(document, now)
    if name == "approve" and document.kind == "plan" and document.in_force_from == now:
        obligations.follow_plan(document, now)
    if name in DECISIONS and document.author_id not in told:
        if document.author != act.capacity.person:
            topic = "returned" if name == "return" else "decided"
            notices.notify(
                event, [document.author], topic=topic, action=name, document=document, now=now
            )
    db.session.flush()


def _waits_anew(act: Act, before: str | None) -> bool:
    """Whether the act answers what was waited for. An amendment, or a receipt while a review is waited
    for, leaves the open task and its clock alone."""
    if act.document.state != before:
        return True
    expects = spec_of(act.document.definition).states[act.document.state].expects
    return act.spec.name in ("revise", expects)


def _tell_those_waited_for(act: Act, event: AuditEvent) -> list[int]:
    """Open the task of the new state and tell its holders. Returns the ids of the persons told."""
    opened = tasks.open_for(act.document, act.now)
    if opened is None:
        return []
    task, held = opened
    persons = [c.person for c in held.capacities if c.person and c.person != act.capacity.person]
    notices.notify(
        event,
        persons,
        topic="returned" if act.spec.name == "return" else "waits",
        action=task.action,
        document=act.document,
        now=act.now,
    )
    return [person.id for person in persons]


# ---------------------------------------------------------------- looking before leaping


def _locked(document: Document) -> Document:
    """The document as it is now, held against other writers until the transaction ends."""
    db.session.expire(document)
    row = db.session.scalar(
        sa.select(Document)
        .where(Document.id == document.id)
        .with_for_update(key_share=True, of=Document)
        .execution_options(populate_existing=True)
    )
    assert row is not None
    # Numbers are given out one at a time per issuer.
    db.session.execute(
        sa.select(Unit.id).where(Unit.id == row.unit_id).with_for_update(key_share=True)
    )
    return row


def _applicable(document: Document, action: str) -> ActionSpec:
    for spec in spec_of(document.definition).actions_named(action):
        if authority.applicable(document, spec):
            return spec
    raise Refused(_not_now(document))


def _not_now(document: Document) -> Reason:
    state = spec_of(document.definition).states[document.state]
    return Reason(
        "STATE",
        N_("Chưa làm được: văn bản đang ở bước “%(state)s”, bước này chưa có việc đó."),
        {"state": state.label_at(document.stage), "body": document.current_stage.unit.name},
    )


def _moved_on(document: Document) -> Reason:
    """Who did what meanwhile: "already decided by … at …"."""
    last = db.session.scalar(
        sa.select(Decision)
        .where(Decision.document_id == document.id)
        .order_by(Decision.id.desc())
        .limit(1)
    )
    if last is not None and last.at == document.updated_at:
        return Reason(
            "STALE",
            N_(
                "Chưa ghi được: văn bản đã được %(name)s xử lý lúc %(at)s. "
                "Xem lại bản mới nhất rồi làm tiếp."
            ),
            {"name": last.person.full_name, "at": last.at},
        )
    return Reason(
        "STALE",
        N_(
            "Chưa ghi được: văn bản đã thay đổi lúc %(at)s, sau khi trang này mở. "
            "Xem lại bản mới nhất rồi làm tiếp."
        ),
        {"at": document.updated_at},
    )


def _person(act: Act) -> Person:
    assert act.capacity.person is not None
    return act.capacity.person
