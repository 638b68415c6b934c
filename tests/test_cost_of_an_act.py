"""What an act asks of the database does not grow with what happened before, nor with the office."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from models import db, transaction
from models.document import Document
from models.person import Person
from tests.cast import PLAN, Office
from tests.support.statements import counted
from workflows import perform


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with app.app_context():
        yield Office()


def statements_of_a_review(office: Office, plan: Document, name: str) -> list[str]:
    """What a review of a submitted plan asks, in a session that knows nothing."""
    who, ident, version, revision = office.person(name).id, plan.id, plan.version, plan.revision
    db.session.remove()
    with counted() as seen, transaction():
        actor = db.session.get_one(Person, who)
        perform(ident, "review", actor=actor, now=office.now, revision=revision, version=version)
    return seen


def test_a_long_story_and_a_large_body_cost_an_act_nothing(office: Office) -> None:
    plain = office.begin("plan", "Chi", "CELL")
    office.act(plain, "submit", "Chi")
    with transaction():
        for number in range(12):
            office.post(f"Ủy viên {number}", "BASE", "committee")
    rich = office.begin("plan", "Ba", "BASE")
    for number in range(8):
        office.act(rich, "revise", "Ba", content={**PLAN, "text": f"Bản viết lại lần {number}."})
    office.act(rich, "submit", "Ba")
    assert rich.revision == 9
    long = statements_of_a_review(office, rich, "Bay")
    db.session.add_all([plain, *office.people.values()])
    short = statements_of_a_review(office, plain, "Dung")
    assert not [
        statement for statement in long if re.search(r"\brevision\w*\.content\b", statement)
    ]
    assert len(long) == len(short), "\n".join(long)
