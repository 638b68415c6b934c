"""Many obligations at once, with their tasks and deadlines: one statement a table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from models.base import db, table_of
from models.campaign import Campaign, Requirement
from models.obligation import Obligation
from models.queries import bulk
from workflows import tasks_many
from workflows.calendar import WorkingCalendar, local_day
from workflows.ladder import parse_steps
from workflows.obligations.elsewhere import owed_elsewhere
from workflows.obligations.owing import AFTER_EVENT
from workflows.obligations.reach import Owner, Place, owners, persons, places

COLUMNS = (
    "id",
    "requirement_id",
    "unit_id",
    "person_id",
    "nominal_due",
    "effective_due",
    "state",
    "created_at",
)


class Owed(NamedTuple):
    """One obligation to be written."""

    requirement: Requirement
    owner: Owner


def fixed(requirement: Requirement) -> bool:
    """Whether it is owed from the opening: by a fixed date, and still asked for."""
    return requirement.due.get("kind") != AFTER_EVENT and requirement.ended_at is None


def open_campaign(campaign: Campaign, now: datetime) -> int:
    """Creates every fixed-date obligation of a campaign, at every level at once, with its task, in
    the caller's transaction. Running it again opens only what is missing. Returns how many."""
    if campaign.opened_at is None:
        campaign.opened_at = now
    return owe_many(campaign, missing(campaign, places(campaign.unit_id, now), now), now)


def missing(campaign: Campaign, where: Sequence[Place], now: datetime) -> list[Owed]:
    """What these units and their persons owe by fixed dates and has not been written yet."""
    asked = [requirement for requirement in campaign.requirements if fixed(requirement)]
    ids = [place.id for place in where]
    alone = all(requirement.owes == "unit" for requirement in asked)
    people = {} if alone else persons(ids, now)
    known = _known([requirement.id for requirement in asked], ids)
    owed = [
        Owed(requirement, owner)
        for requirement in asked
        for owner in owners(requirement, campaign.pilots, where, people)
        if (requirement.id, *owner) not in known
    ]
    return owed if alone else _once(owed)


def _once(owed: list[Owed]) -> list[Owed]:
    """Without what a person owes in another unit already: he moved between two batches."""
    persons_of: dict[int, set[int]] = {}
    for requirement, (_, person_id) in owed:
        if person_id is not None:
            persons_of.setdefault(requirement.id, set()).add(person_id)
    there = {
        (ident, person)
        for ident, people in persons_of.items()
        for person, _ in owed_elsewhere(ident, people)
    }
    return [one for one in owed if (one.requirement.id, one.owner[1]) not in there]


def owe_many(campaign: Campaign, owed: Sequence[Owed], now: datetime) -> int:
    """Writes these obligations, each with its task and deadline; how many."""
    if not owed:
        return 0
    session = db.session()
    calendar = WorkingCalendar.of(session)
    dues = {
        requirement: calendar.effective_due(
            requirement.due, roll=campaign.roll_days_off, since=local_day(now)
        )
        for requirement in {one.requirement for one in owed}
    }
    ids = bulk.reserve(session, table_of(Obligation), len(owed))
    rows: list[tuple[int, int, int, int | None, date, date, str, datetime]] = []
    waiting: list[tasks_many.Waiting] = []
    for ident, (requirement, owner) in zip(ids, owed, strict=True):
        due = dues[requirement]
        rows.append((ident, requirement.id, *owner, due.nominal, due.effective, "open", now))
        waiting.append(tasks_many.Waiting(ident, *owner, due.nominal, due.effective))
    bulk.insert(session, table_of(Obligation), COLUMNS, rows)
    tasks_many.open_obligations(waiting, now, calendar, parse_steps(campaign.ladder))
    return len(rows)


def _known(
    requirement_ids: Collection[int], unit_ids: Collection[int]
) -> set[tuple[int, int, int | None]]:
    statement = sa.select(
        Obligation.requirement_id, Obligation.unit_id, Obligation.person_id
    ).where(Obligation.requirement_id.in_(requirement_ids), Obligation.unit_id.in_(unit_ids))
    return {(asked, unit, person) for asked, unit, person in db.session.execute(statement)}
