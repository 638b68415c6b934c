"""How each body stands on a morning, in counts: what waits there, what is due soon, what is overdue
there and below, what climbed to it. A person's lateness is counted in his own unit and never above.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.base import asked, db, transaction
from models.deadline import Escalation
from models.morning import BodyDigest
from models.person import Person
from models.post import Post, held_at
from models.preference import NoticePreference
from models.queries.adding import added_unless_there
from models.task import Task
from models.unit import ReportingLine, Unit, in_force_on
from workflows.calendar import WorkingCalendar, end_of_day, local_day
from workflows.letters import Section
from workflows.preferences import APP

OFFICE = ("secretary", "deputy", "standing", "advisor", "clerk")
LEADERS = ("secretary", "deputy")  # who hear of what persons owe in their unit
SOON = 5  # working days
FIGURES = ("waits", "soon", "late", "own")
LISTS = ("below", "climbed")


def make_digests(now: datetime, since: datetime, calendar: WorkingCalendar) -> int:
    """Write how every body stands at `now` that has anything to be told; `since` is the morning
    before. Once a day: returns 0 when today's are written. Counted before anything is locked."""
    day = local_day(now)
    if db.session.scalar(sa.select(BodyDigest.id).where(BodyDigest.day == day).limit(1)):
        return 0
    told = standing_of_all(now, since, calendar)
    rows = [{"unit_id": unit_id, "day": day, "told": told[unit_id]} for unit_id in sorted(told)]
    with transaction():
        return len(added_unless_there(BodyDigest, rows, BodyDigest.id)) if rows else 0


def standing_of_all(
    now: datetime, since: datetime, calendar: WorkingCalendar
) -> dict[int, dict[str, Any]]:
    """{unit: what `BodyDigest.told` holds} of every unit that has anything to be told."""
    day = local_day(now)
    told: dict[int, dict[str, Any]] = {}
    soon = end_of_day(calendar.add_working_days(day, SOON))
    for unit_id, personal, waits, near, late in asked(_open_tasks(now, soon)):
        mine = told.setdefault(unit_id, {})
        if personal:
            mine |= {"own": late}
        else:
            mine |= {"waits": waits, "soon": near, "late": late}
    _below(told, day)
    _climbed(told, now, since)
    return {unit_id: kept for unit_id, one in told.items() if (kept := _something(one))}


def office_of(bodies: Collection[int], day: date, now: datetime) -> dict[int, list[int]]:
    """{person: the bodies of these whose office he shares}, of those with an address who want to
    hear of them in the morning: who holds a leading post there, or in an advisory body of it."""
    body = sa.func.coalesce(Unit.attached_to_id, Unit.id)
    silent = sa.exists().where(
        NoticePreference.person_id == Post.person_id,
        NoticePreference.topic == "body",
        NoticePreference.how == APP,
    )
    rows = asked(
        sa.select(Post.person_id, Unit.id, body)
        .join_from(Post, Unit, Post.unit_id == Unit.id)
        .join(Person, Post.person_id == Person.id)
        .where(
            Post.role.in_(OFFICE),
            held_at(day, now),
            in_force_on(Unit, day),
            Person.email.is_not(None),
            Person.email != "",
            ~silent,
        )
        .order_by(Post.person_id)
    )
    wanted = set(bodies)
    found: dict[int, list[int]] = {}
    for person_id, unit_id, served in rows:
        for one in (served, unit_id):
            if one in wanted and one not in found.setdefault(person_id, []):
                found[person_id].append(one)
    return {person_id: ids for person_id, ids in found.items() if ids}


