"""A source's organisation with its campaign and its story, played on the days of its own year."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask import Flask

from config import ROOT
from models.base import db
from models.campaign import Campaign, Requirement
from models.deadline import Deadline, Escalation
from models.document import Document
from models.obligation import Obligation
from models.person import Person
from models.recorded import Finding
from models.task import Task
from models.unit import Unit
from workflows import campaigns, demo
from workflows.calendar import ZONE, local_day

FOLDER = ROOT / "campaigns"


@dataclass
class House:
    """What the story left behind. Use within an application context."""

    name: str

    @classmethod
    def play(cls, app: Flask, name: str) -> House:
        """Loads `campaigns/sources/<name>` into the empty house of `app`."""
        frame = tomllib.loads((FOLDER / "sources" / name / "story.toml").read_text("utf-8"))
        demo.load(
            FOLDER,
            house=f"sources/{name}",
            organisation_only=False,
            real_now=lambda: frame["begins"],
        )
        return cls(name)

    def obligation(
        self, code: str, unit: str, name: str | None = None, *, of: str | None = None
    ) -> Obligation:
        """What a unit, or the person of this name in it, owes; `of`: in this campaign."""
        query = (
            sa.select(Obligation)
            .join(Requirement, Obligation.requirement_id == Requirement.id)
            .join(Unit, Obligation.unit_id == Unit.id)
            .where(Requirement.code == code, Unit.code == unit)
        )
        if name is not None:
            query = query.where(Obligation.person.has(Person.full_name == name))
        if of is not None:
            query = query.where(Requirement.campaign.has(Campaign.code == of))
        return db.session.scalars(query).one()

    def owes(self, code: str) -> set[str]:
        """Who owes it: codes of units, or names of persons."""
        rows = db.session.execute(
            sa.select(Unit.code, Person.full_name)
            .select_from(Obligation)
            .join(Requirement, Obligation.requirement_id == Requirement.id)
            .join(Unit, Obligation.unit_id == Unit.id)
            .outerjoin(Person, Obligation.person_id == Person.id)
            .where(Requirement.code == code)
        )
        return {name or unit for unit, name in rows}

    def dues(self, code: str) -> tuple[date, date]:
        """The one pair of nominal and effective last good day of a requirement."""
        rows = db.session.execute(
            sa.select(Obligation.nominal_due, Obligation.effective_due)
            .join(Requirement, Obligation.requirement_id == Requirement.id)
            .where(Requirement.code == code)
            .distinct()
        )
        [(nominal, effective)] = rows
        return nominal, effective

    def rungs(self, code: str, unit: str, name: str | None = None) -> list[tuple[int, date, str]]:
        """The rungs after the deadline of what a unit, or a person in it, owes: number, local day,
        the body that heard of it."""
        rows = db.session.execute(
            sa.select(Escalation.rung, Escalation.at, Unit.code)
            .join(Deadline, Escalation.deadline_id == Deadline.id)
            .join(Task, Deadline.task_id == Task.id)
            .outerjoin(Document, Task.document_id == Document.id)
            .join(Unit, Escalation.to_unit_id == Unit.id)
            .where(
                sa.func.coalesce(Task.obligation_id, Document.obligation_id)
                == self.obligation(code, unit, name).id,
                Escalation.rung > 0,
            )
            .order_by(Escalation.rung)
        )
        return [(rung, local_day(at), to) for rung, at, to in rows]

    def document(self, number: str) -> Document:
        return db.session.scalars(sa.select(Document).where(Document.number == number)).one()

    def findings(self, document: Document) -> dict[str, Finding]:
        rows = db.session.scalars(sa.select(Finding).where(Finding.document_id == document.id))
        return {row.rule: row for row in rows}


def campaign(code: str) -> Campaign:
    return db.session.scalars(sa.select(Campaign).where(Campaign.code == code)).one()


def found(file: str) -> list[tuple[str, str]]:
    """What the check of a campaign file finds in the organisation that is there: (rule, level)."""
    spec = campaigns.parse((FOLDER / file).read_text("utf-8"), file=file)
    now = datetime(spec.year, 1, 2, 8, tzinfo=ZONE)
    return [(one.code, one.level) for one in campaigns.examine(spec, now)[1]]
