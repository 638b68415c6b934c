"""How things read as JSON: units by code, people by login, documents by id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

import clock
from models.account import Account
from models.base import db
from models.document import Basis, Decision, Document, Revision, Stage
from models.obligation import Obligation
from models.person import Person
from models.post import Post, held_at
from models.task import Task, TaskRole
from views import present
from views.api.problem import reason_entries
from views.api.signed import on_paper
from views.loaders import viewer
from workflows import available_actions
from workflows.advice import advice_on, for_reader
from workflows.forecast import expected_by
from workflows.inspections.readings import note_reading
from workflows.journey import route_view
from workflows.scope import revision_for

# What a list of documents is read with: the number of statements does not grow with the rows.
DOCUMENT = (
    joinedload(Document.unit),
    joinedload(Document.campaign),
    joinedload(Document.obligation).joinedload(Obligation.requirement),
    selectinload(Document.stages).joinedload(Stage.unit),
    selectinload(Document.decisions),
)


def instant(at: datetime | None) -> str | None:
    """2026-03-02T08:01:00+07:00, on the organisation's clock."""
    return None if at is None else present.local(at).isoformat(timespec="seconds")


def day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def logins(person_ids: Iterable[int | None]) -> dict[int | None, str]:
    """Login by person id, for those who have one."""
    wanted = {person_id for person_id in person_ids if person_id is not None}
    if not wanted:
        return {}
    rows = db.session.execute(
        sa.select(Account.person_id, Account.login).where(Account.person_id.in_(wanted))
    )
    return dict(rows.all())


# -- whom something waits for


class Holders:
    """Whom tasks wait for: posts of a body, never people by name."""

    def __init__(self, tasks: Sequence[Task], now: datetime):
        pairs = {(role.unit_id, role.role) for task in tasks for role in task.roles}
        self.titles: dict[tuple[int, str], set[str]] = {}
        for post in self._posts(pairs, now):
            if (post.unit_id, post.role) in pairs:
                titles = self.titles.setdefault((post.unit_id, post.role), set())
                titles.add(present.post_title(post))

    @staticmethod
    def _posts(pairs: set[tuple[int, str]], now: datetime) -> Iterable[Post]:
        if not pairs:
            return []
        return db.session.scalars(
            sa.select(Post).where(
                Post.unit_id.in_({unit for unit, _ in pairs}),
                Post.role.in_({role for _, role in pairs}),
                held_at(present.local_day(now), now),
            )
        )

    def of(self, task: Task | None) -> dict[str, Any] | None:
        """{"unit", "roles"} and, where it is one title only, "title"; None where nothing waits."""
        if task is None:
            return None
        if task.person_id is not None:
            return {"unit": task.unit.code, "roles": ["author"]}
        holder: dict[str, Any] = {
            "unit": self._unit_code(task),
            "roles": sorted({role.role for role in task.roles}),
        }
        titles = set().union(*(self.titles.get((r.unit_id, r.role), set()) for r in task.roles))
        if len(titles) == 1:
            holder["title"] = titles.pop()
        return holder

    @staticmethod
    def _unit_code(task: Task) -> str:
        """The body that holds it: the one that owes the act, or the superior it climbed to."""
        units = {role.unit.id: role.unit for role in task.roles}
        if not units or task.unit_id in units:
            return task.unit.code
        own = [unit for unit in units.values() if not unit.is_advisory]
        return (own or list(units.values()))[0].code


TASK_HOLDERS = (joinedload(Task.unit), selectinload(Task.roles).joinedload(TaskRole.unit))


# -- documents


