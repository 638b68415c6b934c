"""An inspection from its decision to its end: who acts, what its rights reach and when they end, what
a freeze holds, what is written down of its reading."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.account import Account
from models.deadline import Deadline, Escalation
from models.document import Document
from models.event import AuditEvent
from models.inspection import Inspection
from models.kinds import PERSONAL
from models.notification import Notification
from models.person import Membership, Person
from models.post import Post
from models.read import Reading
from models.stored_file import StoredFile
from models.task import Task
from tests.cast import COMMITMENT, EPOCH, TODAY, Office
from workflows import coming, day, history, ladder, perform, trail
from workflows.available import available_actions
from workflows.calendar import WorkingCalendar, at_seven, local_day, start_of_day
from workflows.definition import SHIPPED
from workflows.desk import tasks_for
from workflows.dossier.who import findings_shown
from workflows.files.attach import attach, remove
from workflows.inspections import (
    covers,
    freeze,
    is_frozen,
    is_running,
    may_read_text,
    open_for,
    opening,
    reaching,
)
from workflows.inspections.lookups import freezing_document
from workflows.inspections.readings import (
    note_paper,
    read_text,
    readings_of,
    reasons_of,
    shown,
)
from workflows.inspections.scope import covered
from workflows.inspections.team import change_team, mark
from workflows.organisation import closing, moving
from workflows.organisation.delegations import delegate
from workflows.reach import found_by
from workflows.refusal import Forbidden, Reason, Refused, Stale
from workflows.register import giving, voiding
from workflows.scope import visible_among
from workflows.soundness import check
from workflows.trail import export

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
            ("close", "Kiem", {"comment": LONG}),
        ):
            if action == "conclude":
                for notice in ("Thông báo 5", "05-TB/UBKT", "05-TB/UBKT, 03/03/2026"):
                    with pytest.raises(Refused, match="hông báo"):
                        team.act(document, action, by, decision=notice)
            if action == "close":
                with pytest.raises(Refused, match="còn thiếu") as refused:
                    team.act(document, action, by, comment="Xong.")
                (reason,) = refused.value.reasons
                assert reason.params["pieces"] == ", ".join(f"KT{n}" for n in range(1, 12))
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


def test_rights_to_a_text_begin_and_end_with_the_inspection(app: Flask) -> None:
    """Before, after, off the team, outside the scope, without the post, with the account suspended:
    each the same as if there were no text."""
    with app.app_context():
        team = Team()
        text = team.committed()
        kiem, kim = team.person("Kiem"), team.person("Kim")

        def may(name: str = "Kiem") -> bool:
            return may_read_text(text, team.person(name), team.now)

        later = team.ordered(
            opens_on=TODAY + timedelta(days=1), closes_on=TODAY + timedelta(days=9)
        )
        assert not may()  # ordered, not announced
        team.act(later.document, "announce", "Kiem")
        assert not may()  # announced, its first day is tomorrow
        assert team.read(text, "Kiem") is None
        team.wait(days=1)
        assert may()
        assert [one.id for one in open_for(kiem, team.now)] == [later.id]
        assert not may("Kim")  # an inspector of the same commission, but not of the team
        assert not may("Vy")
        assert not may("An")  # his own text he reads as its author, not by an inspection
        assert covers(later, text)
        for scope in (
            {"document_kinds": ["plan"]},
            {"period_from": local_day(team.now) + timedelta(days=1)},
            {"period_to": TODAY - timedelta(days=1)},
        ):
            before = {name: getattr(later, name) for name in scope}
            with transaction():
                for name, value in scope.items():
                    setattr(later, name, value)
            assert not may()
            with transaction():
                for name, value in before.items():
                    setattr(later, name, value)
        with transaction():
            db.session.add(Account(login="kiem", person=kiem, created_at=team.now))
        assert may()
        with transaction():
            db.session.scalars(sa.select(Account)).one().suspended_at = team.now
        assert not may()
        with transaction():
            db.session.scalars(sa.select(Account)).one().suspended_at = None
            seen = mark(later)
            change_team(
                later, head=kim, members=[], reason=LONG, seen=seen, actor=kim, now=team.now
            )
        with pytest.raises(Stale), transaction():
            change_team(
                later, head=kiem, members=[], reason=LONG, seen=seen, actor=kiem, now=team.now
            )
        assert not may()
        assert may("Kim")
        team.now = start_of_day(TODAY + timedelta(days=10)) - timedelta(minutes=2)
        assert may("Kim")
        with transaction():
            db.session.scalars(
                sa.select(Post).where(Post.person_id == kim.id)
            ).one().ended_at = team.now
        assert not may("Kim")  # the post ended a moment ago
        with transaction():
            change_team(
                later,
                head=kiem,
                members=[],
                reason=LONG,
                seen=mark(later),
                actor=kiem,
                now=team.now,
            )
        assert may()
        team.wait(minutes=3)
        assert not may()  # its last day is over
        assert team.read(text, "Kiem") is None


def test_a_text_is_read_one_at_a_time_with_a_reason_that_its_author_sees(app: Flask) -> None:
    with app.app_context():
        team = Team()
        text = team.committed()
        inspection = team.announced()
        with pytest.raises(Refused, match="lý do"):
            team.read(text, "Kiem", "  vì   ")
        assert db.session.scalars(sa.select(Reading)).all() == []
        reading = team.read(text, "Kiem")
        assert reading is not None
        assert reasons_of([reading]) == {reading.id: LONG}
        assert reading.inspection_id == inspection.id
        event = db.session.get_one(AuditEvent, reading.event_id)
        assert (event.unit.code, event.action) == ("WARD", "read")
        assert LONG.encode() not in event.leaf  # the reason stands apart, erasable
        kiem, now = team.person("Kiem"), team.now
        assert shown(reading.id, person=kiem, now=now) is not None
        assert shown(reading.id, person=team.person("Kim"), now=now) is None
        assert shown(reading.id, person=kiem, now=now + timedelta(days=1)) is None
        assert visible_among({text.id}, kiem, now) == set()  # no other page shows it
        plan = db.session.scalars(sa.select(Document).where(Document.kind == "plan")).one()
        for _ in range(2):
            note_paper(plan, kiem, now)
            note_paper(plan, team.person("Kim"), now)
        kept = db.session.scalars(sa.select(Reading).where(Reading.document_id == plan.id)).all()
        assert [one.person_id for one in kept] == [kiem.id]
        team.act(text, "revise", "An", content=COMMITMENT)
        assert team.read(text, "Kiem") is None  # being written again: the author's alone
        assert not may_read_text(text, team.person("Kiem"), team.now)
        assert trail.verify(db.session()).faults == []


def test_a_freeze_blocks_taking_away_and_holds_the_ladder_until_it_ends(app: Flask) -> None:
    with app.app_context():
        team = Team()
        plan = team.begin("plan", "Chi", "CELL")
        team.act(plan, "submit", "Chi")
        other = team.begin("plan", "Ba", "BASE")
        inspection = team.announced(closes_on=TODAY + timedelta(days=30))
        document = inspection.document
        waiting = team.open_tasks(plan)[0]
        chi = {"actor": team.person("Chi"), "now": team.now}
        with transaction():
            stored = StoredFile(
                sha256="0" * 64, size=1, media_type="application/pdf", created_at=team.now
            )
            db.session.add(stored)
            beside = attach(plan, stored, purpose="attachment", name="a.pdf", **chi)
            day_of_it = {"dated_on": TODAY, "subject": "Văn bản ngoài hệ thống"}
            number = giving.enter(team.units["CELL"], "KH", None, **day_of_it, **chi)
        ladder_of = sa.select(Deadline).where(Deadline.task_id == waiting.id)
        fires = db.session.scalars(ladder_of).one().fires_at
        team.act(document, "freeze", "Kiem", reason=LONG)
        assert is_frozen(plan.unit_id, "plan", team.now)
        assert not is_frozen(plan.unit_id, "report", team.now)
        assert not is_frozen(other.unit_id, "plan", team.now)
        deadline = db.session.scalars(ladder_of).one()
        assert (deadline.paused_at, deadline.fires_at) == (team.now, None)
        with pytest.raises(Refused, match="niêm giữ"):
            team.act(plan, "withdraw", "Chi", reason=LONG)
        withdraw = next(
            offered
            for offered in available_actions(plan, person=team.person("Chi"), now=team.now)
            if offered.name == "withdraw"
        )
        assert (withdraw.allowed, [r.rule for r in withdraw.reasons]) == (False, ["FREEZE"])
        team.act(other, "withdraw", "Ba", reason=LONG)  # outside the scope
        chi = {"actor": team.person("Chi"), "now": team.now}
        with pytest.raises(Refused, match="niêm giữ"), transaction():
            remove(beside, **chi)
        with pytest.raises(Refused, match="niêm giữ"), transaction():
            voiding.void(number, LONG, **chi)
        with pytest.raises(Refused, match="niêm giữ"), transaction():
            trail.erase_person_payload(
                db.session(),
                person_id=team.person("Chi").id,
                unit_id=plan.unit_id,
                at=team.now,
                actor_id=None,
                private={},
            )
        team.act(document, "unfreeze", "Kiem")
        deadline = db.session.scalars(ladder_of).one()
        assert (deadline.paused_at, deadline.fires_at) == (None, fires)
        team.act(plan, "withdraw", "Chi", reason=LONG)


@pytest.mark.databases("sqlite")
def test_a_paper_is_held_by_whichever_of_two_freezes_covers_it(app: Flask) -> None:
    """An older freeze of another period does not hide the one whose scope the paper lies in."""
    with app.app_context():
        team = Team()
        plan = team.begin("plan", "Chi", "CELL")
        team.act(plan, "submit", "Chi")
        earlier = team.announced(period_to=TODAY - timedelta(days=1))
        later = team.announced(number="06-QĐ/UBKT")
        team.act(earlier.document, "freeze", "Kiem", reason=LONG)
        team.act(later.document, "freeze", "Kiem", reason=LONG)
        with pytest.raises(Refused, match="niêm giữ"):
            team.act(plan, "withdraw", "Chi", reason=LONG)
        both = team.announced(number="07-QĐ/UBKT")
        team.act(both.document, "freeze", "Kiem", reason=LONG)
        team.act(both.document, "unfreeze", "Kiem")
        waiting = team.open_tasks(plan)[0].id
        held = sa.select(Deadline.paused_at).where(Deadline.task_id == waiting)
        assert db.session.scalar(held) is not None  # the other of the two still holds its ladder
        team.act(later.document, "unfreeze", "Kiem")
        assert db.session.scalar(held) is None
        team.act(plan, "withdraw", "Chi", reason=LONG)


@pytest.mark.databases("sqlite")
def test_what_goes_along_with_its_author_stays_held_where_he_wrote_it(app: Flask) -> None:
    with app.app_context():
        team = Team()
        commitment = team.committed()
        inspection = team.announced()
        team.act(inspection.document, "freeze", "Kiem", reason=LONG)
        lives = sa.select(Membership).where(Membership.person_id == team.person("An").id)
        with transaction() as session:
            moving.transfer(
                session,
                membership=session.scalars(lives).one(),
                to=team.units["BASE"],
                day=TODAY,
                actor=None,
                now=team.now,
            )
        assert commitment.unit == team.units["BASE"]
        assert freezing_document(commitment, team.now) == inspection
        assert covers(inspection, commitment)
        assert db.session.scalars(
            sa.select(Document).where(covered(inspection, PERSONAL))
        ).all() == [commitment]
        assert (reading := team.read(commitment, "Kiem")) is not None
        for units in (None, {team.units["CELL"].id}, {team.units["BASE"].id}):
            assert readings_of(inspection, units) == [(reading, commitment)]
        assert readings_of(inspection, {team.units["WARD"].id}) == []
        with pytest.raises(Refused, match="niêm giữ"):
            team.act(commitment, "withdraw", "An", reason=LONG)


@pytest.mark.databases("sqlite")
def test_what_begins_under_a_freeze_does_not_climb_and_the_last_day_ends_it(app: Flask) -> None:
    with app.app_context():
        team = Team()
        inspection = team.announced(closes_on=TODAY + timedelta(days=40))
        team.act(inspection.document, "freeze", "Kiem", reason=LONG)
        plan = team.begin("plan", "Chi", "CELL")
        team.act(plan, "submit", "Chi")
        waiting = team.open_tasks(plan)[0]
        team.now = start_of_day(TODAY + timedelta(days=30))
        ladder.sweep(team.now)
        told = sa.select(sa.func.count()).select_from(Escalation).join(Task)
        of_cell = told.where(Task.document_id == plan.id)
        assert db.session.scalar(of_cell) == 0
        deadline = db.session.scalars(
            sa.select(Deadline).where(Deadline.task_id == waiting.id)
        ).one()
        assert deadline.paused_at is not None
        assert coming.next_change(local_day(team.now)) == inspection.closes_on + timedelta(days=1)
        team.now = start_of_day(inspection.closes_on + timedelta(days=1))
        day.begin(team.now)
        db.session.refresh(deadline)
        assert not inspection.frozen
        assert deadline.paused_at is None
        assert deadline.fires_at is not None
        lapsed = db.session.scalars(
            sa.select(AuditEvent).where(AuditEvent.action == "freeze_lapsed")
        ).one()
        assert str(history.unit_sentences(lapsed.unit_id, limit=1)[0]).startswith(
            "Hết ngày kiểm tra"
        )
        assert trail.verify(db.session()).faults == []


@pytest.mark.databases("sqlite")
def test_all_extensions_together_are_at_most_a_third_and_move_limit_and_task(app: Flask) -> None:
    with app.app_context():
        team = Team()
        inspection = team.announced(closes_on=TODAY + timedelta(days=20))
        document = inspection.document
        team.act(document, "take_self_report", "Kiem", dated_on=TODAY)
        team.act(document, "verify", "Kiem")
        calendar = WorkingCalendar.of(db.session())
        assert local_day(team.open_tasks(document)[0].due_at - timedelta(seconds=1)) == (
            calendar.add_working_days(TODAY, 20)
        )
        team.act(document, "extend", "Kiem", days=4, reason=LONG)
        for days in (3, 0, None):
            with pytest.raises(Refused, match="một phần ba"):
                team.act(document, "extend", "Kiem", days=days, reason=LONG)
        team.act(document, "extend", "Kiem", days=2, reason=LONG)
        with pytest.raises(Refused, match="đủ một phần ba"):
            team.act(document, "extend", "Kiem", days=1, reason=LONG)
        last = calendar.add_working_days(TODAY, 26)
        closes = calendar.add_working_days(TODAY + timedelta(days=20), 6)
        assert (inspection.limit_on, inspection.closes_on) == (last, closes)
        assert local_day(team.open_tasks(document)[0].due_at - timedelta(seconds=1)) == last


@pytest.mark.databases("sqlite")
def test_rights_end_with_the_earlier_of_two_days_and_no_extension_gives_them_again(
    app: Flask,
) -> None:
    """With the closing day as with the limit; an extension while it runs adds just its days."""
    with app.app_context():
        team = Team()
        calendar = WorkingCalendar.of(db.session())
        short = team.announced(closes_on=TODAY + timedelta(days=1))
        limited = team.announced(closes_on=TODAY + timedelta(days=300), limit_days=3)
        for one in (short, limited):
            team.act(one.document, "take_self_report", "Kiem", dated_on=TODAY)
        assert limited.ends_on == calendar.add_working_days(TODAY, 3)
        team.act(short.document, "extend", "Kiem", days=1, reason=LONG)
        team.act(limited.document, "freeze", "Kiem", reason=LONG)
        last = {one: one.ends_on for one in (short, limited)}
        assert last[short] == calendar.add_working_days(TODAY + timedelta(days=1), 1)
        for one, day_ in last.items():
            for now, runs in ((day_, True), (day_ + timedelta(days=1), False)):
                team.now = start_of_day(now)
                assert (one in open_for(team.person("Kiem"), team.now)) == runs
                assert is_running(one, team.now) == runs
            with pytest.raises(Refused, match="chỉ gia hạn từ"):
                team.act(one.document, "extend", "Kiem", days=1, reason=LONG)
        day.begin(team.now)
        assert not limited.frozen
        assert coming.next_change(local_day(team.now)) is None


@pytest.mark.databases("sqlite")
def test_a_printed_date_takes_no_paper_out_of_a_freeze(app: Flask) -> None:
    with app.app_context():
        team = Team()
        plan = team.begin("plan", "Ba", "BASE")
        inspection = team.announced(units=(team.units["BASE"],), period_to=TODAY)
        team.act(inspection.document, "freeze", "Kiem", reason=LONG)
        team.wait(days=1)
        team.act(plan, "submit", "Ba")
        team.act(plan, "review", "Bay")
        team.approve(plan, "Bon", number="03-KH/ĐU", dated_on=TODAY + timedelta(days=1))
        assert freezing_document(plan, team.now) == inspection
        with pytest.raises(Refused, match="niêm giữ"):
            team.act(plan, "revoke", "Vy", reason=LONG, decision="12-QĐ/ĐU, 03/03/2026")


@pytest.mark.databases("postgresql")
def test_a_withdrawal_on_its_way_comes_before_a_freeze(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked before the freeze, done before it: who freezes waits, and no paper goes afterwards."""
    with app.app_context():
        team = Team()
        plan = team.begin("plan", "Chi", "CELL")
        team.act(plan, "submit", "Chi")
        document = team.announced().document
        ids = {"withdraw": (plan.id, team.person("Chi").id)}
        ids["freeze"] = (document.id, team.person("Kiem").id)
        saw = {"withdraw": (plan.revision, plan.version)}
        saw["freeze"] = (document.revision, document.version)
        now = team.now
        db.session.remove()
    asked, go, done = threading.Event(), threading.Event(), []
    real = freeze.reasons

    def slow(document: Document, action: str, now: datetime) -> list[Reason]:
        found = real(document, action, now)
        if action == "withdraw":
            asked.set()
            go.wait(20)
        return found

    monkeypatch.setattr(freeze, "reasons", slow)

    def act(name: str) -> None:
        with app.app_context(), transaction():
            revision, version = saw[name]
            perform(
                ids[name][0], name, actor=ids[name][1], now=now, revision=revision,
                version=version, reason=LONG,
            )  # fmt: skip
            if name == "freeze":
                done.append(name)
        if name == "withdraw":
            done.append(name)

    first, second = (threading.Thread(target=act, args=(name,)) for name in saw)
    first.start()
    assert asked.wait(20)
    second.start()
    second.join(0.5)
    assert done == []  # it waits for the withdrawal
    go.set()
    for one in (first, second):
        one.join(20)
    assert sorted(done) == ["freeze", "withdraw"]


