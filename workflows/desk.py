"""*Việc cần làm*: what waits for a person now, by the posts he holds and those delegated to him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from models.base import db, once
from models.campaign import Requirement
from models.document import Document
from models.obligation import Obligation
from models.person import Person
from models.queries import desk
from models.queries.lines import Line
from models.task import Task
from workflows.inspections.lookups import own_units
from workflows.scope import officer_unit_ids
from workflows.standing import standing

TABS = desk.TABS
PAGE = 25


@dataclass(frozen=True)
class Page:
    """Tasks in order of their due time; `after` continues the list, None at its end."""

    tasks: list[Line]
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
    return _page(desk.page(_hands(person, now), _known(tab), now, after, limit + 1), limit)


def tasks_and_counts(
    person: Person, now: datetime, tab: str = "mine", after: tuple[datetime, int] | None = None
) -> tuple[Page, dict[str, int]]:
    """As `tasks_for`, and how many tasks stand behind each tab, counted to `desk.BOUND` + 1."""
    hands = _hands(person, now)
    found, counts = desk.page_and_counts(hands, _known(tab), now, after, PAGE + 1)
    return _page(found, PAGE), counts


def _known(tab: str) -> str:
    return tab if tab in (*TABS, "open") else "mine"


def _page(found: list[Line], limit: int) -> Page:
    """`found`: one line more than the page has, where there are more."""
    tasks = found[:limit]
    last = tasks[-1] if len(found) > limit else None
    return Page(tasks, (last.due_at or desk.NEVER, last.id) if last else None)


def objects(page: Page) -> list[Task]:
    """The tasks of a page as objects, with their document or obligation and their roles."""
    by_document, by_obligation = joinedload(Task.document), joinedload(Task.obligation)
    rows = db.session.scalars(
        sa.select(Task)
        .options(
            joinedload(Task.unit),
            by_document.joinedload(Document.unit),
            by_obligation.joinedload(Obligation.requirement).joinedload(Requirement.campaign),
            by_obligation.joinedload(Obligation.unit),
            selectinload(Task.roles),
        )
        .where(Task.id.in_([line.id for line in page.tasks]))
    )
    found = {task.id: task for task in rows}
    return [found[line.id] for line in page.tasks if line.id in found]


def _hands(person: Person, now: datetime) -> desk.Hands:
    def find() -> desk.Hands:
        here = standing(person, now)
        own = {desk.Grant(post.unit_id, post.role) for post in here.own}
        delegated = {
            desk.Grant(d.post.unit_id, d.post.role, tuple(d.kinds), tuple(d.actions))
            for d in here.delegations
        }
        units = officer_unit_ids(person, now)
        inspects = any(post.role == "inspector" for post in here.own)
        apart = own_units(person, now) if inspects else set()
        return desk.Hands(
            person.id,
            tuple(sorted(own)),
            tuple(sorted(delegated)),
            tuple(sorted(units)),
            tuple(sorted(apart)),
        )

    return once(db.session(), ("hands", person.id, now), find)
