"""Inspections of the story: a decision, then its acts, each at its instant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign
from models.document import Document
from models.person import Person
from models.post import Post
from models.unit import Unit, unit_by_code
from workflows import engine
from workflows.inspections import opening
from workflows.tables import Table


@dataclass
class Case:
    """What a decision says, and the act of each instant: (at, action, what the form holds)."""

    by: str  # who heads the team
    number: str
    campaign: str
    units: list[str]
    kinds: list[str]
    decided_on: date
    opens_on: date
    closes_on: date
    ordered_at: datetime
    acts: list[tuple[datetime, str, dict[str, Any]]]
    document_id: int | None = None

    def __str__(self) -> str:
        return self.number


def read_case(table: Table) -> Case:
    """An inspection from its table. Raises FileError for a key that is missing or wrong."""
    case = Case(
        by=table.words("by"),
        number=table.words("number"),
        campaign=table.words("campaign"),
        units=table.take("units", list),
        kinds=table.take("kinds", list),
        decided_on=table.take("decided_on", date),
        opens_on=table.take("opens_on", date),
        closes_on=table.take("closes_on", date),
        ordered_at=table.instant("ordered_at"),
        acts=[],
    )
    for act in table.tables("acts"):
        given = act.take("given", dict, {})
        case.acts.append((act.instant("at"), act.words("action"), given))
        act.done()
    table.done()
    return case


def order(case: Case, person: Callable[[str], Person], now: datetime) -> None:
    """The decision is entered."""
    head = person(case.by)
    commission = db.session.scalars(
        sa.select(Unit).join(Post).where(Post.person_id == head.id, Post.role == "inspector")
    ).one()
    campaign = db.session.scalars(sa.select(Campaign).where(Campaign.code == case.campaign)).one()
    units = [unit for code in case.units if (unit := unit_by_code(code)) is not None]
    said = opening.Order(
        number=case.number,
        decided_on=case.decided_on,
        kind="inspection",
        campaign=campaign,
        units=tuple(units),
        document_kinds=tuple(case.kinds),
        opens_on=case.opens_on,
        closes_on=case.closes_on,
        head=head,
    )
    made = opening.begin(said, commission=commission, actor=head, now=now)
    case.document_id = made.document_id


def act(case: Case, action: str, person: Callable[[str], Person], now: datetime) -> None:
    """One act of its head."""
    given = next(said for at, name, said in case.acts if (at, name) == (now, action))
    document = db.session.get_one(Document, case.document_id)
    engine.perform(
        document,
        action,
        actor=person(case.by),
        now=now,
        revision=document.revision,
        version=document.version,
        **given,
    )
