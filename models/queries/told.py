"""Rungs that were climbed, as a desk shows them: late work below that was told here, and one's own
late work of which nobody has said why."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models.base import asked
from models.campaign import Requirement
from models.deadline import Deadline, Escalation, LatenessReason
from models.document import Document
from models.obligation import Obligation
from models.queries.lines import Body, Line, body_columns, line_of, shown
from models.task import Task
from models.unit import Unit


class Told(NamedTuple):
    """A rung of a late task: from where to where it was told, for which day, when, by which step;
    and when the next one fires, if any."""

    line: Line
    from_unit: Body
    to_unit_id: int
    effective_due: date
    at: datetime
    step: str
    escalation_id: int
    fires_at: datetime | None
    owed_vi: str | None  # what is owed, where its day is that of a paper on its way
    owed_en: str | None


_FROM = aliased(Unit, name="low")
_HIGHER = aliased(Escalation)
_ANSWERED, _ASKED = aliased(Obligation, name="answered"), aliased(Requirement, name="asked_for")
_LIMIT = sa.bindparam("limit", type_=sa.Integer)
_PERSON = sa.bindparam("person", type_=sa.BigInteger)


def climbed_to(unit_ids: Collection[int], limit: int) -> list[Told]:
    """Open tasks of others that climbed to these bodies and still have the day for which they did,
    each by its highest rung there, the latest first."""
    return _told(_climbed(len(unit_ids)), unit_ids, {"limit": limit})


def unexplained(person_id: int, unit_ids: Collection[int], limit: int) -> list[Told]:
    """What this person owes himself, and what these bodies owe, that is late and told, and of which
    nobody has said why; each by the rung where it stands, the one that climbs next first."""
    return _told(_unexplained(len(unit_ids)), unit_ids, {"person": person_id, "limit": limit})


def highest_there(units: Any) -> sa.ColumnElement[bool]:
    """SQL condition on Escalation: no higher rung of the same ladder reached these units."""
    return ~sa.exists().where(
        _HIGHER.deadline_id == Escalation.deadline_id,
        _HIGHER.id > Escalation.id,
        _HIGHER.to_unit_id.in_(units),
    )


def counts_still() -> sa.ColumnElement[bool]:
    """SQL condition on Escalation joined with its Deadline: no other day counts by now."""
    return Escalation.deadline_version == Deadline.version


def _names(units: int) -> list[sa.BindParameter[Any]]:
    return [sa.bindparam(f"unit{n}", type_=sa.BigInteger) for n in range(units)]


def _told(statement: sa.Select[Any], units: Collection[int], values: dict[str, Any]) -> list[Told]:
    named = {f"unit{n}": unit for n, unit in enumerate(sorted(units))}
    return [_read(list(row), line_of(row)) for row in asked(statement, named | values)]


def _read(cells: list[Any], line: Line) -> Told:
    return Told._make([line, Body._make(cells[41:46]), *cells[46:]])


@cache
def _climbed(units: int) -> sa.Select[Any]:
    """The statement of `climbed_to` for so many units."""
    there = _names(units)
    rungs = _rungs().where(
        Escalation.to_unit_id.in_(there),
        sa.or_(Escalation.from_unit_id != Escalation.to_unit_id, Task.person_id.is_not(None)),
        highest_there(there),
    )
    return _whole(rungs, lambda columns: [columns["at"].desc(), columns["id"].desc()])


@cache
def _unexplained(units: int) -> sa.Select[Any]:
    """The statement of `unexplained` for so many units."""
    silent = (
        Escalation.rung == Deadline.rung,
        ~sa.exists().where(
            LatenessReason.deadline_id == Escalation.deadline_id,
            LatenessReason.deadline_version == Escalation.deadline_version,
        ),
    )
    own = _rungs().where(Task.person_id == _PERSON, *silent)
    if not units:
        return _whole(own, _soonest)
    theirs = _rungs().where(
        Task.person_id.is_(None), Escalation.from_unit_id.in_(_names(units)), *silent
    )
    both = sa.union_all(own, theirs).subquery("both")
    return _whole(sa.select(*both.c), _soonest)


def _soonest(columns: Any) -> list[sa.ColumnElement[Any]]:
    """By when the next rung fires, those at the end of their ladder last."""
    fires = columns["fires_at"]
    return [fires.is_(None), fires, columns["at"], columns["id"]]


def _rungs() -> sa.Select[Any]:
    """Rungs of what is late and open, for the day that still counts."""
    columns: list[Any] = [
        *(Escalation.id, Escalation.task_id, Escalation.from_unit_id, Escalation.to_unit_id),
        *(Escalation.effective_due, Escalation.at, Escalation.step, Deadline.fires_at),
    ]
    return (
        sa.select(*columns)
        .join(Task, Escalation.task_id == Task.id)
        .join(Deadline, Escalation.deadline_id == Deadline.id)
        .where(Escalation.rung > 0, Task.closed_at.is_(None), counts_still())
    )


def _whole(
    rungs: sa.Select[Any], order: Callable[[Any], list[sa.ColumnElement[Any]]]
) -> sa.Select[Any]:
    """The first of these rungs, in this order, with their tasks in words."""
    first = rungs.order_by(*order(rungs.selected_columns)).limit(_LIMIT).subquery("first")
    more = first.c["to_unit_id", "effective_due", "at", "step", "id", "fires_at"]
    words = (_ASKED.label_vi, _ASKED.label_en)
    same_day = first.c.effective_due.between(_ANSWERED.nominal_due, _ANSWERED.effective_due)
    return (
        shown(first, Task.id == first.c.task_id, *body_columns(_FROM), *more, *words)
        .join(_FROM, first.c.from_unit_id == _FROM.id)
        .outerjoin(
            _ANSWERED,
            sa.and_(
                _ANSWERED.id == Document.obligation_id,
                _ANSWERED.person_id.is_(None),
                Document.stage == 0,
                same_day,
            ),
        )
        .outerjoin(_ASKED, _ASKED.id == _ANSWERED.requirement_id)
        .order_by(*order(first.c))
    )
