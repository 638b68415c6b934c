"""What must hold after each step: papers, tasks, deadlines, events and meetings of the application
are those that the reference implies, and each state is the fold of its events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from models import db
from models.deadline import Deadline
from models.document import Document, Revision
from models.event import AuditEvent
from models.notification import Notification
from models.sitting import AgendaItem, Attendance, Sitting
from models.task import Task, TaskRole
from tests.model import reference as ref
from workflows.trail.fold import Standing, after

if TYPE_CHECKING:
    from tests.model.history import History


class Violation(AssertionError):
    """What happened is not what the rules say."""


def expect(true: object, *what: object) -> None:
    if not true:
        raise Violation(" ".join(str(part) for part in what))


def same(what: str, found: dict[Any, Any], wanted: dict[Any, Any]) -> None:
    """Both hold the same under the same keys."""
    for key in found.keys() | wanted.keys():
        if found.get(key) != wanted.get(key):
            ours, theirs = found.get(key), wanted.get(key)
            raise Violation(f"{what} {key}:\n   engine    {ours}\n   reference {theirs}")


class Comparison:
    """Compares a history with the database; remembers what it has seen so far."""

    def __init__(self, h: History) -> None:
        self.h = h
        self.standings: dict[int, Standing] = {}
        self.texts: dict[tuple[int, int], bytes] = {}
        self.seen = 0  # the newest event

    def after_a_step(self) -> None:
        db.session.rollback()
        self.fold_new_events()
        self.documents()
        self.tasks()
        self.sittings()

    def fold_new_events(self) -> None:
        """Every event continues the events before it: none is lost, none is doubled."""
        events = db.session.execute(
            sa.select(AuditEvent.id, AuditEvent.document_id, AuditEvent.leaf, AuditEvent.action)
            .where(AuditEvent.id > self.seen)
            .order_by(AuditEvent.id)
        ).all()
        for id, document, leaf, action in events:
            self.seen = max(self.seen, id)
            if document is not None and action not in ("remind", "urge", "escalate"):
                standing = self.standings.get(document, Standing())
                self.standings[document] = after(standing, json.loads(leaf))

    def documents(self) -> None:
        rows = db.session.execute(
            sa.select(
                Document.id,
                Document.state,
                Document.stage,
                Document.version,
                Document.revision,
                Document.in_force_revision,
                Document.number,
                Document.dated_on,
            )
        )
        found = {row[0]: tuple(row[1:]) for row in rows}
        same(
            "document",
            found,
            {
                d.id: (d.state, d.stage, d.version, d.revision, d.in_force, d.number, d.dated_on)
                for d in self.h.w.documents.values()
            },
        )
        same(
            "the fold of the events of",
            {id: (s.state, s.stage, s.version, s.in_force) for id, s in self.standings.items()},
            {id: (row[0], row[1], row[2], row[4]) for id, row in found.items()},
        )
        for id, n, digest in db.session.execute(
            sa.select(Revision.document_id, Revision.n, Revision.content_hash)
        ):
            known = self.texts.setdefault((id, n), digest)
            expect(known == digest, f"revision {n} of {id} has changed")

    def tasks(self) -> None:
        app = self.h.app
        roles: dict[int, set[tuple[str, str]]] = {}
        for task_id, unit_id, role in db.session.execute(
            sa.select(TaskRole.task_id, TaskRole.unit_id, TaskRole.role)
        ):
            roles.setdefault(task_id, set()).add((app.codes[unit_id], role))
        rows = db.session.execute(
            sa.select(
                Task.id,
                Task.document_id,
                Task.obligation_id,
                Task.action,
                Task.unit_id,
                Task.person_id,
                Task.climbed,
                Deadline.effective_due,
                Deadline.rung,
                Deadline.closed_at,
                Task.closed_at,
            )
            .outerjoin(Deadline, Deadline.task_id == Task.id)
            .where(
                sa.or_(
                    Task.closed_at.is_(None),
                    sa.and_(Deadline.id.is_not(None), Deadline.closed_at.is_(None)),
                )
            )
        ).all()
        found: dict[object, tuple[Any, ...]] = {}
        kinds = self.h.kinds_owed
        for id, document, owed, act, unit, person, climbed, due, rung, stopped, closed in rows:
            expect(due is not None and stopped is None, f"task {id} has no open deadline")
            expect(closed is None, f"a deadline is open for task {id}, which is closed")
            at, whose = app.codes[unit], app.names.get(person)
            if document is None and owed not in kinds:
                kinds.update(app.kinds_owed())
            key = document or (kinds[owed], at, whose)
            posts = frozenset(roles.get(id, ())) if document else frozenset()
            expect(key not in found, f"two open tasks for {key}")
            lists = None if self.h.unsettled else (act, posts, climbed)
            found[key] = (lists, at, whose, due, rung)
        same("task of", found, self.wanted_tasks())

    def wanted_tasks(self) -> dict[object, tuple[Any, ...]]:
        w = self.h.w
        found: dict[object, tuple[Any, ...]] = {}
        for doc in w.documents.values():
            if doc.waits is not None:
                act, held = ref.waited_for(w, doc)
                author = doc.author if held.rights and held.rights[0].role == "author" else None
                lists = None if self.h.unsettled else (act, held.posts, held.climbed)
                found[doc.id] = (lists, doc.here, author, doc.waits.due, doc.waits.rung)
        for key, clock in w.begins.items():
            lists = None if self.h.unsettled else ("create", frozenset(), False)
            found[key] = (lists, key[1], key[2], clock.due, clock.rung)
        return found

    def sittings(self) -> None:
        w, app = self.h.w, self.h.app
        if not w.sittings:
            return
        rows = db.session.execute(
            sa.select(
                Sitting.id,
                Sitting.state,
                Sitting.held_on,
                Sitting.chair_id,
                Sitting.minute_taker_id,
                Sitting.number,
            )
        )
        found: dict[int, list[Any]] = {
            id: [state, day, app.names[chair], app.names.get(taker), number, {}, {}]
            for id, state, day, chair, taker, number in rows
        }
        for id, person, present in db.session.execute(
            sa.select(Attendance.sitting_id, Attendance.person_id, Attendance.present)
        ):
            found[id][5][app.names[person]] = present
        for id, document, *item in db.session.execute(
            sa.select(
                AgendaItem.sitting_id,
                AgendaItem.document_id,
                AgendaItem.revision,
                AgendaItem.decision,
                AgendaItem.outcome,
            )
        ):
            found[id][6][document] = tuple(item)
        wanted = {
            s.id: [
                s.state,
                s.held_on,
                s.chair,
                s.taker,
                s.number,
                s.present,
                {id: (i.revision, i.decision, i.outcome) for id, i in s.items.items()},
            ]
            for s in w.sittings.values()
        }
        same("sitting", found, wanted)

    # ---- after one act

    def event_of(self, document: int, version: int) -> tuple[int, str, str]:
        """The event of this act: id, action, and the unit in whose log it is."""
        row = db.session.execute(
            sa.select(AuditEvent.id, AuditEvent.action, AuditEvent.unit_id).where(
                AuditEvent.document_id == document, AuditEvent.document_version == version
            )
        ).one()
        return row[0], row[1], self.h.app.codes[row[2]]

    def told(self, event: int) -> set[str]:
        """Who was told of an event, each once."""
        rows = db.session.scalars(
            sa.select(Notification.person_id).where(Notification.event_id == event)
        ).all()
        expect(len(rows) == len(set(rows)), f"somebody was told twice of event {event}")
        return {self.h.app.names[id] for id in rows}
