"""Whom a campaign reaches: the units at and below its own, the persons in them, and who of them owes
what. Opening, foretelling and joining ask here, so that they cannot differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple, Protocol

import sqlalchemy as sa

from models.base import db
from models.person import Membership
from models.queries.chunks import chunks
from models.unit import Level, Unit, in_force_on
from workflows.calendar import local_day
from workflows.scope import below

# owes → the standings of those who owe; an exempt member owes nothing.
STANDINGS = {"member": ("full", "probationary"), "non_member": ("non_member",)}
WITH_NON_MEMBERS = "unit_with_non_members"  # R05: a unit, while somebody in it is no member


class Asked(Protocol):
    """What decides who owes: a requirement's row, or what its file says."""

    @property
    def levels(self) -> Collection[str]: ...
    @property
    def owes(self) -> str: ...
    @property
    def pilots(self) -> str: ...


class Place(NamedTuple):
    """A unit in force within a campaign's reach."""

    id: int
    code: str
    level: str


class Owner(NamedTuple):
    """Who owes: a unit, or a person in it."""

    unit_id: int
    person_id: int | None


def places(root_id: int, now: datetime) -> list[Place]:
    """The units at or below this one that are in force today, advisory bodies left out, by id."""
    return _places(below({root_id}, now), local_day(now))


def still_there(unit_ids: Collection[int], now: datetime) -> list[Place]:
    """Those of these units that are in force today."""
    return _places(unit_ids, local_day(now))


def asks(asked: Asked, place: Place, pilots: Collection[str]) -> bool:
    """Whether a requirement is asked of this unit (or of those in it): by its level, and by whether
    it is a pilot (R23)."""
    if place.level not in asked.levels:
        return False
    if not asked.pilots:
        return True
    return (place.code in pilots) == (asked.pilots == "only")


def by_unit(owes: str) -> bool:
    """Whether units owe it, all of them or some; else persons do."""
    return owes in ("unit", WITH_NON_MEMBERS)


def persons(unit_ids: Collection[int], now: datetime) -> dict[int, list[tuple[int, str]]]:
    """For each unit its persons today who are not exempt: (person, standing), by person."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for some in chunks(unit_ids):
        statement = (
            sa.select(Membership.unit_id, Membership.person_id, Membership.standing)
            .where(*_counts(some, local_day(now)))
            .order_by(Membership.unit_id, Membership.person_id)
        )
        for unit_id, person_id, standing in db.session.execute(statement):
            found[unit_id].append((person_id, standing))
    return found


def heads(unit_ids: Collection[int], now: datetime) -> Counter[tuple[int, str]]:
    """How many persons of each standing each unit has today, exempt members left out."""
    found: Counter[tuple[int, str]] = Counter()
    for some in chunks(unit_ids):
        statement = (
            sa.select(
                Membership.unit_id,
                Membership.standing,
                sa.func.count(sa.distinct(Membership.person_id)),
            )
            .where(*_counts(some, local_day(now)))
            .group_by(Membership.unit_id, Membership.standing)
        )
        found.update({(unit, standing): n for unit, standing, n in db.session.execute(statement)})
    return found


def owners(
    asked: Asked,
    pilots: Collection[str],
    where: Iterable[Place],
    people: dict[int, list[tuple[int, str]]],
) -> list[Owner]:
    """Who owes a requirement among these units and their persons; nobody twice."""
    reached = [place for place in where if asks(asked, place, pilots)]
    if by_unit(asked.owes):
        some = asked.owes == WITH_NON_MEMBERS
        return [
            Owner(place.id, None)
            for place in reached
            if not some or any(standing == "non_member" for _, standing in people.get(place.id, ()))
        ]
    owing = STANDINGS[asked.owes]
    return list(
        dict.fromkeys(
            Owner(place.id, person)
            for place in reached
            for person, standing in people.get(place.id, ())
            if standing in owing
        )
    )


def count(
    asked: Asked, pilots: Collection[str], where: Iterable[Place], numbers: Counter[tuple[int, str]]
) -> dict[str, int]:
    """How many owe a requirement, by the level of their unit: as `owners`, without naming anybody."""
    found: Counter[str] = Counter()
    for place in where:
        if not asks(asked, place, pilots):
            continue
        if asked.owes == WITH_NON_MEMBERS:
            found[place.level] += numbers[place.id, "non_member"] > 0
        elif asked.owes == "unit":
            found[place.level] += 1
        else:
            found[place.level] += sum(numbers[place.id, s] for s in STANDINGS[asked.owes])
    return dict(found)


def _places(unit_ids: Collection[int], day: date) -> list[Place]:
    found = []
    for some in chunks(unit_ids):
        statement = (
            sa.select(Unit.id, Unit.code, Level.code)
            .join(Level, Unit.level_id == Level.id)
            .where(Unit.id.in_(some), Unit.attached_to_id.is_(None), in_force_on(Unit, day))
        )
        found += [Place(*row) for row in db.session.execute(statement)]
    return sorted(found)


def _counts(unit_ids: Collection[int], day: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Membership.unit_id.in_(unit_ids),
        Membership.exempt.is_(False),
        in_force_on(Membership, day),
    )
