"""The acts of the engine, on both databases: the way up, its refusals, and what each act leaves
behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.document import Decision, Document
from models.notification import Notification
from models.person import Absence
from models.post import Delegation, Post
from models.task import Task
from models.unit import ReportingLine
from tests.cast import COMMITMENT, PLAN, REPORT, Office
from workflows import Forbidden, Refused, Stale, available_actions, day, tasks
from workflows.act import Votes
from workflows.calendar import local_day
from workflows.organisation.absences import add_absence
from workflows.organisation.delegations import delegate
from workflows.organisation.lines import add_reporting_line, end_reporting_line
from workflows.organisation.posts import end_post, give_post
from workflows.organisation.units import create_unit, edit_unit
from workflows.trail import verify


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with app.app_context():
        yield Office()
        assert verify(db.session()).whole


def rules(refused: pytest.ExceptionInfo) -> set[str]:
    return {reason.rule for reason in refused.value.reasons}


def test_a_plan_travels_through_two_deciding_bodies_to_the_receiver(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    assert (plan.state, plan.stage, plan.version) == ("drafted", 0, 1)
    assert [(s.unit.code, s.decides) for s in plan.stages] == [
        ("CELL", True),
        ("BASE", True),
        ("WARD", False),
    ]
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung", comment="Đủ người làm, ngày xong.")
    assert not plan.is_in_force
    office.approve(plan, "Sau", number="02-KH/CB")
    assert (plan.state, plan.number, plan.dated_on) == ("approved", "02-KH/CB", date(2026, 3, 2))
    assert plan.is_in_force
    office.act(plan, "report", "Sau")
    assert (plan.state, plan.stage) == ("submitted", 1)
    office.act(plan, "receive", "Binh")
    office.act(plan, "review", "Ba")
    office.act(plan, "approve", "Bon", comment="Đồng ý.")
    assert (plan.state, plan.stage) == ("approved", 1)
    office.act(plan, "report", "Binh", via="WARD-XDD")
    assert (plan.state, plan.stage) == ("reported", 2)
    office.act(plan, "receive", "Xuan")
    assert plan.stages[2].received_by.full_name == "Xuan"
    assert office.open_tasks(plan) == []
    assert [e.document_version for e in office.events(plan)] == list(range(1, 11))
    obligation = office.obligation("O-PLAN", "CELL")
    assert obligation is not None
    assert obligation.state == "fulfilled"


def test_a_report_travels_and_needs_no_minutes(office: Office) -> None:
    office.wait(days=36)
    report = office.begin("report", "Ba", "BASE", content={**REPORT, "figures_as_of": "2026-04-07"})
    office.act(report, "submit", "Ba")
    office.act(report, "review", "Bay")
    office.act(report, "approve", "Bon", number="05-BC/ĐU", dated_on=office.now.date())
    office.act(report, "report", "Binh", via="WARD-XDD")
    office.act(report, "review", "Xuan")
    office.act(report, "approve", "Thu")
    office.act(report, "report", "Van")
    office.act(report, "receive", "Tam")
    assert (report.state, report.stage) == ("reported", 2)


def test_a_commitment_goes_through_its_cell_onto_the_list_of_the_base(office: Office) -> None:
    office.cell_plan_in_force()
    owed = office.obligation("O-COMMIT", "CELL", "An")
    assert owed is not None
    assert owed.state == "open"
    assert owed.effective_due == date(2026, 3, 23)
    commitment = office.begin("commitment", "An", "CELL")
    office.act(commitment, "submit", "An")
    office.act(commitment, "review", "Chi")
    office.approve(commitment, "Sau")
    assert commitment.state == "approved"
    assert commitment.number is None
    office.act(commitment, "report", "Sau")
    assert (commitment.state, commitment.stage) == ("reported", 1)
    office.act(commitment, "receive", "Binh")
    assert owed.state == "fulfilled"


@pytest.mark.databases("sqlite")
def test_a_day_typed_at_the_superior_changes_neither_the_paper_nor_the_trail(
    office: Office,
) -> None:
    office.cell_plan_in_force()
    with transaction():
        for requirement in office.campaign.requirements:
            requirement.deciding = 2
    commitment = office.begin("commitment", "An", "CELL")
    office.act(commitment, "submit", "An")
    office.act(commitment, "review", "Chi")
    office.approve(commitment, "Sau")
    office.act(commitment, "report", "Sau")
    office.act(commitment, "review", "Ba")
    office.wait(days=1)
    office.approve(commitment, "Bon")
    assert (commitment.stage, commitment.dated_on) == (1, date(2026, 3, 2))
    assert verify(db.session()).faults == []


def test_the_top_receives_what_it_decided(office: Office) -> None:
    plan = office.begin("plan", "Toan", "PROVINCE")
    assert [(s.unit.code, s.decides) for s in plan.stages] == [
        ("PROVINCE", True),
        ("PROVINCE", False),
    ]


def test_every_failing_rule_is_named_at_once(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    with pytest.raises(Refused) as refused:
        office.approve(
            plan,
            "Sau",
            number="02/KH-CB",
            dated_on=date(2026, 3, 30),
            votes=Votes(1, 3, 0),
            minutes=None,
        )
    assert len(refused.value.reasons) >= 3
    assert "R27" in rules(refused)
    assert plan.state == "reviewed"


def test_nobody_decides_on_what_he_helped_to_write(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    with pytest.raises(Refused) as refused:
        office.act(plan, "review", "Chi")
    assert rules(refused) == {"R30"}
    assert refused.value.reasons[0].params["name"] == "Chi"


def test_nobody_decides_twice_on_one_revision(office: Office) -> None:
    office.post("Dung", "CELL", "secretary", "Quyền Bí thư")
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    with pytest.raises(Refused) as refused:
        office.approve(plan, "Dung", number="02-KH/CB")
    assert "R30" in rules(refused)


def test_a_delegation_opens_no_way_round(office: Office) -> None:
    post = office.post("Le", "CELL", "secretary", "Bí thư thứ hai")
    plan = office.begin("plan", "Chi", "CELL")
    with transaction():
        db.session.add(
            Delegation(
                post=post,
                person=office.person("Chi"),
                kinds=[],
                actions=[],
                valid_from=date(2026, 1, 1),
                valid_to=date(2026, 12, 31),
                created_at=office.now,
            )
        )
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    with pytest.raises(Refused) as refused:
        office.approve(plan, "Chi", number="02-KH/CB")
    assert "R30" in rules(refused)


def test_an_edit_after_review_voids_the_review(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    office.act(plan, "revise", "Sau", content={**PLAN, "text": "Khác."})
    assert (plan.state, plan.revision) == ("drafted", 2)
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    with pytest.raises(Refused) as refused:
        office.approve(plan, "Sau", number="02-KH/CB")
    assert "R30" in rules(refused)
    # Sau has a hand in it and Dung has reviewed: the approval climbs to the base.
    task = office.open_tasks(plan)[0]
    assert task.climbed
    assert {r.unit.code for r in task.roles} == {"BASE"}
    office.approve(plan, "Bon", number="02-KH/CB")
    assert plan.state == "approved"


def test_a_stale_page_never_decides(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    seen = plan.version
    office.act(plan, "review", "Dung")
    with pytest.raises(Stale) as stale:
        office.act(plan, "return", "Sau", version=seen, reason="Chưa rõ người làm.")
    assert stale.value.reasons[0].params["name"] == "Dung"
    seen = plan.version
    office.approve(plan, "Sau", number="02-KH/CB")
    at = plan.updated_at
    office.act(plan, "report", "Sau")
    with pytest.raises(Stale) as stale:  # what followed the decision hides neither who nor when
        office.approve(plan, "Bon", number="02-KH/CB", version=seen)
    assert stale.value.reasons[0].params == {"name": "Sau", "at": at}
    assert "đã quyết định bước này" in stale.value.reasons[0].text


def test_a_double_click_is_one_event(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    seen = plan.version
    office.act(plan, "submit", "Chi", version=seen)
    with pytest.raises(Stale):
        office.act(plan, "submit", "Chi", version=seen)
    assert len(office.events(plan)) == 2


def test_who_acted_last_is_named_to_who_may_know_it(office: Office) -> None:
    """An act that is no decision; on another's commitment only that it happened is told."""
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    with pytest.raises(Stale) as stale:
        office.act(plan, "submit", "Dung", version=1)
    assert stale.value.reasons[0].params == {"name": "Chi", "at": plan.updated_at}
    office.cell_plan_in_force()
    mine = office.begin("commitment", "An", "CELL")
    office.act(mine, "submit", "An")
    office.act(mine, "withdraw", "An", reason="Viết lại mục thứ ba.")
    with pytest.raises(Stale) as stale:
        office.act(mine, "review", "Dung", version=mine.version - 1)
    assert stale.value.reasons[0].params == {"at": mine.updated_at}


