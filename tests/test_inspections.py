"""An inspection from its decision to its end: who acts, what its rights reach and when they end, what
a freeze holds, what is written down of its reading."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.account import Account
from models.deadline import Deadline
from models.document import Document
from models.event import AuditEvent
from models.inspection import Inspection
from models.person import Membership, Person
from models.read import Reading
from models.task import Task
from models.unit import Level, ReportingLine, Unit
from tests.cast import TODAY, Office
from workflows import trail
from workflows.available import available_actions
from workflows.calendar import WorkingCalendar, local_day, start_of_day
from workflows.inspections import covers, is_frozen, may_read_text, open_for, opening, reaching
from workflows.inspections.lookups import is_running
from workflows.inspections.readings import note_paper, read_text, reasons_of, shown
from workflows.inspections.team import change_team
from workflows.refusal import Forbidden, Refused
from workflows.scope import visible_among

LONG = "Đối chiếu cam kết với kết quả quý III của chi bộ."


class Team(Office):
    """The office with a second inspector at the ward, and an inspection of CELL."""

    def __init__(self) -> None:
        super().__init__()
        with transaction():
            self.post("Kim", "WARD", "inspector", "Ủy viên Ủy ban Kiểm tra")

    def order(self, **given: Any) -> opening.Order:
        usual: dict[str, Any] = {
            "number": "05-QĐ/UBKT",
            "decided_on": TODAY,
            "kind": "inspection",
            "campaign": self.campaign,
            "units": (self.units["CELL"],),
            "document_kinds": ("plan", "commitment"),
            "opens_on": TODAY,
            "closes_on": TODAY + timedelta(days=60),
            "head": self.person("Kiem"),
        }
        return opening.Order(**(usual | given))

    def ordered(self, by: str = "Kiem", **given: Any) -> Inspection:
        self.wait(minutes=1)
        with transaction():
            return opening.begin(
                self.order(**given),
                commission=self.units["WARD"],
                actor=self.person(by),
                now=self.now,
            )

    def announced(self, **given: Any) -> Inspection:
        inspection = self.ordered(**given)
        self.act(inspection.document, "announce", "Kiem")
        return inspection

    def committed(self) -> Document:
        """An's commitment, handed in."""
        self.cell_plan_in_force()
        commitment = self.begin("commitment", "An", "CELL", title="")
        self.act(commitment, "submit", "An")
        return commitment

    def read(self, document: Document, name: str, reason: str = LONG) -> Reading | None:
        with transaction():
            return read_text(
                document, document.revision, reason, person=self.person(name), now=self.now
            )


@pytest.mark.databases("sqlite")
def test_every_state_of_the_field_in_its_order(app: Flask) -> None:
    """planned → … → closed, each by the team, what the head decides by the head alone, with a task
    for the commission in between."""
    with app.app_context():
        team = Team()
        inspection = team.ordered(members=(team.person("Kim"),))
        document = inspection.document
        with pytest.raises(Refused, match="trưởng đoàn"):
            team.act(document, "announce", "Kim")
        for action, by, given in (
            ("announce", "Kiem", {}),
            ("take_self_report", "Kim", {"dated_on": TODAY}),
            ("verify", "Kim", {}),
            ("draft_conclusion", "Kiem", {}),
            ("verify_again", "Kiem", {"reason": LONG}),
            ("draft_conclusion", "Kiem", {}),
            ("conclude", "Kiem", {"decision": "06-TB/UBKT, 02/03/2026"}),
            ("follow_up", "Kim", {}),
            ("close", "Kiem", {}),
        ):
            (task,) = team.open_tasks(document)
            assert {(role.unit.code, role.role) for role in task.roles} == {("WARD", "inspector")}
            team.act(document, action, by, **given)
        assert document.state == "closed"
        assert team.open_tasks(document) == []
        limit = WorkingCalendar.of(db.session()).add_working_days(TODAY, 20)
        assert inspection.limit_on == limit
        report = trail.verify(db.session())
        assert report.faults == []


@pytest.mark.databases("sqlite")
def test_a_decision_that_will_not_do_is_refused_with_every_reason(app: Flask) -> None:
    with app.app_context():
        team = Team()
        with pytest.raises(Refused) as refused:
            team.ordered(
                number=" ",
                units=(team.units["PROVINCE"],),
                document_kinds=("inspection",),
                opens_on=TODAY - timedelta(days=1),
                closes_on=TODAY - timedelta(days=2),
                head=team.person("Vy"),
                limit_days=0,
            )
        assert {reason.place for reason in refused.value.reasons} == {
            "number", "units", "kinds", "opens_on", "closes_on", "members", "limit_days",
        }  # fmt: skip
        for unit in ("WARD", "WARD-XDD"):  # the commission's own
            with pytest.raises(Refused, match="không thuộc cấp dưới"):
                team.ordered(units=(team.units[unit],))
        with pytest.raises(Forbidden):
            team.ordered(by="Vy")
        with transaction():
            db.session.add(
                Membership(person=team.person("Kiem"), unit=team.units["CELL"], standing="full")
            )
        with pytest.raises(Refused, match="không kiểm tra"):
            team.ordered()  # his own cell
        assert db.session.scalar(sa.select(sa.func.count(Inspection.id))) == 0
