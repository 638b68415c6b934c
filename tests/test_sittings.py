"""The meeting decides: its vote, once confirmed, is the decision (design §1, R30)."""

import os
import signal
import subprocess
import sys
import threading
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.document import Contribution, Decision, Document
from models.person import Membership
from models.post import Post
from models.register import NumberEntry
from models.sitting import AgendaItem, MonthlyReview, Sitting
from models.stored_file import Attachment, StoredFile
from tests.cast import Office
from workflows import sittings
from workflows.prints.minutes import minutes_data
from workflows.refusal import Forbidden, Refused, Stale


class Meeting(Office):
    """The cell decides by meeting; `small` leaves it three members, no deputy and no committee:
    Sau (secretary), An (full), Moi (probationary)."""

    def __init__(self, *, small: bool = True) -> None:
        super().__init__()
        with transaction():
            cell = self.units["CELL"]
            cell.meets = True
            db.session.add(
                Membership(person=self.person("Moi"), unit=cell, standing="probationary")
            )
            if small:
                names = [self.person(name).id for name in ("Chi", "Dung")]
                db.session.execute(sa.delete(Post).where(Post.person_id.in_(names)))
                db.session.execute(sa.delete(Membership).where(Membership.person_id.in_(names)))

    def commitment(self, name: str, **more: Any) -> Document:
        made = self.begin("commitment", name, "CELL", **more)
        return self.act(made, "submit", name)

    def plan(self, name: str = "Sau") -> Document:
        return self.act(self.begin("plan", name, "CELL"), "submit", name)

    def open(self, name: str = "Sau", held_on: date | None = None) -> Sitting:
        self.wait(minutes=1)
        with transaction():
            return sittings.open_sitting(
                self.units["CELL"],
                held_on=held_on or self.now.date(),
                actor=self.person(name),
                now=self.now,
            )

    def set_up(self, sitting: Sitting, name: str = "Sau", **given: Any) -> None:
        given.setdefault("minute_taker_id", self.person("An").id)
        with transaction():
            sittings.attend(sitting, actor=self.person(name), now=self.now, **given)

    def mark(self, sitting: Sitting, decision: str = "agree", **given: Any) -> None:
        """The same mark for everything on the agenda."""
        for item in list(sitting.items):
            with transaction():
                sittings.mark(
                    item, decision=decision, actor=self.person("Sau"), now=self.now, **given
                )

    def close(self, sitting: Sitting, name: str = "Sau") -> None:
        with transaction():
            sittings.close(sitting, version=sitting.version, actor=self.person(name), now=self.now)

    def confirm(self, sitting: Sitting, name: str = "An", how: str = "minute_taker") -> None:
        with transaction():
            sittings.confirm(
                sitting,
                how=how,
                version=sitting.version,
                actor=self.person(name),
                now=self.now,
            )

    def scan(self, sitting: Sitting) -> None:
        with transaction():
            file = StoredFile(
                sha256="0" * 64, media_type="application/pdf", size=9, created_at=self.now
            )
            db.session.add(
                Attachment(
                    file=file,
                    sitting=sitting,
                    purpose="scan",
                    name="bien-ban.pdf",
                    added_by=self.person("Sau"),
                    added_at=self.now,
                )
            )

    def hold(self, decision: str = "agree") -> Sitting:
        """A whole meeting, from opening to carrying out."""
        sitting = self.open()
        self.set_up(sitting)
        self.mark(sitting, decision)
        self.close(sitting)
        self.confirm(sitting)
        sittings.carry_out(sitting.id, now=self.now)
        return sitting


def rules(error: pytest.ExceptionInfo[Any]) -> set[str]:
    return {reason.rule for reason in error.value.reasons}


