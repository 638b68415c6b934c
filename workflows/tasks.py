"""Whatever waits, waits for somebody: the open task of a document or an obligation, and its
deadline."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.util import identity_key

from models.base import db
from models.campaign import Campaign
from models.deadline import Deadline
from models.document import Document
from models.obligation import Obligation
from models.person import Absence, Person
from models.post import Delegation, Post
from models.queries.at_once import close_tasks, open_task, open_task_of
from models.task import Task, TaskRole
from models.unit import ReportingLine, Unit
from workflows import authority, ladder
from workflows.act import Capacity
from workflows.calendar import WorkingCalendar, end_of_day, local_day, start_of_day
from workflows.convening import conveners
from workflows.definition import ActionSpec, spec_of, state_of
from workflows.dossier.required import CONCLUSION
from workflows.inspections import limits
from workflows.inspections.asking import inspection_of, not_apart
from workflows.owed_day import last_day
from workflows.rules.separation import excluded
from workflows.scope import below


def close(document: Document, *, by: Person | None, now: datetime) -> None:
    """Close what was open on a document, and its deadlines."""
    _close("document_id", document.id, by, now)


def close_for_obligation(obligation: Obligation, *, by: Person | None, now: datetime) -> None:
    """Close the task to begin what is owed."""
    _close("obligation_id", obligation.id, by, now)


def _close(subject: str, ident: int, by: Person | None, now: datetime) -> None:
    known = db.session().identity_map
    for task_id, deadline_id in close_tasks(subject, ident, by=by.id if by else None, now=now):
        task = known.get(identity_key(Task, task_id))
        if task is not None:
            for role in task.__dict__.get("roles", ()):
                db.session.expunge(role)
            db.session.expire(task)
        deadline = known.get(identity_key(Deadline, deadline_id)) if deadline_id else None
        if deadline is not None:
            db.session.expire(deadline)


def waited_for(document: Document, now: datetime) -> authority.Holding | None:
    """Whom the document waits for now: the holding of its state's `waits_for`, or None when at
    rest."""
    state = state_of(document)
    if state.waits_for is None or state.expects is None or _at_rest(document, state.expects):
        return None
    if state.waits_for.role == "author":
        author = Capacity(document.author, document.unit, "author")
        return authority.Holding(document.unit, (author,), frozenset(), False)
    expected = _expected(document, state.expects)
    unit, later = authority.places(document, state.waits_for)[0]
    barred: frozenset[int] = frozenset()
    if expected is not None:
        barred = frozenset().union(*excluded(document, expected.guards).values())
    if document.kind == "inspection":
        barred |= not_apart(document, now)
    held = authority.holding(
        unit,
        state.waits_for.role,
        document=document,
        action=state.expects,
        later=later,
        now=now,
        barred=barred,
    )
    if not held.capacities and authority.waits_for_meeting(document, state.waits_for.role, later):
        return conveners(unit, kind=document.kind, now=now)
    return held


def _at_rest(document: Document, expects: str) -> bool:
    return expects == "receive" and document.current_stage.received_at is not None


def _expected(document: Document, action: str) -> ActionSpec | None:
    for spec in spec_of(document.definition).actions_named(action):
        if authority.applicable(document, spec):
            return spec
    return None


def open_for(document: Document, now: datetime) -> tuple[str, authority.Holding] | None:
    """Open the task that the document's present state implies, with its deadline. Returns the act
    that it waits for and who may do it; None at rest.

    The deadline is the state's own in working days; at the issuer's stage the day of what is owed
    comes first (`owed_day`).
    """
    held = waited_for(document, now)
    if held is None:
        return None
    state = state_of(document)
    today = local_day(now)
    calendar = WorkingCalendar.of(db.session())
    person_id = _only_person(held)
    due, owed = last_day(document, person_id, calendar, today)
    if document.kind == "inspection":
        due = limits.due(inspection_of(document), document.state, due, today)
    action = _action(held, state.expects)
    _start(
        due,
        now,
        calendar,
        held.posts,
        document.campaign,
        document_id=document.id,
        action=action,
        owed=owed,
        unit_id=document.current_stage.unit_id,
        person_id=person_id,
        climbed=held.climbed,
    )
    return action, held


def open_obligation(
    obligation: Obligation, now: datetime, posts: Collection[tuple[int, str]] | None = None
) -> None:
    """Open the task to begin what is owed: for the person who owes, else for these (unit, role)
    pairs, the unit's drafting posts unless told."""
    alone = obligation.person_id is not None
    _start(
        obligation.effective_due,
        now,
        WorkingCalendar.of(db.session()),
        frozenset() if alone else posts or _drafting_posts(obligation.unit),
        obligation.requirement.campaign,
        owed=obligation,
        obligation_id=obligation.id,
        action="create",
        unit_id=obligation.unit_id,
        person_id=obligation.person_id,
        climbed=False,
        nominal_due=obligation.nominal_due,
    )