@pytest.mark.databases("sqlite")
def test_a_commission_that_merges_leaves_its_inspections_to_the_heir(app: Flask) -> None:
    """What goes on and what has ended: the heir's inspectors, and no others, find both."""
    with app.app_context():
        team = Team()
        with transaction():
            level = team.units["WARD"].level
            team._unit("WARD2", "Đảng bộ phường Mới", "Đảng ủy phường Mới", "ĐU", level, "PROVINCE")
            team.post("Moi", "WARD2", "inspector")
            team.post("Vinh", "WARD2", "secretary")
        made = [team.announced(), team.ordered(number="06-QĐ/UBKT")]
        team.act(made[1].document, "cancel", "Kiem", reason=LONG)
        with transaction() as session:
            closing.close_unit(
                session,
                unit=team.units["WARD"],
                kind="merge",
                plan=closing.Plan((team.units["WARD2"],)),
                decision="1-QĐ/TU",
                effective_on=TODAY,
                actor=None,
                now=team.now,
            )
        team.wait(minutes=1)
        for one in made:
            knowing = {
                name
                for name, person in team.people.items()
                if reaching.is_inspector_of(one, person, team.now)
            }
            assert knowing == {"Moi"}, one.decision_number
            assert [stage.unit.code for stage in one.document.stages] == ["WARD2"]
        (task,) = team.open_tasks(made[0].document)
        assert {(role.unit.code, role.role) for role in task.roles} == {("WARD2", "inspector")}
        assert trail.verify(db.session()).faults == []


