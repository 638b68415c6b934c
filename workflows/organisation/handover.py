"""Open work passes on in one act: papers under way, what waits, what is owed.

What a body has decided stays its own: its name, number and log. What it has not decided yet is
decided by whoever takes over; a draft becomes the successor's paper. Nothing is done twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.campaign import Campaign
from models.document import CLOSED, Document, Stage
from models.kinds import PERSONAL
from models.listing import CommitmentList
from models.obligation import Obligation
from models.person import Person
from models.sitting import AgendaItem, Sitting
from models.task import Task
from models.unit import Unit
from workflows import routing, tasks
from workflows.calendar import local_day
from workflows.obligations import live_document
from workflows.obligations.putting_down import put_down
from workflows.refusal import WorkflowError
from workflows.succession import successor
from workflows.trail.append import append


@dataclass(frozen=True)
class Why:
    """By which decision, who enters it, when."""

    decision: str
    actor: Person | None
    now: datetime


def of_unit(session: Session, unit: Unit, heir: Unit, why: Why, *, ends: bool) -> None:
    """What waits in `unit` waits in `heir` from now. With `ends` (the unit is dissolved, nobody
    carries its tasks on) what it has not issued is put down and what it owes is waived."""
    own = _open_papers(session, Document.unit_id == unit.id, Document.kind.not_in(PERSONAL))
    passing = _open_papers(session, Document.id.in_(_waiting_at(unit)))
    for obligation in _owed(session, unit):
        if ends:
            waive(session, obligation, why)
        else:
            _owe_instead(session, obligation, heir, why)
    for document in own:
        if ends and document.dated_on is None:
            tasks.close(document, by=None, now=why.now)
        else:
            _adopt(session, document, heir, why)
    mine = {document.id for document in own}
    for document in passing:
        if document.id not in mine:
            _pass_through(session, document, unit, heir, why)
    for task in session.scalars(
        sa.select(Task).where(
            Task.unit_id == unit.id, Task.person_id.is_(None), Task.closed_at.is_(None)
        )
    ):
        tasks.pass_on(task, heir)
    session.execute(
        sa.update(Campaign)
        .where(Campaign.unit_id == unit.id, Campaign.closed_at.is_(None))
        .values(unit_id=heir.id)
    )
    session.execute(
        sa.update(CommitmentList)
        .where(CommitmentList.to_unit_id == unit.id, CommitmentList.received_at.is_(None))
        .values(to_unit_id=heir.id)
    )
    session.flush()
    session.expire_all()


def of_person(session: Session, person: Person, home: Unit, left: Unit, why: Why) -> None:
    """What the person had open in the cell he left follows him home: his commitments with their
    text, what he owes, what waits for him. The old cell keeps what its meetings wrote."""
    papers = _open_papers(
        session,
        Document.kind.in_(PERSONAL),
        Document.author_id == person.id,
        Document.unit_id == left.id,
    )
    for obligation in _owed(session, left, person):
        _owe_instead(session, obligation, home, why)
    for document in papers:
        _off_the_agenda(session, document)
        _adopt(session, document, home, why, mine=True)
    ids = [document.id for document in papers]
    waiting = sa.or_(
        Task.document_id.in_(ids), sa.and_(Task.person_id == person.id, Task.unit_id == left.id)
    )
    for task in session.scalars(sa.select(Task).where(waiting, Task.closed_at.is_(None))):
        if task.unit_id == left.id:
            tasks.pass_on(task, home)
    session.flush()


def issuers_waiting_at(unit: Unit) -> sa.Select[int]:
    """Ids of the units whose papers lie with this one, or are on their way to it."""
    return sa.select(Document.unit_id).where(Document.id.in_(_waiting_at(unit)))


def waive(session: Session, obligation: Obligation, why: Why) -> None:
    """Nothing is owed any more, on the basis of a decision; what waited for it is put down."""
    put_down(obligation, decision=why.decision, actor=why.actor, now=why.now)


def _open_papers(session: Session, *conditions: sa.ColumnElement[bool]) -> list[Document]:
    return list(
        session.scalars(
            sa.select(Document)
            .where(Document.state.not_in(CLOSED), *conditions)
            .order_by(Document.id)
            .execution_options(populate_existing=True)
        )
    )


def _waiting_at(unit: Unit) -> sa.Select[int]:
    """Documents that lie undecided with a unit as a later body, or are on their way to it."""
    lies = sa.and_(
        Stage.position == Document.stage, Stage.decided_at.is_(None), Stage.received_at.is_(None)
    )
    return (
        sa.select(Stage.document_id)
        .join(Document, Document.id == Stage.document_id)
        .where(
            sa.or_(Stage.unit_id == unit.id, Stage.via_id == unit.id),
            Stage.position > 0,
            sa.or_(lies, Stage.position > Document.stage),
        )
    )


def _owed(session: Session, unit: Unit, person: Person | None = None) -> list[Obligation]:
    whose = Obligation.person_id.is_(None) if person is None else Obligation.person_id == person.id
    return list(
        session.scalars(
            sa.select(Obligation)
            .where(Obligation.unit_id == unit.id, Obligation.state == "open", whose)
            .order_by(Obligation.id)
        )
    )


def _owe_instead(session: Session, obligation: Obligation, unit: Unit, why: Why) -> None:
    """`unit` owes it from now; what it owes already it does not owe twice."""
    person, before = obligation.person_id, obligation.unit_id
    own = session.scalar(
        sa.select(Obligation).where(
            Obligation.requirement_id == obligation.requirement_id,
            Obligation.unit_id == unit.id,
            Obligation.person_id.is_(None) if person is None else Obligation.person_id == person,
        )
    )
    if own is None:
        obligation.unit = unit
        waiting = sa.and_(Task.obligation_id == obligation.id, Task.unit_id == before)
        for task in session.scalars(sa.select(Task).where(waiting, Task.closed_at.is_(None))):
            tasks.pass_on(task, unit)
        session.flush()
        return
    answer = live_document(obligation)
    free = answer is not None and own.state == "open" and live_document(own) is None
    if answer is not None:
        answer.obligation = own if free else None
        if free:
            tasks.close_for_obligation(own, by=why.actor, now=why.now)
    waive(session, obligation, why)
    if answer is not None and free:
        tasks.wait_until_owed(answer, why.now)  # the day that the heir owes it


def _adopt(
    session: Session, document: Document, heir: Unit, why: Why, *, mine: bool = False
) -> None:
    """A paper that its body had not issued becomes the heir's, and so does a person's own (`mine`)
    always. An issued one stays as it is: the heir only acts for its issuer."""
    if mine or document.dated_on is None:
        document.unit = heir
        document.stages[0].unit = heir
    rest = {task.unit_id for task in _open_tasks(session, document)}
    if document.unit_id == heir.id or rest & {document.stages[0].unit_id}:
        _new_way(session, document, heir, why)
        _tell(session, document, heir, why)


def _pass_through(session: Session, document: Document, unit: Unit, heir: Unit, why: Why) -> None:
    """The heir answers another's paper in place of the body that has gone."""
    stage = document.current_stage
    if document.stage > 0 and stage.unit_id == unit.id and stage.decided_at is None:
        stage.unit = heir
    if stage.via_id == unit.id:
        stage.via = heir if heir.is_advisory else None
    _new_way(session, document, successor(document.stages[0].unit), why)
    _tell(session, document, heir, why)