def wait_to_confirm(
    obligation: Obligation, unit_id: int, posts: Collection[tuple[int, str]], now: datetime
) -> None:
    """What is owed was reported back: a task without a deadline for whoever confirms it."""
    task = Task(obligation_id=obligation.id, action="confirm", unit_id=unit_id, opened_at=now)
    task.roles = [TaskRole(unit_id=at, role=role) for at, role in sorted(posts)]
    db.session.add(task)
    db.session.flush()


def _drafting_posts(unit: Unit) -> frozenset[tuple[int, str]]:
    return drafting_posts(unit.id, [body.id for body in unit.advisory_bodies])


def drafting_posts(unit_id: int, advisory: Iterable[int]) -> frozenset[tuple[int, str]]:
    """The (unit, role) pairs that draft for a body: its own posts, and those of its advisory
    bodies."""
    tier = authority.ROLES["drafter"][0][0]
    pairs = {(unit_id, role) for where, role in tier if where == "own"}
    for body in advisory:
        pairs |= {(body, role) for where, role in tier if where == "advisory"}
    return frozenset(pairs)


def pass_on(task: Task, unit: Unit) -> None:
    """What waited for one body waits for another: with the same deadline and the same rungs
    climbed. The holders of a document's task are found by the `rehome` of the unit; what a conclusion
    requires waits for the same posts as before, anything else for whoever drafts there."""
    task.unit = unit
    db.session.execute(
        sa.update(Deadline).where(Deadline.task_id == task.id).values(unit_id=unit.id)
    )
    if task.obligation is None or task.person_id is not None:
        return
    if task.obligation.requirement.kind == CONCLUSION:
        _wait_for(task, {(unit.id, role.role) for role in task.roles})
    else:
        _wait_for(task, _drafting_posts(unit))


def go_on(document: Document, now: datetime) -> None:
    """The state of a document came to be read otherwise: its open task waits for whom that says, with
    the same deadline and the same rungs climbed; it closes at rest, and opens where none was."""
    task = db.session.scalar(
        sa.select(Task).where(Task.document_id == document.id, Task.closed_at.is_(None))
    )
    held = waited_for(document, now)
    if task is None:
        open_for(document, now)
    elif held is None:
        close(document, by=None, now=now)
    else:
        task.person_id = _only_person(held)
        _hand_to(task, held, state_of(document).expects)


def wait_until_owed(document: Document, now: datetime) -> None:
    """A document came to answer what is owed: it waits until that day, a draft also where its own days
    were fewer. What its state gives it is not given anew; a task that lay still goes on, and one that
    waits until that day already stays as it is."""
    task = db.session.scalar(
        sa.select(Task).where(Task.document_id == document.id, Task.closed_at.is_(None))
    )
    if task is not None:
        calendar = WorkingCalendar.of(db.session())
        day, owed = last_day(document, task.person_id, calendar, local_day(now))
        ends = end_of_day(day)
        sooner = task.due_at is None or ends < task.due_at
        if owed is None or not (sooner or state_of(document).expects == "submit"):
            return
        if task.due_at == ends and not _lies_still(task):
            return
        close(document, by=None, now=now)
    open_for(document, now)


def _lies_still(task: Task) -> bool:
    paused = sa.select(Deadline.id).where(
        Deadline.task_id == task.id, Deadline.paused_at.is_not(None)
    )
    return db.session.scalar(paused) is not None


def _only_person(held: authority.Holding) -> int | None:
    """Set where the document waits for its author, who holds no post for it."""
    if len(held.capacities) == 1 and held.capacities[0].role == "author":
        person = held.capacities[0].person
        return person.id if person else None
    return None


def _action(held: authority.Holding, expects: str | None) -> str:
    return "meet" if held.meeting else expects or ""


def _hand_to(task: Task, held: authority.Holding, expects: str | None) -> None:
    task.action, task.climbed = _action(held, expects), held.climbed
    _wait_for(task, held.posts)