class Shelf:
    """Documents to be shown together, with what they are shown with."""

    def __init__(self, documents: Sequence[Document]):
        self.tasks = self._open_tasks(documents)
        self.holders = Holders(list(self.tasks.values()), clock.now())
        persons = [d.author_id for d in documents]
        for document in documents:
            for stage in document.stages:
                persons += [stage.decided_by_id or 0, stage.received_by_id or 0]
            persons += [decision.person_id for decision in document.decisions]
        self.logins = logins(persons)

    @staticmethod
    def _open_tasks(documents: Sequence[Document]) -> dict[int | None, Task]:
        rows = db.session.scalars(
            sa.select(Task)
            .options(*TASK_HOLDERS)
            .where(Task.document_id.in_([d.id for d in documents]), Task.closed_at.is_(None))
            .order_by(Task.id)
        )
        return {task.document_id: task for task in rows}

    def summary(self, document: Document) -> dict[str, Any]:
        """What a list shows of a document: everything but its text and what hangs on it."""
        task = self.tasks.get(document.id)
        requirement = document.obligation.requirement if document.obligation else None
        return {
            "id": document.id,
            "kind": document.kind,
            "type": document.type,
            "title": document.title,
            "unit": document.unit.code,
            "campaign": document.campaign.code,
            "requirement": requirement.code if requirement else None,
            "author": self.logins.get(document.author_id),
            "state": document.state,
            "stage": document.stage,
            "in_force": document.is_in_force,
            "in_force_revision": document.in_force_revision,
            "route": [self._stage(document, stage) for stage in document.stages],
            "revision": document.revision,
            "version": document.version,
            "number": document.number,
            "dated_on": day(document.dated_on),
            "holder": self.holders.of(task),
            "due_at": instant(task.due_at) if task else None,
            "amends": document.amends_id,
            "superseded_by": document.superseded_by_id,
            "recorded": document.recorded,
            "created_at": instant(document.created_at),
        }

    def _stage(self, document: Document, stage: Stage) -> dict[str, Any]:
        state, by, at = _answer(document, stage)
        return {
            "unit": stage.unit.code,
            "decides": stage.decides,
            "copy": stage.copy,
            "state": state,
            "by": self.logins.get(by),
            "at": instant(at),
        }


def _answer(document: Document, stage: Stage) -> tuple[str | None, int | None, datetime | None]:
    """Where one body stands: its state, and who answered when. Nothing before the paper comes."""
    here = stage.position == document.stage
    if here and document.state in ("drafted", "returned"):
        state: str | None = document.state
    elif not stage.decides and stage.received_at is not None:
        return "received", stage.received_by_id, stage.received_at
    else:
        state = stage.state or None
    if state == "returned":
        answer = _last_return(document, stage)
        return (state, answer.person_id, answer.at) if answer else (state, None, None)
    if state in ("approved", "reported"):
        return state, stage.decided_by_id, stage.decided_at
    return state, None, None


def _last_return(document: Document, stage: Stage) -> Decision | None:
    for decision in reversed(document.decisions):
        if decision.action == "return" and decision.stage == stage.position:
            return decision
    return None


def summaries(documents: Sequence[Document]) -> list[dict[str, Any]]:
    """Documents as a list shows them."""
    shelf = Shelf(documents)
    return [shelf.summary(document) for document in documents]


def full(document: Document) -> dict[str, Any]:
    """One document as the viewer may see it. Reading another's commitment is written down first."""
    now, person = clock.now(), viewer()
    revision = revision_for(document, person, now)
    if revision is not None:
        note_reading(document, person, now, revision.n)
    summary = Shelf([document]).summary(document)
    predicted = expected_by(route_view(document, now)) if revision else []
    for stage, expected in zip(summary["route"], predicted, strict=False):
        stage["expected_by"] = day(expected)
    return {
        **summary,
        "content": content_of(revision) if revision else None,
        "basis": [basis(entry) for entry in revision.bases] if revision else [],
        "findings": _findings(document, revision, person, now) if revision else [],
        "available_actions": _actions(document, person, now),
    }


def content_of(revision: Revision) -> dict[str, Any] | None:
    """The text; None once it has been erased."""
    return None if revision.erased_at is not None else revision.content


def basis(entry: Basis) -> dict[str, Any]:
    """What a text rests on, as it may be sent in again."""
    if entry.document_id is not None:
        return {"document": entry.document_id}
    return {"number": entry.number, "dated_on": day(entry.dated_on), "issuer": entry.issuer}


def _findings(
    document: Document, revision: Revision, person: Person, now: datetime
) -> list[dict[str, Any]]:
    found = advice_on(document, revision, present.local_day(now))
    own = document.author_id == person.id
    kept = on_paper(document, person, now) if document.recorded else []
    said = {entry["detail"] for entry in kept}
    advice = [
        {"rule": reason.rule, "level": reason.level, "detail": present.sentence(reason)}
        for reason in for_reader(found, is_author=own)
    ]
    return [*kept, *(entry for entry in advice if entry["detail"] not in said)]


def _actions(document: Document, person: Person, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "name": offered.name,
            "label": present.label(offered.label),
            "allowed": offered.allowed,
            "reasons": reason_entries(offered.reasons),
        }
        for offered in available_actions(document, person=person, now=now)
    ]