def test_who_has_no_part_in_it_is_forbidden(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    for name in ("An", "Kiem", "Ba"):
        with pytest.raises(Forbidden):
            office.act(plan, "review", name)


def test_a_return_and_a_resubmission_make_a_new_revision(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    with pytest.raises(Refused) as refused:
        office.act(plan, "return", "Dung", reason="ngắn")
    assert refused.value.reasons
    office.act(
        plan, "return", "Dung", reason_code="OTHER", reason="Chưa rõ người làm việc thứ nhất."
    )
    assert plan.state == "returned"
    office.act(plan, "submit", "Chi")
    assert (plan.state, plan.revision) == ("submitted", 2)
    assert plan.revisions[0].content == plan.revisions[1].content


def test_a_return_from_a_later_stage_keeps_number_and_force(office: Office) -> None:
    plan = office.cell_plan_in_force()
    office.act(plan, "report", "Sau")
    office.act(
        plan, "return", "Ba", reason_code="OTHER", reason="Việc thứ nhất chưa ghi ngày xong."
    )
    assert (plan.state, plan.stage, plan.in_force_revision) == ("returned", 0, 1)
    assert plan.is_in_force
    with pytest.raises(Refused):
        office.act(plan, "withdraw", "Chi", reason="Không làm nữa nhé.")
    office.act(plan, "revise", "Chi", content={**PLAN, "text": "Đã bổ sung ngày xong."})
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    office.approve(plan, "Sau", number="02-KH/CB")
    assert (plan.number, plan.in_force_revision, plan.revision) == ("02-KH/CB", 2, 2)


def test_an_amendment_supersedes_in_the_act_that_puts_it_in_force(office: Office) -> None:
    plan = office.cell_plan_in_force()
    office.act(plan, "report", "Sau")
    office.act(plan, "review", "Ba")
    office.act(plan, "approve", "Bon")
    office.act(plan, "report", "Binh", via="WARD-XDD")
    new = office.act(plan, "amend", "Chi", reason="Thêm việc theo chuyên đề mới.")
    assert new.id != plan.id
    assert new.amends_id == plan.id
    assert new.state == "drafted"
    assert plan.state == "reported"
    assert plan.is_in_force
    with pytest.raises(Refused):
        office.act(plan, "amend", "Chi", reason="Thêm một lần nữa cho chắc.")
    office.act(new, "submit", "Chi")
    office.act(new, "review", "Dung")
    office.approve(new, "Sau", number="03-KH/CB")
    assert new.is_in_force
    assert plan.state == "superseded"
    assert plan.superseded_by_id == new.id
    assert not plan.is_in_force
    assert [e.action for e in office.events(plan)][-1] == "supersede"


def test_the_superior_asks_for_an_amendment(office: Office) -> None:
    plan = office.cell_plan_in_force()
    office.act(plan, "report", "Sau")
    office.act(plan, "review", "Ba")
    office.act(plan, "approve", "Bon")
    office.act(plan, "report", "Binh", via="WARD-XDD")
    new = office.act(
        plan, "request_amendment", "Xuan", reason_code="OTHER", reason="Bổ sung mô hình tập thể."
    )
    assert new.amends_id == plan.id
    assert office.open_tasks(new)[0].unit.code == "CELL"


def test_reporting_upward_passes_the_advisory_body(office: Office) -> None:
    plan = office.cell_plan_in_force()
    office.act(plan, "report", "Sau")
    office.act(plan, "review", "Ba")
    office.act(plan, "approve", "Bon")
    for via in (None, "BASE"):
        with pytest.raises(Refused) as refused:
            office.act(plan, "report", "Binh", via=via)
        assert rules(refused) == {"R18"}


def test_a_plan_dated_before_its_basis_is_refused(office: Office) -> None:
    basis = [{"number": "07-KH/ĐU", "dated_on": "2026-03-10", "issuer": "Đảng ủy phường"}]
    plan = office.begin("plan", "Chi", "CELL", basis=basis)
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    with pytest.raises(Refused) as refused:
        office.approve(plan, "Sau", number="02-KH/CB")
    assert rules(refused) == {"R01"}


def test_a_commitment_is_held_while_the_cell_has_no_plan(office: Office) -> None:
    commitment = office.begin("commitment", "An", "CELL")
    office.act(commitment, "submit", "An")
    office.act(commitment, "review", "Chi")
    with pytest.raises(Refused) as refused:
        office.approve(commitment, "Sau")
    assert rules(refused) == {"R02"}


def test_one_commitment_a_person_and_campaign(office: Office) -> None:
    office.begin("commitment", "An", "CELL")
    with pytest.raises(Refused) as refused:
        office.begin("commitment", "An", "CELL")
    assert rules(refused) == {"R10"}


def test_whoever_s_commitment_was_revoked_writes_another(office: Office) -> None:
    """Also where the revoked one had been reported, so that nothing is owed any more."""
    office.cell_plan_in_force()
    commitment = office.begin("commitment", "An", "CELL")
    office.act(commitment, "submit", "An")
    office.act(commitment, "review", "Chi")
    office.approve(commitment, "Sau")
    office.act(commitment, "report", "Sau")
    with pytest.raises(Refused) as refused:
        office.begin("commitment", "An", "CELL")
    assert "đã có văn bản" in refused.value.reasons[0].text
    office.act(
        commitment,
        "revoke",
        "Sau",
        decision="03-QĐ/CB ngày 02/03/2026 của Chi bộ",
        reason="Nhầm người ký, lập lại từ đầu.",
    )
    assert office.begin("commitment", "An", "CELL").state == "drafted"


def test_the_secretary_s_own_commitment_is_signed_by_the_deputy(office: Office) -> None:
    office.cell_plan_in_force()
    commitment = office.begin("commitment", "Sau", "CELL")
    office.act(commitment, "submit", "Sau")
    office.act(commitment, "review", "Chi")
    with pytest.raises(Refused) as refused:
        office.approve(commitment, "Sau")
    assert "R30" in rules(refused)
    office.approve(commitment, "Dung")
    assert commitment.state == "approved"


def test_an_incomplete_commitment_names_each_section(office: Office) -> None:
    content = {"sections": {**COMMITMENT["sections"], "4": "", "6": ""}}
    commitment = office.begin("commitment", "An", "CELL", content=content)
    with pytest.raises(Refused) as refused:
        office.act(commitment, "submit", "An")
    assert rules(refused) == {"R06"}
    assert len(refused.value.reasons) >= 2


def test_a_withdrawn_document_lets_the_obligation_wait_again(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "withdraw", "Chi", reason="Lập lại từ đầu cho gọn.")
    assert plan.state == "withdrawn"
    again = office.begin("plan", "Chi", "CELL")
    assert again.obligation_id == plan.obligation_id


def test_a_revocation_needs_a_decision_paper(office: Office) -> None:
    plan = office.cell_plan_in_force()
    with pytest.raises(Refused):
        office.act(plan, "revoke", "Sau", reason="Ban hành sai thẩm quyền.")
    office.act(
        plan,
        "revoke",
        "Sau",
        reason="Ban hành sai thẩm quyền.",
        decision="03-QĐ/CB ngày 02/03/2026 của Chi bộ Thử",
    )
    assert plan.state == "revoked"
    assert not plan.is_in_force


def test_a_delegate_acts_and_the_trail_keeps_both(office: Office) -> None:
    post = db.session.scalar(
        sa.select(Post).where(Post.title == "Bí thư").order_by(Post.id).limit(1)
    )
    plan = office.begin("plan", "Chi", "CELL")
    with transaction():
        db.session.add(
            Delegation(
                post_id=post.id,
                person=office.person("Le"),
                kinds=["plan"],
                actions=["approve"],
                valid_from=date(2026, 3, 1),
                valid_to=date(2026, 3, 31),
                created_at=office.now,
            )
        )
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    office.approve(plan, "Le", number="02-KH/CB")
    payload = office.events(plan)[-1].payload
    assert payload is not None
    assert payload.fields["actor"]["value"] == "Le"
    assert payload.fields["delegated_by"]["value"] == "Sau"


def test_an_act_does_not_rely_on_what_was_given_after_it(office: Office) -> None:
    """It may have waited while the delegation was written."""
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    post = db.session.scalars(sa.select(Post).where(Post.title == "Bí thư")).first()
    given = Delegation(
        post=post,
        person=office.person("Le"),
        valid_from=date(2026, 3, 1),
        valid_to=date(2026, 3, 31),
        created_at=office.now + timedelta(minutes=1, milliseconds=1),
    )
    with transaction():
        db.session.add(given)
    with pytest.raises(Forbidden):
        office.approve(plan, "Le", number="02-KH/CB")
    with transaction():
        given.created_at = office.now
    office.approve(plan, "Le", number="02-KH/CB")
    assert plan.state == "approved"


def test_buttons_are_shown_if_and_only_if_the_act_is_allowed(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    offered = {
        a.name: a.allowed
        for a in available_actions(plan, person=office.person("Chi"), now=office.now)
    }
    assert offered == {"submit": True, "revise": True, "withdraw": True}
    office.act(plan, "submit", "Chi")
    mine = {a.name: a for a in available_actions(plan, person=office.person("Chi"), now=office.now)}
    assert not mine["review"].allowed
    assert mine["review"].reasons[0].rule == "R30"
    deputy = {
        a.name: a.allowed
        for a in available_actions(plan, person=office.person("Dung"), now=office.now)
    }
    assert deputy["review"]
    assert deputy["return"]
    assert available_actions(plan, person=office.person("An"), now=office.now) == []


def test_those_waited_for_are_told_and_the_author_hears_the_answer(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    told = db.session.scalars(
        sa.select(Notification.person_id).where(
            Notification.document_id == plan.id, Notification.action == "review"
        )
    )
    assert office.person("Dung").id in set(told)
    office.act(plan, "review", "Dung")
    heard = db.session.scalars(
        sa.select(Notification.person_id).where(
            Notification.document_id == plan.id, Notification.topic == "decided"
        )
    )
    assert set(heard) == {office.person("Chi").id}


def test_a_decision_is_bound_to_the_hash_of_the_revision(office: Office) -> None:
    plan = office.cell_plan_in_force()
    decision = db.session.scalar(
        sa.select(Decision).where(Decision.document_id == plan.id, Decision.action == "approve")
    )
    assert decision is not None
    assert decision.content_hash == plan.current.content_hash
    assert (decision.number, decision.votes_for) == ("02-KH/CB", 4)


def test_a_refused_act_writes_nothing(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    before = (plan.version, len(office.events(plan)))
    with pytest.raises(Refused):
        office.approve(plan, "Sau", number="02-KH/CB")
    db.session.refresh(plan)
    assert (plan.version, len(office.events(plan))) == before
    assert db.session.get(Document, plan.id).state == "drafted"


def test_a_vacant_post_lets_the_task_climb_and_come_back(office: Office) -> None:
    """Vacancy: secretary and deputy gone, the approval waits at the base; a new secretary gets it
    back."""
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    cell = office.units["CELL"]
    with transaction():
        for post in db.session.query(Post).filter(
            Post.unit_id == cell.id, Post.role != "committee"
        ):
            post.ended_at = office.now
        db.session.flush()
        tasks.rehome(cell, office.now)
    task = office.open_tasks(plan)[0]
    assert task.climbed
    assert {(r.unit.code, r.role) for r in task.roles} >= {("BASE", "secretary")}
    for meets, waits in ((True, ("meet", False)), (False, ("approve", True))):
        with transaction() as session:  # whether its members decide is an office's own correction
            words = {"body": cell.body, "symbol": cell.symbol, "meets": meets}
            edit_unit(session, unit=cell, **words, actor=None, now=office.now)
        task = office.open_tasks(plan)[0]
        assert (task.action, task.climbed) == waits
    with transaction():
        office.post("Moi", "CELL", "secretary", "Bí thư")
        tasks.rehome(cell, office.now)
    task = office.open_tasks(plan)[0]
    assert not task.climbed
    assert {r.unit.code for r in task.roles} == {"CELL"}
    office.approve(plan, "Moi", number="02-KH/CB")


def test_an_absence_that_begins_tomorrow_moves_the_task_tomorrow(office: Office) -> None:
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    tomorrow = date(2026, 3, 3)
    with transaction():
        db.session.add(
            Absence(person=office.person("Sau"), valid_from=tomorrow, valid_to=date(2026, 3, 9))
        )
    assert {r.unit.code for r in office.open_tasks(plan)[0].roles} == {"CELL"}
    office.wait(days=1)
    # The deputy has reviewed, the secretary is away: the base is next.
    assert day.begin(office.now) == 1
    assert day.begin(office.now) == 0
    assert {r.unit.code for r in office.open_tasks(plan)[0].roles} == {"BASE"}


@pytest.mark.databases("sqlite")
def test_a_line_and_an_advisory_body_of_a_later_day_move_tasks_on_that_day(office: Office) -> None:
    by, tomorrow = {"actor": None, "now": office.now}, date(2026, 3, 3)
    cell, ward = office.units["CELL"], office.units["WARD"]
    first, plan = office.begin("plan", "Dung", "CELL"), office.begin("plan", "Chi", "CELL")
    office.act(first, "submit", "Dung")
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    with transaction() as session:
        words = {"name": "Tổ giúp việc", "body": "Tổ giúp việc", "symbol": "TGV", **by}
        place = {"level": cell.level, "attached_to": cell, "valid_from": tomorrow}
        helpers = create_unit(session, code="CELL-TGV", **place, **words)
        advisor = {"role": "advisor", "title": "Tổ viên"}
        give_post(session, person=office.person("Moi"), unit=helpers, **advisor, **by)
        for post in session.scalars(sa.select(Post).filter_by(unit_id=cell.id, role="secretary")):
            end_post(session, post=post, **by)
        line = session.scalars(sa.select(ReportingLine).filter_by(unit_id=cell.id)).one()
        end_reporting_line(session, row=line, last_day=office.now.date(), **by)
        add_reporting_line(session, unit=cell, superior=ward, valid_from=tomorrow, **by)

    def bodies(paper: Document) -> set[str]:
        return {role.unit.code for role in office.open_tasks(paper)[0].roles}

    assert (bodies(first), bodies(plan)) == ({"CELL"}, {"BASE"})
    office.wait(days=1)
    day.begin(office.now)
    assert (bodies(first), bodies(plan)) == ({"CELL", "CELL-TGV"}, {"WARD"})


@pytest.mark.parametrize("ran", [True, False], ids=["after a first day", "never run before"])
def test_days_that_the_schedule_slept_through_still_move_tasks(office: Office, ran: bool) -> None:
    """An absence began on a day on which no schedule ran: the next day that is begun sees it."""
    if ran:
        day.begin(office.now)
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    with transaction():
        db.session.add(
            Absence(
                person=office.person("Sau"),
                valid_from=date(2026, 3, 4),
                valid_to=date(2026, 3, 20),
            )
        )
    office.wait(days=6)
    assert day.begin(office.now) == 1
    assert {r.unit.code for r in office.open_tasks(plan)[0].roles} == {"BASE"}


def test_a_day_begun_by_a_clock_that_went_too_fast_begins_again(office: Office) -> None:
    """The clock was a week ahead and is set back: what came to wait since moves with its own days."""
    office.wait(days=7)
    day.begin(office.now)
    office.wait(days=-7)
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    with transaction():
        db.session.add(
            Absence(
                person=office.person("Sau"),
                valid_from=date(2026, 3, 3),
                valid_to=date(2026, 3, 20),
            )
        )
    assert {r.unit.code for r in office.open_tasks(plan)[0].roles} == {"CELL"}
    day.begin(office.now)
    office.wait(days=1)
    assert day.begin(office.now) == 1
    assert {r.unit.code for r in office.open_tasks(plan)[0].roles} == {"BASE"}


def test_a_task_that_climbed_past_a_vacant_body_comes_back_to_it(office: Office) -> None:
    """Cell and base have nobody who may approve: the ward is waited for, until the base has a
    secretary again."""
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    for name in ("Sau", "Bon", "Bay"):
        [post] = db.session.query(Post).join(Post.person).filter_by(full_name=name)
        with transaction() as session:
            end_post(session, post=post, actor=None, now=office.now)
    assert {r.unit.code for r in office.open_tasks(plan)[0].roles} == {"WARD"}
    with transaction() as session:
        give_post(
            session,
            person=office.person("Moi"),
            unit=office.units["BASE"],
            role="secretary",
            title="Bí thư",
            actor=None,
            now=office.now,
        )
    assert {r.unit.code for r in office.open_tasks(plan)[0].roles} == {"BASE"}


def test_a_task_that_waits_for_nobody_finds_whoever_comes_above(office: Office) -> None:
    """Nobody is left up to the top, not even as a stand-in: a post given above moves the task at once,
    one that comes into force on its day on that day."""
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")

    def waits_for() -> set[str]:
        return {role.unit.code for role in office.open_tasks(plan)[0].roles}

    by = {"actor": None, "now": office.now}
    with transaction() as session:
        for post in session.query(Post).filter(Post.role.in_(("secretary", "standing", "deputy"))):
            end_post(session, post=post, **by)
    assert waits_for() == set()
    leads = {"role": "secretary", "title": "Bí thư"}
    with transaction() as session:
        new = give_post(
            session, person=office.person("Moi"), unit=office.units["BASE"], **leads, **by
        )
    assert waits_for() == {"BASE"}
    with transaction() as session:
        end_post(session, post=new, **by)
        later = {"valid_from": date(2026, 3, 3), **leads, **by}
        give_post(session, person=office.person("Moi"), unit=office.units["WARD"], **later)
    assert waits_for() == set()
    office.wait(days=1)
    assert day.begin(office.now) == 1
    assert waits_for() == {"WARD"}
    why = {"reason_code": "OTHER", "reason": "Chưa rõ ai làm, ngày nào xong."}
    office.act(plan, "return", "Moi", **why)


def test_an_absent_delegate_is_not_waited_for(office: Office) -> None:
    """Whoever acts for a post from outside the unit and then is away leaves the task to others."""
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    [post] = db.session.query(Post).join(Post.person).filter_by(full_name="Sau")
    today = local_day(office.now)
    with transaction() as session:
        delegate(
            session,
            post=post,
            to=office.person("Ty"),
            valid_from=today,
            valid_to=today,
            actor=None,
            now=office.now,
        )
    for name, waits_at in (("Sau", "CELL"), ("Ty", "BASE")):
        with transaction() as session:
            add_absence(
                session,
                person=office.person(name),
                valid_from=today,
                valid_to=today,
                actor=None,
                now=office.now,
            )
        assert {r.unit.code for r in office.open_tasks(plan)[0].roles} == {waits_at}


def open_obligation_tasks(office: Office, code: str, unit: str, name: str | None = None) -> int:
    owed = office.obligation(code, unit, name)
    assert owed is not None
    return db.session.query(Task).filter(Task.obligation == owed, Task.closed_at.is_(None)).count()


def test_a_withdrawn_amendment_leaves_what_is_owed_with_the_old_document(office: Office) -> None:
    plan = office.cell_plan_in_force()
    new = office.act(plan, "amend", "Chi", reason="Thêm việc theo chuyên đề mới.")
    office.act(new, "withdraw", "Chi", reason="Không cần sửa đổi nữa.")
    assert open_obligation_tasks(office, "O-PLAN", "CELL") == 0


def test_what_was_revoked_before_it_was_reported_is_owed_again(office: Office) -> None:
    plan = office.cell_plan_in_force()
    office.act(
        plan,
        "revoke",
        "Sau",
        reason="Ban hành sai thẩm quyền.",
        decision="03-QĐ/CB ngày 02/03/2026 của Chi bộ Thử",
    )
    assert open_obligation_tasks(office, "O-PLAN", "CELL") == 1
    again = office.begin("plan", "Chi", "CELL")
    assert again.obligation_id == plan.obligation_id


def test_a_commitment_begun_before_the_plan_answers_what_the_plan_asks(office: Office) -> None:
    """The obligation opens with the plan; the text that is there already is what it asks for."""
    commitment = office.begin("commitment", "An", "CELL")
    assert commitment.obligation is None
    office.cell_plan_in_force()
    owed = office.obligation("O-COMMIT", "CELL", "An")
    assert owed is not None
    assert commitment.obligation_id == owed.id
    assert open_obligation_tasks(office, "O-COMMIT", "CELL", "An") == 0
    assert open_obligation_tasks(office, "O-COMMIT", "CELL", "Chi") == 1
    office.act(commitment, "submit", "An")
    office.act(commitment, "review", "Chi")
    office.approve(commitment, "Sau")
    office.act(commitment, "report", "Sau")
    assert owed.state == "fulfilled"


def test_an_amendment_of_what_was_withdrawn_still_comes_into_force(office: Office) -> None:
    """Where the superior must accept, a plan may be signed, amended, returned and withdrawn; its
    amendment goes its way."""
    with transaction():
        office.campaign.superior_must_accept = True
    plan = office.cell_plan_in_force()
    new = office.act(plan, "amend", "Chi", reason="Thêm việc theo chuyên đề mới.")
    office.act(plan, "report", "Sau")
    office.act(plan, "return", "Ba", reason_code="OTHER", reason="Chờ bản sửa đổi rồi trình.")
    office.act(plan, "withdraw", "Chi", reason="Đã có bản sửa đổi thay thế.")
    office.act(new, "submit", "Chi")
    office.act(new, "review", "Dung")
    office.approve(new, "Sau", number="03-KH/CB")
    office.act(new, "report", "Sau")
    office.act(new, "review", "Ba")
    office.act(new, "approve", "Bon")
    assert new.is_in_force
    assert plan.state == "withdrawn"


def test_who_let_another_decide_for_him_has_decided(office: Office) -> None:
    """Dung, deputy and acting secretary, lets Le review in his place: he does not approve too."""
    office.post("Dung", "CELL", "secretary", "Quyền Bí thư")
    [post] = db.session.query(Post).filter_by(role="deputy", unit=office.units["CELL"])
    with transaction():
        db.session.add(
            Delegation(
                post=post,
                person=office.person("Le"),
                kinds=[],
                actions=["review"],
                valid_from=date(2026, 3, 1),
                valid_to=date(2026, 3, 31),
                created_at=office.now,
            )
        )
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Le")
    with pytest.raises(Refused) as refused:
        office.approve(plan, "Dung", number="02-KH/CB")
    assert rules(refused) == {"R30"}
    office.approve(plan, "Sau", number="02-KH/CB")


@pytest.mark.databases("sqlite")
def test_what_is_being_amended_is_not_laid_away(office: Office) -> None:
    plan = office.cell_plan_in_force()
    office.act(plan, "report", "Sau")
    office.act(plan, "review", "Ba")
    office.act(plan, "approve", "Bon")
    office.act(plan, "report", "Binh", via="WARD-XDD")
    amendment = office.act(plan, "amend", "Chi", reason="Thêm một việc cho quý IV.")
    office.campaign.closed_at = office.now
    db.session.commit()
    office.wait(days=310)
    with pytest.raises(Refused) as refused:
        office.act(plan, "archive", "Sau")
    assert [reason.rule for reason in refused.value.reasons] == ["R31"]
    office.act(amendment, "withdraw", "Chi", reason="Không còn cần thiết nữa.")
    assert office.act(plan, "archive", "Sau").state == "archived"
