"""A superior's plan that arrives late leaves its subordinates the working days the campaign promises."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from models.base import db, transaction
from models.campaign import Campaign
from models.deadline import Deadline
from models.document import Document
from models.relief import Relief
from models.task import Task
from tests.cast import Office
from workflows import obligations, trail
from workflows.calendar import at_seven, end_of_day


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with app.app_context():
        yield Office()
        db.session.remove()


def promise(office: Office, days: int) -> None:
    with transaction():
        db.session.get_one(Campaign, office.campaign.id).min_days_after_basis = days


def base_plan(office: Office) -> Document:
    """The base's plan, in force on Monday 30/03/2026, the day before its cells' are due."""
    office.wait(days=28)
    assert office.now.date() == date(2026, 3, 30)
    plan = office.begin("plan", "Ba", "BASE")
    office.act(plan, "submit", "Ba")
    office.act(plan, "review", "Bay")
    return office.approve(plan, "Bon", number="03-KH/ĐU", minutes="03-BB/ĐU")


def reliefs() -> list[Relief]:
    return list(db.session.scalars(sa.select(Relief)))


def test_the_cell_has_ten_working_days_from_then(office: Office) -> None:
    promise(office, 10)
    plan = base_plan(office)
    owed = office.obligation("O-PLAN", "CELL")
    assert owed is not None
    until = date(2026, 4, 13)
    assert (owed.nominal_due, owed.effective_due) == (date(2026, 3, 31), until)
    (relief,) = reliefs()
    assert (relief.kind, relief.by_id, relief.basis_document_id) == ("extension", None, plan.id)
    assert (relief.old_due, relief.new_due) == (date(2026, 3, 31), until)
    task, deadline = db.session.execute(
        sa.select(Task, Deadline)
        .join(Deadline, Deadline.task_id == Task.id)
        .where(Task.obligation_id == owed.id, Task.closed_at.is_(None))
    ).one()
    assert task.due_at == end_of_day(until)
    assert (deadline.version, deadline.fires_at) == (2, at_seven(date(2026, 4, 6)))
    # Nobody else's: the base's own day stays, and the same plan gives nothing twice.
    own = office.obligation("O-PLAN", "WARD")
    assert own is not None
    assert own.effective_due == date(2026, 3, 31)
    with transaction():
        obligations.follow_plan(db.session.get_one(Document, plan.id), office.now)
    assert len(reliefs()) == 1
    assert trail.verify(db.session()).whole


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("days", [0, 1])
def test_switched_off_or_time_enough(office: Office, days: int) -> None:
    promise(office, days)
    base_plan(office)
    owed = office.obligation("O-PLAN", "CELL")
    assert owed is not None
    assert owed.effective_due == date(2026, 3, 31)
    assert reliefs() == []