@pytest.mark.databases("sqlite")
def test_who_knows_of_an_inspection(app: Flask) -> None:
    """The commission's inspectors always; who leads the inspected unit once it is announced; nobody
    else, and no page of documents shows it to anybody."""
    with app.app_context():
        team = Team()
        inspection = team.ordered()
        ids = {inspection.document_id}

        def knowing() -> set[str]:
            return {
                name
                for name, person in team.people.items()
                if reaching.find(inspection.id, person, team.now) is not None
            }

        assert knowing() == {"Kiem", "Kim"}
        team.act(inspection.document, "announce", "Kiem")
        assert knowing() == {"Kiem", "Kim", "Sau", "Dung"}
        told = (
            sa.select(Person.full_name).join(Notification).where(Notification.action == "announce")
        )
        assert set(db.session.scalars(told.where(Notification.topic == "decided"))) == {
            "Sau", "Dung",
        }  # fmt: skip
        assert all(visible_among(ids, one, team.now) == set() for one in team.people.values())
        found = found_by(team.person("Kiem"), team.now)
        assert db.session.scalars(sa.select(Document).where(found)).all() == []


@pytest.mark.databases("sqlite")
def test_who_belongs_or_answers_to_an_inspected_unit_sees_what_it_sees(app: Flask) -> None:
    """Of one commission: Kim is also deputy of CELL, Lan a member there, to Mai the secretary lends
    his post. None of them inspects it, enters its decision, or reads more than it does."""
    with app.app_context():
        team = Team()
        with transaction() as session:
            for name in ("Lan", "Mai"):
                team.post(name, "WARD", "inspector")
            team.post("Kim", "CELL", "deputy")
            db.session.add(
                Membership(person=team.person("Lan"), unit=team.units["CELL"], standing="full")
            )
            sau = team.person("Sau")
            post = session.scalars(sa.select(Post).where(Post.person_id == sau.id)).one()
            delegate(
                session, post=post, to=team.person("Mai"), valid_from=TODAY,
                valid_to=TODAY + timedelta(days=60), actor=sau, now=team.now,
            )  # fmt: skip
        apart = ("Kim", "Lan", "Mai")
        for name in apart:
            with pytest.raises(Refused, match="không kiểm tra"):
                team.ordered(by=name)
            with pytest.raises(Refused, match="không kiểm tra"):
                team.ordered(members=(team.person(name),))
        inspection = team.ordered()
        document = inspection.document

        def knowing() -> set[str]:
            found = {
                name: reaching.find(inspection.id, team.person(name), team.now) for name in who
            }
            return {name for name, one in found.items() if one is not None}

        def waits(name: str) -> bool:
            tasks = tasks_for(team.person(name), team.now).tasks
            return any(task.document and task.document.id == document.id for task in tasks)

        who = ("Kiem", *apart, "Sau", "An")
        assert knowing() == {"Kiem"}
        assert [name for name in who if waits(name)] == ["Kiem"]
        for name in ("Kiem", *apart):
            person = team.person(name)
            without = reaching.kept_from(person, team.now)
            told = history.unit_sentences(team.units["WARD"].id, without=without)
            seen = any(line.event.document_id == document.id for line in told)
            assert seen == (name == "Kiem")
            if seen:
                assert export.of_unit(team.units["WARD"], person, team.now)
            else:
                with pytest.raises(Refused):
                    export.of_unit(team.units["WARD"], person, team.now)
        heard = sa.select(Notification.person_id).where(Notification.document_id == document.id)
        team.now = at_seven(TODAY + timedelta(days=12))
        ladder.sweep(team.now)
        assert not {team.person(name).id for name in apart} & set(db.session.scalars(heard))
        with pytest.raises(Refused, match="không kiểm tra"), transaction():
            change_team(
                inspection, head=team.person("Kiem"), members=[], reason=LONG,
                seen=mark(inspection), actor=team.person("Kim"), now=team.now,
            )  # fmt: skip

        team.now = EPOCH + timedelta(hours=2)
        team.act(document, "announce", "Kiem")
        assert knowing() == {"Kiem", "Kim", "Mai", "Sau"}
        carrying = {
            n for n in who if reaching.is_inspector_of(inspection, team.person(n), team.now)
        }
        assert carrying == {"Kiem"}
        team.act(document, "take_self_report", "Kiem", dated_on=TODAY)
        team.act(document, "verify", "Kiem")

        def reading() -> dict[str, bool]:
            found = {n: findings_shown(inspection, team.person(n), team.now) for n in who}
            return {name: bool(units) for name, units in found.items() if units}

        assert set(reading()) == {"Kiem"}
        team.act(document, "draft_conclusion", "Kiem")
        assert set(reading()) == {"Kiem", "Kim", "Mai", "Sau"}  # the delegate as the secretary

        # somebody of the team comes to lead the unit while it is inspected
        with transaction():
            team.post("Kiem", "CELL", "deputy")
        team.wait(minutes=1)
        kiem = team.person("Kiem")
        assert not reaching.is_inspector_of(inspection, kiem, team.now)
        assert open_for(kiem, team.now) == []
        with pytest.raises(Refused, match="không kiểm tra"):
            team.act(document, "verify_again", "Kiem", reason=LONG)


def test_inspectors_act_on_inspections_alone() -> None:
    """The shipped definition is sound; one that lets an inspector at a paper, or anybody else at an
    inspection, or leads nowhere, is not."""
    whole = (SHIPPED / "inspection.toml").read_text("utf-8")
    plan = (SHIPPED / "plan.toml").read_text("utf-8")
    assert check(whole, file="inspection.toml")[1] == []
    for spoilt in (
        plan.replace('by    = ["drafter@issuer"]', 'by    = ["inspector@issuer"]', 1),
        whole.replace('by     = ["inspector@issuer"]', 'by     = ["approver@issuer"]', 1),
        whole.replace('to     = "closed"', 'to     = "follow_up"'),
        whole.replace('asks   = ["days", "reason"]', 'asks   = ["reason"]'),
    ):
        assert spoilt not in (whole, plan)
        assert check(spoilt, file="spoilt.toml")[1] != []
