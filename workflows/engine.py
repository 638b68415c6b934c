"""The engine: acts on a document that is there (`workflows.beginning` makes one). Nothing else writes a
document's state.

One act is one transaction of the caller's: state, decision, event, task, deadline, obligation and
notices are written together or not at all. Nothing here asks who is logged in or what time it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from models.base import db
from models.definition import Definition
from models.document import Document
from models.kinds import PERSONAL
from models.person import Person
from models.queries.act import asking_once
from models.queries.changes import flush_others, write
from models.queries.locking import hold_units, lock_document
from models.sitting import AgendaItem
from workflows import (
    authority,
    drafting,
    keeping,
    notices,
    routing,
    tasks,
    traces,
    trail,
    transcribing,
)
from workflows.act import Act, Capacity, Inputs, Printed
from workflows.beginning import begin, born
from workflows.calendar import local_day
from workflows.definition import SAME, ActionSpec, spec_of
from workflows.effects import EFFECTS
from workflows.inspections import freeze
from workflows.machine import move, not_now
from workflows.meanwhile import moved_on
from workflows.refusal import N_, Reason, Refused, Stale
from workflows.rules import GUARDS
from workflows.rules.separation import add_hands, look_again


@asking_once()
def perform(
    document: Document | int,
    action: str,
    *,
    actor: Person | int,
    now: datetime,
    revision: int,
    version: int,
    on_behalf: bool = False,
    **given: Any,
) -> Document:
    """Do one act on one document, in the caller's transaction. Returns the document that resulted:
    the same one, or the new one for an act that opens an amendment. Ids will do for `document` and
    `actor`: both are read anew.

    `revision` and `version` are those the actor saw. `given` are fields of `Inputs`. `on_behalf`: in
    the author's place, on a text typed for him (`workflows.transcribing`). Raises Stale when the
    document has moved on since, Refused with every failing rule, Forbidden when the actor has no
    part in it.
    """
    document_id = document if isinstance(document, int) else document.id
    freeze.hold_scope(document_id, action)
    document = _locked(document_id, actor if isinstance(actor, int) else actor.id)
    if (revision, version) != (document.revision, document.version):
        raise Stale(moved_on(document, actor, now, version))
    spec = _applicable(document, action)
    allowed = transcribing.for_document if on_behalf else authority.capacity
    held = allowed(document, spec, actor, now)
    keep(held, now)
    asked = {name: value for name, value in given.items() if name in spec.asks}
    act = Act(document, spec, held, now, local_day(now), Inputs(**asked))
    if reasons := failing(act):
        raise Refused(*reasons)
    if spec.opens:
        return _open_amendment(act)
    done = _act(act)
    if action == "confirm" and act.inputs.paper is not None and act.inputs.paper.reported_on:
        return _had_gone_up(act, act.inputs.paper)
    return done


def _had_gone_up(act: Act, paper: Printed) -> Document:
    """A paper that had been reported before it was recorded goes on where it lay: the report is
    written down with its day, whatever the rules have against it (they are kept as findings)."""
    document = act.document
    spec = next(
        (
            s
            for s in spec_of(document.definition).actions_named("report")
            if authority.applicable(document, s)
        ),
        None,
    )
    if spec is None:
        return document  # at the top of the tree nobody is above
    inputs = Inputs(via=paper.via, paper=paper)
    return _act(Act(document, spec, act.capacity, act.now, act.today, inputs))


@asking_once()
def carry_out(
    item: AgendaItem, action: str, *, confirmed_by: Person, now: datetime, **given: Any
) -> Document:
    """Do what a sitting decided on one paper (R30: its confirmed vote is the decision), in the
    caller's transaction. Returns the document.

    The vote speaks of one revision before one body: Stale when there is another by now, or the paper
    lies elsewhere. Refused with every failing rule. `given` are fields of `Inputs`.
    """
    document = _locked(item.document_id)
    elsewhere = document.current_stage.unit_id != item.sitting.unit_id
    if item.revision != document.revision or elsewhere:
        raise Stale(moved_on(document, confirmed_by, now))
    spec = _applicable(document, action, by_meeting=True)
    held = Capacity(confirmed_by, document.current_stage.unit, "meeting")
    asked = {name: value for name, value in given.items() if name in spec.asks}
    act = Act(document, spec, held, now, local_day(now), Inputs(**asked), item)
    if reasons := failing(act):
        raise Refused(*reasons)
    return _act(act)


def failing(act: Act, *, without: Collection[str] = ()) -> list[Reason]:
    """Every reason of the act's guards, but those named in `without`, that stands in its way; and a
    freeze, whatever its definition says."""
    asked = [name for name in act.spec.guards if name not in without]
    found = [r for name in asked for r in GUARDS[name](act) if r.level == "error"]
    return found + freeze.reasons(act.document, act.spec.name, act.now)


def refusals(document: Document, spec: ActionSpec, held: Capacity, now: datetime) -> list[Reason]:
    """What stands in the way of an act before its form is filled in: failing guards that speak of
    something the form does not ask."""
    act = Act(document, spec, held, now, local_day(now), Inputs())
    return [reason for reason in failing(act) if _root(reason.place) not in spec.asks]


def _root(place: str | None) -> str | None:
    return place.split(".")[0] if place else None


# ---------------------------------------------------------------- one act


def _act(act: Act) -> Document:
    with db.session.no_autoflush:  # written in few statements, at the moments that say so
        return _do(act)


def _do(act: Act) -> Document:
    document, name = act.document, act.spec.name
    before, stage_before = document.state, document.stage
    move(document, act.spec)
    if name in EFFECTS:
        EFFECTS[name](act)
    if replaced := routing.replaced_by(document):
        _supersede(replaced, act)
    hands = traces.record(act, stage_before)
    document.version += 1
    document.updated_at = act.now
    add_hands(document, hands)
    moved = [document, *document.stages]
    flush_others(moved)
    event = traces.append(act, before, stage_before)
    traces.follow(act, event, before)
    write(moved)
    return document


def _supersede(replaced: Document, act: Act) -> None:
    """The old document gives way in the very act that puts the new one in force (R31)."""
    db.session.refresh(replaced, with_for_update={"key_share": True, "of": Document})
    spec = next(iter(spec_of(replaced.definition).actions_named("supersede")))
    system = Capacity(None, replaced.unit, "system")
    before, stage_before = replaced.state, replaced.stage
    silent = Act(replaced, spec, system, act.now, act.today)
    move(replaced, spec)
    replaced.version += 1
    replaced.updated_at = act.now
    trail.lock_logs(db.session(), [act.capacity.unit.id, replaced.unit_id])
    replaced.superseded_by = act.document
    traces.append(silent, before, stage_before, facts={"superseded_by": act.document.id})
    tasks.close(replaced, by=None, now=act.now)


def _open_amendment(act: Act) -> Document:
    """`amend` and `request_amendment`: a new document that amends this one, drafted at the issuer.

    The old one stays as it is and in force. Returns the new document.
    """
    old = act.document
    requested = act.spec.name == "request_amendment"
    author = old.author if requested or old.kind in PERSONAL else act.person
    requirement = old.obligation.requirement if old.obligation is not None else None
    before, stage_before = old.state, old.stage
    move(old, act.spec)
    new = begin(
        drafting.Draft.again(old, revision=old.in_force_revision),
        unit=old.unit,
        campaign=old.campaign,
        requirement=requirement,
        author=author,
        now=act.now,
    )
    new.amends, new.obligation = old, old.obligation
    traces.record(act, stage_before)
    old.version += 1
    old.updated_at = act.now
    event = traces.append(act, before, stage_before, facts={"opens": new.id})
    notices.notify(
        event, [author], topic="returned", action=act.spec.name, document=new, now=act.now
    )
    return born(new, act.capacity, wrote=not requested, now=act.now)


def redefine(
    document: Document, definition: Definition, state: str, *, actor: Person | None, now: datetime
) -> None:
    """Let a document go on by another version of its definition, in that one's `state`, in the
    transaction of `workflows.migration`, which asks whether it can. What was waited for is waited for
    with the deadline it had: nobody gets time anew. Without `actor` the system does it."""
    document = _locked(document.id)
    spec = ActionSpec("migrate", {}, (), SAME, (), (), guards=(), asks=(), opens=None)
    held = Capacity(actor, document.unit, "system")
    moved = Act(document, spec, held, now, local_day(now))
    before, old = document.state, document.definition
    document.definition, document.state = definition, state
    document.version += 1
    document.updated_at = now
    traces.append(
        moved,
        before,
        document.stage,
        facts={"from_version": old.version, "to_version": definition.version},
    )
    tasks.go_on(document, now)
    db.session.flush()


# ---------------------------------------------------------------- looking before leaping


def _locked(document_id: int, actor_id: int | None = None) -> Document:
    document = lock_document(document_id, actor_id)
    look_again(document)
    return document


def hold(documents: Iterable[Document]) -> None:
    """Whoever acts on several documents in one transaction first holds all their issuers."""
    hold_units(document.unit_id for document in documents)


def keep(held: Capacity, now: datetime) -> None:
    """The right of this act, kept to its end: see `keeping.keep`."""
    if held.post is None:
        return
    ended = Reason(
        "POST",
        N_(
            "Chưa ghi được: chức vụ hoặc ủy quyền của %(name)s vừa chấm dứt. "
            "Tải lại trang để xem việc này đang thuộc ai."
        ),
        {"name": held.person.full_name if held.person else ""},
    )
    keeping.keep(held.post.id, held.delegation.id if held.delegation else None, now, ended)


def _applicable(document: Document, action: str, *, by_meeting: bool = False) -> ActionSpec:
    for spec in spec_of(document.definition).actions_named(action):
        if spec.by_meeting == by_meeting and authority.applicable(document, spec):
            return spec
    raise Refused(not_now(document))