def _new_way(session: Session, document: Document, issuer: Unit, why: Why) -> None:
    """The bodies that the paper has not reached yet are those above its issuer today."""
    if document.kind in routing.ONE_BODY:
        return
    requirement = document.obligation.requirement if document.obligation else None
    try:
        fresh = routing.build_route(
            document.kind, issuer, document.campaign, requirement, local_day(why.now)
        )
    except WorkflowError:
        return  # with nobody above there is no other way than the old one
    here = document.stage
    later = fresh[here + 1 :]
    if not later and document.stages[here].decides:
        later = [Stage(unit=document.stages[here].unit, decides=False)]
    kept = document.stages[here + 1 :]
    for old, new in zip(kept, later, strict=False):
        if (old.unit_id, old.decides) != (new.unit.id, new.decides):
            old.unit, old.decides, old.state = new.unit, new.decides, ""
            old.arrived_at = old.received_at = old.decided_at = None
            old.received_by_id = old.decided_by_id = None
        old.via = new.via
    for stage in kept[len(later) :]:
        session.delete(stage)
    for position, stage in enumerate(later[len(kept) :], here + 1 + len(kept)):
        session.add(
            Stage(
                document_id=document.id,
                position=position,
                unit=stage.unit,
                decides=stage.decides,
                via=stage.via,
            )
        )
    session.flush()
    session.expire(document, ["stages"])


def _off_the_agenda(session: Session, document: Document) -> None:
    """A meeting that has not closed no longer speaks of it."""
    open_ = sa.select(Sitting.id).where(Sitting.state == "open")
    session.execute(
        sa.delete(AgendaItem).where(
            AgendaItem.document_id == document.id, AgendaItem.sitting_id.in_(open_)
        )
    )


def _open_tasks(session: Session, document: Document) -> list[Task]:
    query = sa.select(Task).where(Task.document_id == document.id, Task.closed_at.is_(None))
    return list(session.scalars(query))


def _tell(session: Session, document: Document, heir: Unit, why: Why) -> None:
    """One more event of the document, in the log of whoever acts on it from now."""
    document.version += 1
    document.updated_at = why.now
    session.flush()
    private = {"decision": why.decision, "actor": why.actor.full_name if why.actor else None}
    append(
        session,
        unit_id=heir.id,
        action="handed_over",
        at=why.now,
        facts={
            "kind": document.kind,
            "body": heir.code,
            "stage": document.stage,
            "revision": document.revision,
        },
        private={name: value for name, value in private.items() if value},
        actor_id=why.actor.id if why.actor else None,
        document_id=document.id,
        document_version=document.version,
    )
