"""The end of a history: the cell merges into another or closes, whatever its papers wait for. What has
been decided stays, what waits goes on at the heir with the deadline it had, nothing stays behind."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models import db, transaction
from models.deadline import Deadline
from models.document import Document
from models.obligation import Obligation
from models.person import Membership
from models.post import Delegation, Post
from models.sitting import Sitting
from models.task import Task, TaskRole
from models.unit import Unit
from tests.model.compare import expect, same
from tests.model.reference import WAITS
from tests.model.tables import OVER, day_of, working_days_after
from workflows import organisation
from workflows.organisation import closing
from workflows.refusal import Refused

if TYPE_CHECKING:
    from tests.model.history import History

UNFINISHED = ("open", "awaiting", "confirmed")  # a meeting that stands in the way


def end(h: History) -> None:
    db.session.remove()
    h.now = max(h.now, h.latest) + timedelta(minutes=1)
    h.begun = None
    heir, kind = _heir(h), "merge"
    if h.dice.random() < 0.3:
        heir, kind = h.app.unit("BASE").id, "close"
    cell = h.app.unit("CELL").id
    owed, papers, waiting = _owed(cell), _papers(), _waiting()
    let_go = _let_go(h, cell) if kind == "close" else {}
    busy = db.session.scalar(
        sa.select(Sitting.id).where(Sitting.unit_id == cell, Sitting.state.in_(UNFINISHED)).limit(1)
    )
    db.session.rollback()
    done = _close(h, cell, heir, kind)
    h.tell(f"the cell: {kind} into {heir}: {'done' if done else 'refused'}")
    expect(done == (busy is None), f"{kind}: done {done}, though sitting {busy}")
    h.counts["closed" if done else "closings refused"] += 1
    if done:
        _nothing_decided_has_changed(h, papers)
        _nothing_stays_behind(cell, day_of(h.now))
        _what_waited_waits(kind, waiting, let_go, cell)
        _what_was_owed_is_owed(kind, owed, heir)
        expect(not _close(h, cell, heir, kind), "a cell closes twice")


def _heir(h: History) -> int:
    """Another cell of the same base, with a secretary of its own."""
    with transaction() as session:
        base, cell = h.app.unit("BASE"), h.app.unit("CELL")
        unit = organisation.create_unit(
            session,
            code="HEIR",
            name="Chi bộ Kế Tiếp",
            body="Chi bộ Kế Tiếp",
            symbol="CB",
            level=cell.level,
            superior=base,
            meets=cell.meets,
            actor=None,
            now=h.now,
        )
        session.add(Post(person=h.app.person("Ty"), unit=unit, role="secretary", title="Bí thư"))
        h.app.codes[unit.id], h.app.unit_ids["HEIR"] = "HEIR", unit.id
        return unit.id


def _close(h: History, cell: int, heir: int, kind: str) -> bool:
    try:
        with transaction() as session:
            posts = session.scalars(sa.select(Post.id).where(Post.unit_id == cell)).all()
            kept = {post: heir for post in posts if h.dice.random() < 0.5}
            closing.close_unit(
                session,
                unit=session.get_one(Unit, cell),
                kind=kind,
                plan=closing.Plan((session.get_one(Unit, heir),), posts=kept),
                decision="25-QĐ/ĐU, 02/03/2026",
                effective_on=day_of(h.now),
                actor=None,
                now=h.now,
            )
    except Refused:
        return False
    finally:
        db.session.remove()
    return True


def _papers() -> dict[int, Any]:
    kept = (Document.state, Document.stage, Document.revision, Document.in_force_revision)
    rows = db.session.execute(
        sa.select(Document.id, *kept, Document.number, Document.dated_on, Document.author_id)
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def _waiting() -> dict[int, Any]:
    """The papers that wait, with the last good day and the rung."""
    rows = db.session.execute(
        sa.select(Task.document_id, Deadline.effective_due, Deadline.rung)
        .join(Deadline, Deadline.task_id == Task.id)
        .where(Task.closed_at.is_(None), Task.document_id.is_not(None))
    ).all()
    expect(len(rows) == len({row[0] for row in rows}), "a paper waits twice")
    return {row[0]: tuple(row[1:]) for row in rows}


def _let_go(h: History, cell: int) -> dict[int, Any]:
    """The papers that wait until the day of what the cell owes, with the clock that they have once
    nobody owes it any more: that of their state, from now."""
    original = aliased(Document)
    rows = db.session.execute(
        sa.select(Document.id, Document.state)
        .join(Obligation, Obligation.id == Document.obligation_id)
        .join(Task, Task.document_id == Document.id)
        .join(Deadline, Deadline.task_id == Task.id)
        .outerjoin(original, original.id == Document.amends_id)
        .where(
            Task.closed_at.is_(None),
            Document.stage == 0,
            Obligation.unit_id == cell,
            Obligation.person_id.is_(None),
            Obligation.state == "open",
            Deadline.effective_due == Obligation.effective_due,
            sa.or_(original.id.is_(None), original.state.in_(OVER)),
        )
    )
    return {id: (working_days_after(day_of(h.now), WAITS[state][3]), -1) for id, state in rows}


def _owed(cell: int) -> set[tuple[int, int | None]]:
    rows = sa.select(Obligation.requirement_id, Obligation.person_id).where(
        Obligation.unit_id == cell, Obligation.state == "open"
    )
    return {(requirement, person) for requirement, person in db.session.execute(rows)}


def _nothing_decided_has_changed(h: History, before: dict[int, Any]) -> None:
    same("after the closing document", _papers(), before)
    h.compare.fold_new_events()
    rows = db.session.execute(
        sa.select(Document.id, Document.state, Document.stage, Document.version)
    )
    standings = {id: (s.state, s.stage, s.version) for id, s in h.compare.standings.items()}
    same("after the closing the fold of", standings, {row[0]: tuple(row[1:]) for row in rows})


def _nothing_stays_behind(cell: int, today: date) -> None:
    behind = {
        "a task": sa.select(Task.id).where(Task.unit_id == cell, Task.closed_at.is_(None)),
        "whom a task waits for": sa.select(TaskRole.task_id)
        .join(Task)
        .where(TaskRole.unit_id == cell, Task.closed_at.is_(None)),
        "what is owed": sa.select(Obligation.id).where(
            Obligation.unit_id == cell, Obligation.state == "open"
        ),
        "a post": sa.select(Post.id).where(
            Post.unit_id == cell,
            Post.ended_at.is_(None),
            sa.or_(Post.valid_to.is_(None), Post.valid_to >= today),
        ),
        "a delegation": sa.select(Delegation.id)
        .join(Post)
        .where(Post.unit_id == cell, Delegation.revoked_at.is_(None), Delegation.valid_to >= today),
        "a member": sa.select(Membership.id).where(
            Membership.unit_id == cell, Membership.valid_to.is_(None)
        ),
        "a paper of nobody": sa.select(Document.id).where(
            Document.unit_id == cell,
            Document.dated_on.is_(None),
            Document.state.not_in(OVER),
            sa.exists().where(Task.document_id == Document.id, Task.closed_at.is_(None)),
        ),
    }
    for what, query in behind.items():
        expect(db.session.scalar(query.limit(1)) is None, f"{what} stays in the closed cell")


def _what_waited_waits(
    kind: str, before: dict[int, Any], let_go: dict[int, Any], cell: int
) -> None:
    """With a merger all of it; with a closing all but what the cell had not issued yet, and what
    answered a day that nobody owes any more has the days of its state."""
    after = _waiting()
    if kind == "close":
        put_down = before.keys() - after.keys()
        drafts = sa.select(Document.id).where(
            Document.id.in_(put_down),
            sa.or_(Document.dated_on.is_not(None), Document.unit_id != cell),
        )
        expect(db.session.scalar(drafts.limit(1)) is None, "more than drafts was put down")
        before = {id: let_go.get(id, clock) for id, clock in before.items() if id not in put_down}
    same("after the closing the clock of", after, before)


def _what_was_owed_is_owed(kind: str, before: set[tuple[int, int | None]], heir: int) -> None:
    """With a merger the heir owes it, or has met it; nobody owes anything twice."""
    rows = db.session.execute(
        sa.select(Obligation.requirement_id, Obligation.person_id).where(
            Obligation.unit_id == heir, Obligation.state != "waived"
        )
    ).all()
    expect(len(rows) == len(set(rows)), "the heir owes something twice")
    if kind == "merge":
        missing = before - {(requirement, person) for requirement, person in rows}
        expect(not missing, f"nobody owes {missing} any more")
