"""*Báo cáo danh sách*: one list upward, supplementary ones after it, received in one act."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.campaign import Campaign
from models.document import Document
from models.listing import CommitmentList
from models.person import Membership, Person
from models.unit import Unit
from tests.cast import Office
from tests.test_concurrency import at_once
from workflows.lists import AboutOne, receive_list, report_list, shown_lines, visible_lists
from workflows.refusal import Forbidden, Refused
from workflows.trail import verify


def agreed(office: Office, *names: str) -> list[Document]:
    """Commitments of these members that the cell has agreed to."""
    made = []
    for name in names:
        if (
            db.session.scalar(
                sa.select(Membership.id).where(Membership.person_id == office.person(name).id)
            )
            is None
        ):
            with transaction():
                db.session.add(Membership(person=office.person(name), unit=office.units["CELL"]))
        document = office.begin("commitment", name, "CELL")
        office.act(document, "submit", name)
        office.act(document, "review", "Chi")
        office.approve(document, "Sau")
        made.append(document)
    return made


def report(office: Office, documents: list[Document], name: str = "Sau") -> CommitmentList:
    office.wait(minutes=1)
    with transaction():
        return report_list(
            office.units["CELL"],
            office.campaign,
            [(d, d.revision, d.version) for d in documents],
            actor=office.person(name),
            now=office.now,
        )


def receive(office: Office, made: CommitmentList, name: str) -> CommitmentList:
    office.wait(minutes=1)
    with transaction():
        return receive_list(made, actor=office.person(name), now=office.now)


def names_seen(office: Office, made: CommitmentList, name: str) -> list[str]:
    """The names that this person reads on the list; none where it is hidden from him."""
    person = office.person(name)
    seen = db.session.scalar(
        sa.select(CommitmentList.id).where(
            CommitmentList.id == made.id, visible_lists(person, office.now)
        )
    )
    if seen is None:
        return []
    return [e.document.author.full_name for e in shown_lines(made, person, office.now)]


def test_one_list_upward_then_a_supplementary_one(app: Flask) -> None:
    with app.app_context():
        office = Office()
        office.cell_plan_in_force()
        first = report(office, agreed(office, "An", "Muoi"))
        assert (first.n, first.to_unit.code, len(first.entries)) == (1, "BASE", 2)
        late = report(office, agreed(office, "Moi"))
        assert late.n == 2
        assert {d.document.state for d in first.entries} == {"reported"}

        with pytest.raises(Forbidden):
            receive(office, first, "Van")  # the ward's clerk: not the body above
        receive(office, first, "Binh")
        assert first.received_by == office.person("Binh")
        assert all(e.document.current_stage.received_at == office.now for e in first.entries)
        at = first.received_at
        receive(office, first, "Bon")
        assert first.received_at == at  # once
        assert late.received_at is None

        assert names_seen(office, first, "Sau") == ["An", "Muoi"]
        assert names_seen(office, first, "Binh") == ["An", "Muoi"]
        assert names_seen(office, first, "An") == ["An"]
        assert [names_seen(office, first, name) for name in ("Moi", "Van", "Kiem", "Ty")] == [
            []
        ] * 4
        assert verify(db.session()).whole


@pytest.mark.databases("sqlite")
def test_all_or_none_and_of_one_cell(app: Flask) -> None:
    with app.app_context():
        office = Office()
        office.cell_plan_in_force()
        ready = agreed(office, "An")
        unready = office.begin("commitment", "Chi", "CELL")
        with pytest.raises(AboutOne) as refused:
            report(office, [*ready, unready])
        assert isinstance(refused.value.refusal, Refused)
        assert refused.value.name == "Chi"
        assert db.session.get_one(Document, ready[0].id).state == "approved"
        with pytest.raises(Refused):
            report(office, [])
        with pytest.raises(AboutOne) as stranger:
            report(office, ready, "Vy")
        assert isinstance(stranger.value.refusal, Forbidden)
        # One line was received by itself, and one is revoked: the rest goes in one act.
        made = report(office, [*ready, *agreed(office, "Muoi")])
        office.act(ready[0], "receive", "Binh")
        receive(office, made, "Binh")
        assert all(e.document.current_stage.received_at for e in made.entries)


def test_two_secretaries_at_once_make_one_list(app: Flask) -> None:
    with app.app_context():
        office = Office()
        office.cell_plan_in_force()
        documents = agreed(office, "An", "Muoi")
        seen = [(d.id, d.revision, d.version) for d in documents]
        ids = (office.units["CELL"].id, office.campaign.id, office.person("Sau").id)
        now = office.now
        db.session.remove()
    outcomes = at_once(app, [lambda: press(*ids, seen, now)] * 2)
    assert outcomes == {"done": 1, "Stale": 1}
    with app.app_context():
        assert [made.n for made in db.session.scalars(sa.select(CommitmentList))] == [1]
        assert verify(db.session()).whole


def press(
    unit: int, campaign: int, person: int, seen: list[tuple[int, int, int]], now: datetime
) -> None:
    try:
        with transaction():
            report_list(
                db.session.get_one(Unit, unit),
                db.session.get_one(Campaign, campaign),
                [(db.session.get_one(Document, i), r, v) for i, r, v in seen],
                actor=db.session.get_one(Person, person),
                now=now,
            )
    except AboutOne as one:
        raise one.refusal from one
