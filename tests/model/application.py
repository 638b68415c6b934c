"""The office under test: its rows by name, and each act through the face that the pages use."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models import db
from models.account import Account
from models.campaign import Campaign
from models.document import Document
from models.obligation import Obligation
from models.person import Membership, Person
from models.post import Post
from models.unit import Unit
from tests.cast import EPOCH, Office
from workflows import available_actions, beginning, engine
from workflows.act import Votes

ON_PAPER = ("text", "said", "plan_adopted_here")  # of a form: what only the reference reads
MAILED = ("Dung", "Bon", "Vy")  # persons with an address


def prepare() -> None:
    """The office with which every history begins, in an empty database."""
    office = Office()
    session = db.session()
    session.add(
        Membership(person=office.person("Moi"), unit=office.units["CELL"], standing="probationary")
    )
    for name, person in office.people.items():
        person.email = f"{name.lower()}@example.org" if name in MAILED else None
        session.add(Account(login=name.lower(), person=person, created_at=EPOCH))
    session.commit()


class Application:
    """Rows by the names that the reference uses."""

    def __init__(self) -> None:
        self.ids = {p.full_name: p.id for p in db.session.scalars(sa.select(Person))}
        self.names = {id: name for name, id in self.ids.items()}
        self.unit_ids = {u.code: u.id for u in db.session.scalars(sa.select(Unit))}
        self.codes = {id: code for code, id in self.unit_ids.items()}
        self.campaign_id = db.session.scalars(sa.select(Campaign.id)).one()

    def set_up(self, deciding: dict[str, int], accept: bool, meets: set[str]) -> None:
        """What differs from history to history."""
        campaign = self.campaign
        campaign.superior_must_accept = accept
        for requirement in campaign.requirements:
            requirement.deciding = deciding[requirement.kind]
        for code in meets:
            self.unit(code).meets = True
        db.session.commit()

    def person(self, name: str) -> Person:
        return db.session.get_one(Person, self.ids[name])

    def unit(self, code: str) -> Unit:
        return db.session.get_one(Unit, self.unit_ids[code])

    def account(self, name: str) -> Account:
        return db.session.scalars(
            sa.select(Account).where(Account.person_id == self.ids[name])
        ).one()

    @property
    def campaign(self) -> Campaign:
        return db.session.get_one(Campaign, self.campaign_id)

    def posts(self) -> list[Post]:
        return list(db.session.scalars(sa.select(Post)))

    def kinds_owed(self) -> dict[int, str]:
        """Kind of what is owed, by obligation."""
        found = db.session.scalars(
            sa.select(Obligation).options(sa.orm.joinedload(Obligation.requirement))
        )
        return {owed.id: owed.requirement.kind for owed in found}

    def create(self, kind: str, unit: str, name: str, now: datetime, **said: Any) -> int:
        return beginning.create(
            kind,
            unit=self.unit(unit),
            campaign=self.campaign,
            title="Văn bản",
            actor=self.person(name),
            now=now,
            **said,
        ).id

    def perform(
        self,
        id: int,
        act: str,
        name: str,
        given: dict[str, Any],
        seen: tuple[int, int],
        now: datetime,
    ) -> int:
        """The act on what the page showed: a revision and a version. The id of the paper that
        resulted."""
        inputs = {key: value for key, value in given.items() if key not in ON_PAPER}
        inputs |= given.get("said", {})
        if "votes" in inputs:
            inputs["votes"] = Votes(*inputs["votes"])
        return engine.perform(
            db.session.get_one(Document, id),
            act,
            actor=self.person(name),
            now=now,
            revision=seen[0],
            version=seen[1],
            **inputs,
        ).id

    def button(self, id: int, act: str, name: str, now: datetime) -> bool:
        """Whether his page offers the act."""
        document = db.session.get_one(Document, id)
        offered = available_actions(document, person=self.person(name), now=now)
        return any(a.name == act and a.allowed for a in offered)
