"""*Việc cần làm*: what waits for a person now, by the posts he holds and those delegated to him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from models.person import Person
from models.queries import desk
from models.task import Task
from workflows.scope import officer_unit_ids, posts_delegated, posts_held

TABS = ("mine", "unit", "delegated", "overdue", "done")
PAGE = 25


@dataclass(frozen=True)
class Page:
    """Tasks in order of their due time; `after` continues the list, None at its end."""

    tasks: list[Task]
    after: tuple[datetime, int] | None


def tasks_for(
    person: Person,
    now: datetime,
    tab: str = "mine",
    after: tuple[datetime, int] | None = None,
    limit: int = PAGE,
) -> Page:
    """One page of a tab of the desk; `open` is mine and what is delegated to me. An unknown tab is
    `mine`."""
    found = desk.page(_condition(person, now, tab), after=after, limit=limit + 1)
    tasks = found[:limit]
    last = tasks[-1] if len(found) > limit else None
    return Page(tasks, (last.due_at or desk.NEVER, last.id) if last else None)


def counts(person: Person, now: datetime) -> dict[str, int]:
    """How many tasks stand behind each tab, counted to `desk.BOUND` + 1."""
    return {tab: desk.count(_condition(person, now, tab)) for tab in TABS}


def _condition(person: Person, now: datetime, tab: str) -> sa.ColumnElement[bool]:
    if tab == "done":
        return sa.and_(Task.closed_at.is_not(None), Task.closed_by_id == person.id)
    opened = Task.closed_at.is_(None)
    if tab == "unit":
        units = officer_unit_ids(person, now)
        others = Task.person_id.is_(None) | (Task.person_id == person.id)
        return sa.and_(opened, others, Task.unit_id.in_(units)) if units else sa.false()
    if tab == "delegated":
        return sa.and_(opened, _delegated(person, now), desk.not_barred(person.id))
    own = desk.held_by([(p.unit_id, p.role) for p in posts_held(person, now)], person.id)
    if tab in ("open", "overdue"):
        mine = sa.or_(own, _delegated(person, now))
        late = Task.due_at <= now if tab == "overdue" else sa.true()
        return sa.and_(opened, mine, desk.not_barred(person.id), late)
    return sa.and_(opened, own, desk.not_barred(person.id))


def _delegated(person: Person, now: datetime) -> sa.ColumnElement[bool]:
    """Tasks of posts delegated to the person, within the scope of each delegation."""
    conditions = []
    for delegation in posts_delegated(person, now):
        post = delegation.post
        held = desk.held_by([(post.unit_id, post.role)], None)
        if delegation.actions:
            held = sa.and_(held, Task.action.in_(delegation.actions))
        if delegation.kinds:
            held = sa.and_(held, desk.of_kinds(delegation.kinds))
        conditions.append(held)
    return sa.or_(sa.false(), *conditions)
