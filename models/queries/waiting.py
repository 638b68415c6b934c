"""Which tasks stand on which tab of a desk, as a condition for its statements (`desk.py`). Posts,
units and persons are parameters, each with a place of its own."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from models.base import UTCDateTime
from models.campaign import Requirement
from models.document import Contribution, Decision, Document
from models.inspection import Inspection, InspectionUnit
from models.obligation import Obligation
from models.task import Task, TaskRole

NOW = sa.bindparam("now", type_=UTCDateTime)
_PERSON = sa.bindparam("person", type_=sa.BigInteger)
# What never changes stands in the text of a statement: a parameter is paid for each time it is told.
_DECIDING = [sa.literal_column(f"'{action}'", sa.Text) for action in ("review", "approve")]


class Shape(NamedTuple):
    """One shape, one text of SQL: how many posts are one's own, how many delegated whole, the
    (kinds?, actions?) of the other delegations, how many units, how many he does not inspect."""

    own: int
    whole: int
    scoped: tuple[tuple[bool, bool], ...]
    units: int
    apart: int


def condition(tab: str, shape: Shape) -> sa.ColumnElement[bool]:
    """Which tasks stand on a tab."""
    if tab == "done":
        return sa.and_(Task.closed_at.is_not(None), Task.closed_by_id == _PERSON)
    opened = Task.closed_at.is_(None)
    if tab == "unit":
        units = Task.unit_id.in_([_id(f"body{n}") for n in range(shape.units)])
        return sa.and_(opened, units, sa.or_(Task.person_id.is_(None), Task.person_id == _PERSON))
    own = [] if tab == "delegated" else [*_roles("own", shape.own), _in_person()]
    delegated = [] if tab == "mine" else _delegated(shape)
    if not own + delegated:
        return sa.false()
    # Everything that waits, found by its own index, and then the tasks by their keys: an OR of
    # several ways would make the database look at every open task.
    waiting = Task.id.in_(sa.union_all(*own, *delegated))
    late = [Task.due_at <= NOW] if tab == "overdue" else []
    return sa.and_(opened, waiting, _not_barred(), *_not_apart(shape), *late)


def _id(name: str) -> sa.BindParameter[int]:
    return sa.bindparam(name, type_=sa.BigInteger)


def _held_as(unit: str, role: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        TaskRole.unit_id == _id(unit), TaskRole.role == sa.bindparam(role, type_=sa.Text)
    )


def _roles(name: str, several: int) -> list[sa.Select[Any]]:
    """Tasks that wait for one of so many posts; none of no posts."""
    held = [_held_as(f"{name}_unit{n}", f"{name}_role{n}") for n in range(several)]
    return [sa.select(TaskRole.task_id).where(sa.or_(*held))] if held else []


def _in_person() -> sa.Select[Any]:
    task = sa.alias(Task.__table__)
    return sa.select(task.c.id).where(task.c.person_id == _PERSON, task.c.closed_at.is_(None))


def _delegated(shape: Shape) -> list[sa.Select[Any]]:
    """Tasks of posts delegated to the person, within the scope of each delegation."""
    selects = _roles("whole", shape.whole)
    for n, (kinds, actions) in enumerate(shape.scoped):
        task = sa.alias(Task.__table__)
        held = (
            sa.select(TaskRole.task_id)
            .join(task, task.c.id == TaskRole.task_id)
            .where(_held_as(f"unit{n}", f"role{n}"))
        )
        if actions:
            held = held.where(task.c.action.in_(sa.bindparam(f"actions{n}", expanding=True)))
        if kinds:
            held = held.where(_of_kinds(task, sa.bindparam(f"kinds{n}", expanding=True)))
        selects.append(held)
    return selects


def _of_kinds(task: sa.FromClause, kinds: sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    """It is about a document (or an obligation to make one) of these kinds."""
    document = sa.exists().where(Document.id == task.c.document_id, Document.kind.in_(kinds))
    owed = sa.exists().where(
        Obligation.id == task.c.obligation_id,
        Obligation.requirement_id == Requirement.id,
        Requirement.kind.in_(kinds),
    )
    return sa.or_(document, owed)


def _not_barred() -> sa.ColumnElement[bool]:
    """This person has no hand in what is to be decided (R30)."""
    wrote = sa.exists().where(
        Contribution.document_id == Task.document_id, Contribution.person_id == _PERSON
    )
    decided = sa.exists().where(
        Decision.document_id == Task.document_id,
        Decision.person_id == _PERSON,
        Decision.revision == Document.revision,
        Document.id == Task.document_id,
    )
    return sa.or_(Task.action.not_in(_DECIDING), sa.and_(~wrote, ~decided))


def _not_apart(shape: Shape) -> list[sa.ColumnElement[bool]]:
    """An inspector carries out no inspection of a unit that he belongs or answers to."""
    if not shape.apart:
        return []
    units = [_id(f"apart{n}") for n in range(shape.apart)]
    inspected = (
        sa.exists()
        .where(Inspection.document_id == Task.document_id)
        .where(InspectionUnit.inspection_id == Inspection.id, InspectionUnit.unit_id.in_(units))
    )
    return [~inspected]