def _wait_for(task: Task, posts: Collection[tuple[int, str]]) -> None:
    task.roles.clear()
    db.session.flush()
    task.roles = [TaskRole(unit_id=unit_id, role=role) for unit_id, role in sorted(posts)]


def _start(
    due: date,
    now: datetime,
    calendar: WorkingCalendar,
    posts: Collection[tuple[int, str]],
    campaign: Campaign,
    *,
    owed: Obligation | None,
    unit_id: int,
    **values: Any,
) -> None:
    """The rows of a task that waits until the end of the local day `due` for these (unit, role)
    pairs, and of its deadline with the ladder of its campaign. `owed`: whose day it is; once that has
    passed, the ladder that was climbed for it goes on."""
    task = {**values, "unit_id": unit_id, "opened_at": now, "due_at": end_of_day(due)}
    if owed is not None and due < local_day(now):
        left = ladder.left_behind(owed)
        if left is not None:
            since = left.closed_at
            open_task_of(task, sorted(posts), left.id)
            if since != now:  # not what this very act hands on
                ladder.take_up(left, now, calendar)
            return
    began = ladder.begin(due, now, calendar, ladder.parse_steps(campaign.ladder))
    open_task(task, sorted(posts), {"effective_due": due, **began._asdict()})


def rehome(unit: Unit, now: datetime) -> int:
    """Posts, delegations or absences in a unit changed: give its open tasks to whoever holds them
    now.

    Returns how many tasks moved. Call in the transaction of the change.
    """
    units = {unit.id} | ({unit.attached_to_id} if unit.attached_to_id else set())
    climbed = sa.or_(Task.climbed, TaskRole.id.is_(None))  # by or past here, or beyond the top
    passed = sa.and_(climbed, Task.unit_id.in_(below(units, now)))
    tasks = db.session.scalars(
        sa.select(Task)
        .outerjoin(TaskRole)
        .where(
            Task.closed_at.is_(None),
            Task.document_id.is_not(None),
            Task.person_id.is_(None),
            sa.or_(Task.unit_id.in_(units), TaskRole.unit_id.in_(units), passed),
        )
        .order_by(Task.id)
    ).unique()
    moved = 0
    for task in tasks:
        assert task.document is not None
        held = waited_for(task.document, now)
        if held is None:
            continue
        same = {(r.unit_id, r.role) for r in task.roles} == held.posts
        if not same or held.meeting != (task.action == "meet"):
            _hand_to(task, held, state_of(task.document).expects)
            moved += 1
    db.session.flush()
    return moved


def rehome_of_day(now: datetime, since: date) -> int:
    """A new day began: posts, delegations, absences, reporting lines and advisory bodies that began or
    ended after `since`, the last day that was begun, move the open tasks of their units; also when the
    clock was set back and `since` is still to come. Harmless when done twice. Returns how many tasks
    moved."""
    since, until = sorted((since, local_day(now)))
    turned: set[int] = set()
    for table, unit_id in (
        (Post, sa.select(Post.unit_id)),
        (Delegation, sa.select(Post.unit_id).join(Delegation, Delegation.post_id == Post.id)),
        (Absence, sa.select(Post.unit_id).join(Absence, Absence.person_id == Post.person_id)),
        (
            Absence,  # of a delegate, who may belong elsewhere
            sa.select(Post.unit_id)
            .join(Delegation, Delegation.post_id == Post.id)
            .join(Absence, Absence.person_id == Delegation.person_id),
        ),
        (ReportingLine, sa.select(ReportingLine.unit_id)),
        (Unit, sa.select(Unit.id).where(Unit.attached_to_id.is_not(None))),
    ):
        begun = sa.and_(table.valid_from > since, table.valid_from <= until)
        over = sa.and_(table.valid_to >= since, table.valid_to < until)
        turned |= set(db.session.scalars(unit_id.where(sa.or_(begun, over))))
    # What began or ended at once moved its tasks then; a task opened in that very moment is caught here.
    cut = start_of_day(since)
    turned |= set(db.session.scalars(sa.select(Post.unit_id).where(Post.ended_at >= cut)))
    lent = sa.select(Post.unit_id).join(Delegation, Delegation.post_id == Post.id)
    at_once = sa.or_(Delegation.created_at >= cut, Delegation.revoked_at >= cut)
    turned |= set(db.session.scalars(lent.where(at_once)))
    units = db.session.scalars(sa.select(Unit).where(Unit.id.in_(turned)).order_by(Unit.id))
    return sum(rehome(unit, now) for unit in list(units))