def test_a_cell_of_three_decides_its_plan_and_every_commitment_in_one_meeting(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        plan = office.plan()
        papers = [office.commitment(name) for name in ("An", "Sau", "Moi")]
        sitting = office.hold()
        assert [item.document.kind for item in sitting.items] == ["plan"] + ["commitment"] * 3
        assert [item.outcome for item in sitting.items] == ["approved"] * 4
        assert sitting.state == "done"
        assert plan.number == "01-KH/CB"
        for paper in papers:
            assert (paper.state, paper.dated_on) == ("approved", sitting.held_on)
            (event,) = [e for e in office.events(paper) if e.action == "approve"]
            assert event.unit_id == office.units["CELL"].id
            (decision,) = [d for d in paper.decisions if d.action == "approve"]
            assert decision.minutes.endswith(sitting.held_on.strftime("%d/%m/%Y"))
        votes = {d.document.author.full_name: d for d in db.session.scalars(sa.select(Decision))}
        assert votes["An"].votes_present == 1  # Sau alone: An's own, and Moi does not vote
        assert votes["Moi"].votes_present == 2


def test_what_waits_for_the_meeting_waits_in_the_cell_and_does_not_climb(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        plan = office.plan()
        (task,) = office.open_tasks(plan)
        assert (task.action, task.climbed) == ("meet", False)
        assert {(role.unit.code, role.role) for role in task.roles} == {("CELL", "secretary")}


@pytest.mark.databases("sqlite")
def test_nobody_decides_alone_what_the_meeting_decides(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        plan = office.plan()
        with pytest.raises(Refused) as refused:
            office.act(plan, "review", "Sau", comment="Đồng ý.")
        assert rules(refused) == {"R30"}
        assert "cuộc họp" in str(refused.value)


@pytest.mark.databases("sqlite")
def test_the_minutes_are_confirmed_by_another_person_or_by_a_scan(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        plan = office.plan()
        sitting = office.open()
        office.set_up(sitting)
        office.mark(sitting)
        office.close(sitting)
        assert [s.id for s in sittings.awaiting_me(office.person("An"))] == [sitting.id]
        with pytest.raises(Refused) as refused:
            office.confirm(sitting, "Sau")
        assert rules(refused) == {"R30"}
        with pytest.raises(Forbidden):
            office.confirm(sitting, "Moi")
        with pytest.raises(Refused):
            office.confirm(sitting, "Sau", "scan")
        assert sittings.carry_out(sitting.id, now=office.now).done == 0
        assert plan.state == "submitted"
        office.scan(sitting)
        office.confirm(sitting, "Sau", "scan")
        assert sittings.carry_out(sitting.id, now=office.now).finished
        assert plan.state == "approved"


@pytest.mark.databases("sqlite")
def test_who_typed_the_minutes_is_confirmed_by_the_chair(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        with transaction():
            office.post("An", "CELL", "clerk", "Văn thư")
        office.plan()
        sitting = office.open("An")
        office.set_up(sitting, "An")
        office.mark(sitting)
        office.close(sitting, "An")
        with pytest.raises(Refused):
            office.confirm(sitting, "An")
        office.confirm(sitting, "Sau")
        assert sittings.carry_out(sitting.id, now=office.now).finished


@pytest.mark.databases("sqlite")
def test_a_meeting_is_not_closed_while_something_is_missing(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        office.plan()
        office.commitment("An")
        sitting = office.open()
        with pytest.raises(Refused) as refused:
            office.close(sitting)
        assert {r.place for r in refused.value.reasons} == {"minute_taker", "items"}
        absent = {office.person("An").id: False}
        office.set_up(sitting, present=absent)
        places = {r.place for r in sittings.obstacles(sitting, office.now)}
        assert {"attendance", "minute_taker"} <= places
        office.set_up(sitting, present={office.person("An").id: True})
        for item in sitting.items:
            with transaction():
                sittings.mark(item, decision="revise", actor=office.person("Sau"), now=office.now)
        places = {r.place.split(".")[-1] for r in sittings.obstacles(sitting, office.now)}
        assert places == {"reason", "reason_code"}


@pytest.mark.databases("sqlite")
def test_a_commitment_sent_back_by_the_meeting_comes_again_next_time(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        office.hold_plan = office.plan()
        office.hold()
        paper = office.commitment("Moi")
        sitting = office.open()
        office.set_up(sitting)
        office.mark(
            sitting, "revise", reason_code="GENERIC", reason="Chọn một việc cụ thể, có số và ngày."
        )
        office.close(sitting)
        office.confirm(sitting)
        sittings.carry_out(sitting.id, now=office.now)
        assert (paper.state, sitting.items[0].outcome) == ("returned", "returned")
        office.act(paper, "submit", "Moi")
        assert [d.id for d in sittings.waiting(office.units["CELL"], office.now)] == [paper.id]


@pytest.mark.databases("sqlite")
def test_a_text_that_moved_on_is_not_decided_unseen(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        office.plan()
        office.hold()
        paper = office.commitment("Moi")
        sitting = office.open()
        office.set_up(sitting)
        office.mark(sitting)
        office.close(sitting)
        office.act(paper, "revise", "Moi", content=paper.current.content)
        office.act(paper, "submit", "Moi")
        office.confirm(sitting)
        sittings.carry_out(sitting.id, now=office.now)
        (item,) = sitting.items
        assert (item.outcome, paper.state) == ("moved_on", "submitted")
        assert item.refusal[0]["rule"] == "STALE"


@pytest.mark.databases("sqlite")
def test_a_meeting_does_not_close_on_what_was_signed_and_sent_up_meanwhile(app: Flask) -> None:
    """The same text, but it lies with the base by now: taken off the agenda, the meeting closes."""
    with app.app_context():
        office = Meeting(small=False)
        paper = office.plan("Chi")
        office.act(paper, "review", "Dung")
        sitting = office.open()
        office.set_up(sitting)
        office.mark(sitting)
        office.approve(paper, "Sau", number="02-KH/CB")
        office.act(paper, "report", "Sau")
        with pytest.raises(Refused) as refused:
            office.close(sitting)
        assert rules(refused) == {"STALE"}
        with transaction():
            sittings.refresh(sitting, actor=office.person("Sau"), now=office.now)
        office.close(sitting)


@pytest.mark.databases("sqlite")
def test_a_meeting_does_not_decide_what_lies_with_another_body(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        paper = office.plan()
        sitting = office.open()
        office.set_up(sitting)
        office.mark(sitting)
        office.close(sitting)
        with transaction():
            paper.unit = paper.stages[0].unit = office.units["BASE"]
        office.confirm(sitting)
        sittings.carry_out(sitting.id, now=office.now)
        [item] = sitting.items
        assert (item.outcome, paper.state) == ("moved_on", "submitted")


@pytest.mark.databases("sqlite")
def test_a_commitment_is_held_while_the_cell_has_no_plan(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        office.commitment("An")
        sitting = office.open()
        office.set_up(sitting)
        office.mark(sitting)
        with pytest.raises(Refused) as refused:
            office.close(sitting)
        assert rules(refused) == {"R02"}
        office.mark(sitting, "later")
        office.close(sitting)
        office.confirm(sitting)
        assert sittings.carry_out(sitting.id, now=office.now).finished
        assert sitting.items[0].outcome == "later"


@pytest.mark.databases("sqlite")
def test_votes_that_do_not_carry_or_do_not_add_up_are_refused(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        office.plan()
        sitting = office.open()
        office.set_up(sitting)
        with pytest.raises(Refused):
            office.mark(sitting, votes_for=2, votes_against=1)  # two may vote
        office.mark(sitting, votes_for=1, votes_against=1)
        with pytest.raises(Refused) as refused:
            office.close(sitting)
        assert rules(refused) == {"MINUTES"}


@pytest.mark.databases("sqlite")
def test_where_there_is_a_committee_it_reviews_first(app: Flask) -> None:
    with app.app_context():
        office = Meeting(small=False)
        plan = office.act(office.begin("plan", "Chi", "CELL"), "submit", "Chi")
        cell = office.units["CELL"]
        assert sittings.waiting(cell, office.now) == []
        assert [d.id for d in sittings.not_ready(cell, office.now)] == [plan.id]
        office.act(plan, "review", "Dung")
        assert [d.id for d in sittings.waiting(cell, office.now)] == [plan.id]


@pytest.mark.databases("sqlite")
def test_another_officer_presides_over_the_chair_s_own_commitment(app: Flask) -> None:
    with app.app_context():
        office = Meeting(small=False)
        paper = office.act(office.commitment("Sau"), "review", "Dung")
        sitting = office.open()
        office.set_up(sitting)
        (item,) = sitting.items
        assert item.document_id == paper.id
        assert item.chair.full_name == "Dung"
        office.set_up(sitting, present={office.person("Dung").id: False})
        assert item.chair.full_name == "Chi"


@pytest.mark.databases("sqlite")
def test_one_meeting_at_a_time_and_only_for_who_keeps_its_papers(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        office.plan()
        first = office.open()
        assert office.open().id == first.id
        with pytest.raises(Forbidden):
            office.open("An")
        with pytest.raises(Forbidden):
            office.open("Bon")
        with pytest.raises(Refused):
            office.set_up(first, held_on=office.now.date() + timedelta(days=2))
        assert office.open("Binh").id == first.id  # the clerk of the superior types for it
        visible = sa.select(Sitting.id).where(
            sittings.visible_sittings(office.person("Moi"), office.now)
        )
        assert list(db.session.scalars(visible)) == []


@pytest.mark.databases("sqlite")
def test_the_list_and_the_month_follow_the_day_of_the_meeting(app: Flask) -> None:
    """A day put right takes the marks along: the minutes do not speak of another month than the
    review that was kept."""
    with app.app_context():
        office = Meeting()
        office.plan()
        paper = office.commitment("An")
        office.hold()
        an, today = office.person("An"), office.now.date()
        notes = []
        for month, said in ((today.replace(day=1), "16 lượt."), (date(2026, 1, 1), "9 lượt.")):
            notes.append([{"n": 1, "result": "done", "text": said}])
            with transaction():
                sittings.write_note(paper, month=month, items=notes[-1], actor=an, now=office.now)
        joined = db.session.scalars(
            sa.select(Membership).where(Membership.person_id == office.person("Moi").id)
        ).one()
        with transaction():
            joined.valid_from = date(2026, 2, 1)
        sitting = office.open(held_on=date(2026, 1, 15))
        listed = {a.person.full_name for a in sitting.attendances}
        (row,) = [r for r in sitting.reviews if r.person_id == an.id]
        assert (listed, row.items, row.month) == ({"Sau", "An"}, notes[1], date(2026, 1, 1))
        with transaction():
            sittings.review(
                sitting, an.id, reviewed=True, actor=office.person("Sau"), now=office.now
            )
        for wrong in (date(1990, 1, 1), today + timedelta(days=1)):
            with pytest.raises(Refused):
                office.set_up(sitting, held_on=wrong)
        office.set_up(sitting, held_on=today)
        assert {a.person.full_name for a in sitting.attendances} == {"Sau", "An", "Moi"}
        assert {r.month for r in sitting.reviews} == {today.replace(day=1)}
        assert (row.reviewed, row.items) == (True, notes[0])
        office.close(sitting)
        printed = str(minutes_data(sitting, office.now)["body"])
        assert f"Tháng {today.month}/{today.year} đã kiểm điểm 1 đảng viên: An." in printed


@pytest.mark.databases("sqlite")
def test_a_meeting_decides_nothing_that_was_sent_after_its_day(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        office.plan()
        yesterday = office.now.date() - timedelta(days=1)
        sitting = office.open(held_on=yesterday)
        office.set_up(sitting)
        (item,) = sitting.items
        for decision in ("agree", "revise"):
            office.mark(sitting, decision, reason_code="OTHER", reason="Ghi rõ việc hơn nữa.")
            with pytest.raises(Refused) as refused:
                office.close(sitting)
            assert {r.place for r in refused.value.reasons} == {f"items.{item.id}"}
            assert "sau ngày họp" in str(refused.value)
        office.set_up(sitting, held_on=office.now.date())
        office.mark(sitting, dated_on=yesterday)
        with pytest.raises(Refused) as refused:
            office.close(sitting)
        assert {r.place for r in refused.value.reasons} == {f"items.{item.id}.dated_on"}
        assert "trước ngày họp" in str(refused.value)
        office.mark(sitting)
        office.close(sitting)


@pytest.mark.databases("sqlite")
def test_who_has_no_vote_does_not_preside_and_what_is_unusual_is_said(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        office.plan()
        first = office.hold()
        sitting = office.open(held_on=first.held_on - timedelta(days=3))
        office.set_up(sitting, chair_id=office.person("Moi").id)
        with pytest.raises(Refused) as refused:
            office.close(sitting)
        assert [(r.place, r.params["name"]) for r in refused.value.reasons] == [("chair", "Moi")]
        assert {r.rule for r in sittings.cautions(sitting)} == {"R27"}
        office.set_up(
            sitting,
            chair_id=office.person("An").id,
            minute_taker_id=office.person("Moi").id,
        )
        assert {r.rule for r in sittings.cautions(sitting)} == {"R27", "SITTING"}
        assert {r.level for r in sittings.cautions(sitting)} == {"warn"}
        office.set_up(sitting, chair_id=office.person("Sau").id, held_on=office.now.date())
        assert sittings.cautions(sitting) == []


@pytest.mark.databases("sqlite")
def test_a_month_is_reviewed_with_one_tap_from_the_member_s_own_note(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        office.plan()
        paper = office.commitment("An")
        office.hold()
        month = office.now.date().replace(day=1)
        line = {"n": 1, "result": "done", "text": "16 lượt."}
        with transaction():
            sittings.write_note(
                paper, month=month, items=[line], actor=office.person("An"), now=office.now
            )
        with pytest.raises(Forbidden), transaction():
            sittings.write_note(
                paper, month=month, items=[], actor=office.person("Sau"), now=office.now
            )
        sitting = office.open()
        (row,) = [r for r in sitting.reviews if r.person.full_name == "An"]
        assert row.items == [line]
        with transaction():
            sittings.review(
                sitting,
                office.person("An").id,
                reviewed=True,
                actor=office.person("Sau"),
                now=office.now,
            )
        with pytest.raises(Refused), transaction():
            sittings.review(
                sitting,
                office.person("An").id,
                reviewed=True,
                items=[{"n": 9, "result": "done"}],
                actor=office.person("Sau"),
                now=office.now,
            )
        kept = db.session.scalars(sa.select(MonthlyReview).where(MonthlyReview.reviewed)).all()
        assert [(r.person.full_name, r.items) for r in kept] == [("An", [line])]


def test_two_confirm_and_carry_out_at_once(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        office.plan()
        for name in ("An", "Sau", "Moi"):
            office.commitment(name)
        sitting = office.open()
        office.set_up(sitting)
        office.mark(sitting)
        office.close(sitting)
        office.confirm(sitting)
        ident, now = sitting.id, office.now
        db.session.remove()
    errors: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context():
                sittings.carry_out(ident, now=now)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    with app.app_context():
        assert _approvals() == 4
        assert db.session.get_one(Sitting, ident).state == "done"


KILLED = """
import os, sys, signal
from config import Settings
from app import create_app
from models import db
from workflows import engine, sittings
import clock
ident, after = int(sys.argv[1]), int(sys.argv[2])
app = create_app(Settings.from_env(os.environ))
done = 0
carry_out = engine.carry_out
def dying(*args, **given):
    global done
    made = carry_out(*args, **given)
    done += 1
    if done == after:
        os.kill(os.getpid(), signal.SIGKILL)  # in the middle of an act, before its commit
    return made
engine.carry_out = dying
with app.app_context():
    from datetime import datetime
    sittings.carry_out(ident, now=datetime.fromisoformat(sys.argv[3]))
"""


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("size", [12, pytest.param(300, marks=pytest.mark.soak)])
def test_killed_half_way_each_item_is_carried_out_once(
    app: Flask, environment: dict[str, str], size: int
) -> None:
    with app.app_context():
        office = Meeting()
        office.plan()
        office.hold()
        with transaction():
            for n in range(size):
                person = office.person(f"Đảng viên {n}")
                db.session.add(Membership(person=person, unit=office.units["CELL"]))
        for n in range(size):
            office.commitment(f"Đảng viên {n}")
        sitting = office.open()
        office.set_up(sitting)
        office.mark(sitting)
        office.close(sitting)
        office.confirm(sitting)
        ident, now, before = sitting.id, office.now, _approvals()
        db.session.remove()
    for after in (size // 3, size // 3):
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, str(ident), str(after), now.isoformat()],
            env={**os.environ, **environment},
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL
    with app.app_context():
        assert 0 < _approvals() - before < size
        assert sittings.to_carry_out() == [ident]
        assert sittings.carry_out(ident, now=now).finished
        assert _approvals() - before == size
        outcomes = sa.select(AgendaItem.outcome).where(AgendaItem.sitting_id == ident)
        assert list(db.session.scalars(outcomes)) == ["approved"] * size


def test_a_stale_page_does_not_close_a_meeting(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        office.plan()
        sitting = office.open()
        seen = sitting.version
        office.set_up(sitting)
        with pytest.raises(Stale), transaction():
            sittings.close(sitting, version=seen, actor=office.person("Sau"), now=office.now)


def _approvals() -> int:
    return (
        db.session.scalar(
            sa.select(sa.func.count()).where(Decision.action == "approve", Decision.stage == 0)
        )
        or 0
    )


@pytest.mark.databases("sqlite")
def test_taking_minutes_is_no_hand_in_a_text(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        office.plan()
        office.commitment("An")
        office.hold()
        hands = sa.select(Contribution.person_id).where(Contribution.action == "approve")
        assert list(db.session.scalars(hands)) == []


@pytest.mark.databases("sqlite")
def test_the_minutes_have_a_number_of_their_own_that_a_cancelled_meeting_leaves_voided(
    app: Flask,
) -> None:
    with app.app_context():
        office = Meeting()
        office.plan()
        first = office.open()
        office.set_up(first)
        office.mark(first)
        office.close(first)
        assert first.number == "01-BB/CB"
        with transaction():
            sittings.reopen(
                first, version=first.version, actor=office.person("Sau"), now=office.now
            )
        office.close(first)
        assert first.number == "01-BB/CB"
        with transaction():
            sittings.cancel(
                first, version=first.version, actor=office.person("Sau"), now=office.now
            )
        assert office.hold().number == "02-BB/CB"
        voided = db.session.scalars(
            sa.select(NumberEntry).where(NumberEntry.voided_at.is_not(None))
        )
        assert [entry.symbol for entry in voided] == ["01-BB/CB"]


@pytest.mark.databases("sqlite")
def test_what_a_clerk_closed_the_minute_taker_confirms(app: Flask) -> None:
    with app.app_context():
        office = Meeting()
        office.plan()
        sitting = office.open("Binh")  # the superior's clerk: the cell has none
        office.set_up(sitting, "Binh")
        office.mark(sitting)
        office.close(sitting, "Binh")
        assert sittings.awaiting_me(office.person("Sau")) == []
        with pytest.raises(Forbidden):
            office.confirm(sitting, "Sau")
        with pytest.raises(Forbidden):
            office.confirm(sitting, "Binh")
        office.confirm(sitting, "An")
        with transaction():
            office.post("Moi", "CELL", "clerk", "Văn thư")
        with pytest.raises(Forbidden):
            office.open("Binh")