def sections_for(person: Person, day: date, now: datetime) -> list[Section]:
    """What the morning of `day` tells this person of the bodies whose office he shares at `now`."""
    mine, led = office_of_one(person, day, now)
    rows = db.session.scalars(
        sa.select(BodyDigest)
        .where(BodyDigest.day == day, BodyDigest.unit_id.in_(mine))
        .order_by(BodyDigest.unit_id)
    ).all()
    codes = {code for row in rows for name in LISTS for code, _ in row.told.get(name, [])}
    units = db.session.scalars(sa.select(Unit).where(Unit.code.in_(codes)))
    names = {unit.code: _name(unit, person.locale) for unit in units}
    found = [_section(row, names, person.locale, leads=row.unit_id in led) for row in rows]
    return [section for section in found if any(section.counts.values())]


def office_of_one(person: Person, day: date, now: datetime) -> tuple[set[int], set[int]]:
    """The bodies whose office this person shares on that day; of these, those that he leads."""
    rows = asked(
        sa.select(Unit.id, Unit.attached_to_id, Post.role)
        .join_from(Post, Unit, Post.unit_id == Unit.id)
        .where(Post.person_id == person.id, Post.role.in_(OFFICE), held_at(day, now))
    ).all()
    shared = {ident for row in rows for ident in row[:2] if ident is not None}
    return shared, {unit_id for unit_id, _, role in rows if role in LEADERS}


def _open_tasks(now: datetime, soon: datetime) -> sa.Executable:
    late = Task.due_at <= now
    near = sa.and_(Task.due_at > now, Task.due_at <= soon)
    personal = Task.person_id.is_not(None)

    def count(which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((which, 1), else_=0))

    return (
        sa.select(Task.unit_id, personal, sa.func.count(), count(near), count(late))
        .where(Task.closed_at.is_(None))
        .group_by(Task.unit_id, personal)
    )


def _below(told: dict[int, dict[str, Any]], day: date) -> None:
    """What is overdue in a unit is told to the body directly above it, with the unit's code."""
    late = {unit_id: one["late"] for unit_id, one in told.items() if one.get("late")}
    lines = asked(
        sa.select(ReportingLine.superior_id, ReportingLine.unit_id, Unit.code)
        .join_from(ReportingLine, Unit, ReportingLine.unit_id == Unit.id)
        .where(in_force_on(ReportingLine, day))
        .distinct()
        .order_by(Unit.code)
    )
    for above, unit_id, code in lines:
        if unit_id in late:
            told.setdefault(above, {}).setdefault("below", []).append([code, late[unit_id]])


def _climbed(told: dict[int, dict[str, Any]], now: datetime, since: datetime) -> None:
    rows = asked(
        sa.select(Escalation.to_unit_id, Unit.code, sa.func.count())
        .join_from(Escalation, Unit, Escalation.from_unit_id == Unit.id)
        .join(Task, Escalation.task_id == Task.id)
        .where(
            Escalation.at > since,
            Escalation.at <= now,
            Escalation.rung >= 1,
            Task.person_id.is_(None),  # of a person's the notice tells whom it concerns
        )
        .group_by(Escalation.to_unit_id, Unit.code)
        .order_by(Unit.code)
    )
    for to, code, count in rows:
        told.setdefault(to, {}).setdefault("climbed", []).append([code, count])


def _something(one: dict[str, Any]) -> dict[str, Any]:
    return {word: value for word, value in one.items() if value}


def _section(row: BodyDigest, names: dict[str, str], locale: str, *, leads: bool) -> Section:
    told = row.told if leads else {word: value for word, value in row.told.items() if word != "own"}
    lists = {word: list(_named(told.get(word, []), names)) for word in LISTS}
    counts = {word: told.get(word, 0) for word in FIGURES}
    counts |= {word: sum(n for _, n in told.get(word, [])) for word in LISTS}
    return Section(_name(row.unit, locale), counts, lists)


def _named(pairs: list[list[Any]], names: dict[str, str]) -> Iterator[tuple[str, int]]:
    for code, count in pairs:
        yield names.get(code, code), count


def _name(unit: Unit, locale: str) -> str:
    return (unit.name_en if locale == "en" else None) or unit.name
