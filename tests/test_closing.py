"""Units merge, split and close, members move and leave: what waits passes on in one act."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from commands.say import sentence as in_words
from models import db, transaction
from models.change import UnitChange
from models.document import Document
from models.event import AuditEvent
from models.obligation import Obligation
from models.person import Membership, Person
from models.post import Post
from models.sitting import Sitting
from models.task import Task
from models.unit import Unit, superior_of
from tests.cast import TODAY, Office
from tests.test_concurrency import act, at_once
from workflows import day, scope
from workflows.calendar import end_of_day
from workflows.obligations import Basis, extend, joining
from workflows.organisation import closing, delegate, moving
from workflows.refusal import Refused
from workflows.standing import standing
from workflows.trail import verify

OTHER = "CELL2"
WHY = "Việc thứ nhất chưa ghi ngày xong."
NUMBERS = {"approved": "01-KH/CB", "at_base": "02-KH/CB"}


@pytest.fixture
def office(app):
    with app.app_context():
        made = Office()
        with transaction():
            made.person("Admin")
            level = made.units["CELL"].level
            made._unit(OTHER, "Chi bộ Kế Tiếp", "Chi bộ Kế Tiếp", "CB", level, "BASE")
            for name, role in (("Hai", "deputy"), ("Hien", "secretary"), ("Hoa", "committee")):
                made.post(name, OTHER, role)
                db.session.add(
                    Membership(person=made.person(name), unit=made.units[OTHER], standing="full")
                )
        yield made


def merge(office, kind="merge", on=None, **plan):
    on = on or TODAY
    office.wait(minutes=1)
    with transaction() as session:
        return closing.close_unit(
            session,
            unit=office.units["CELL"],
            kind=kind,
            plan=closing.Plan((office.units[plan.pop("to", OTHER)],), **plan),
            decision="25-QĐ/ĐU, 02/03/2026",
            effective_on=on,
            actor=office.person("Admin"),
            now=office.now,
        )


def said(refusal):
    return " ".join(in_words(reason) for reason in refusal.value.reasons)


def papers(office):
    """A plan of the cell in every state that waits for somebody, by its state."""
    made = {}
    for goal in ("drafted", "submitted", "reviewed", "approved", "returned", "at_base"):
        plan = office.begin("plan", "Chi", "CELL", title=goal)
        made[goal] = plan
        if goal == "drafted":
            continue
        office.act(plan, "submit", "Chi")
        if goal == "submitted":
            continue
        if goal == "returned":
            office.act(
                plan,
                "return",
                "Dung",
                reason_code="OTHER",
                reason=WHY,
            )
            continue
        office.act(plan, "review", "Dung")
        if goal == "reviewed":
            continue
        office.approve(plan, "Sau", number=NUMBERS[goal])
        if goal == "at_base":
            office.act(plan, "report", "Sau")
    return made


def holders(document):
    """Who the open task of a document waits for: (unit code, role)."""
    task = db.session.scalars(
        sa.select(Task).where(Task.document_id == document.id, Task.closed_at.is_(None))
    ).one()
    return {(role.unit.code, role.role) for role in task.roles}


def test_a_merge_passes_on_every_paper_that_waits(office):
    made = papers(office)
    merge(office)
    cell, other = office.units["CELL"], office.units[OTHER]
    for state in ("drafted", "submitted", "reviewed", "returned"):
        paper = made[state]
        assert paper.unit is other, state
        assert paper.stages[0].unit is other
        assert {unit for unit, _ in holders(paper)} == {OTHER}, state
    assert holders(made["approved"]) == {(OTHER, "secretary")}
    assert holders(made["at_base"]) & {("BASE", "advisor")}
    for state in ("approved", "at_base"):  # issued: the old unit's paper for ever
        assert made[state].unit is cell
        assert made[state].stages[0].unit is cell
    # The successor goes on where the old one stopped.
    office.act(made["submitted"], "review", "Hai")
    office.approve(made["reviewed"], "Hien", number="01-KH/CB")
    office.act(made["approved"], "report", "Hien")
    office.act(
        made["at_base"],
        "return",
        "Ba",
        reason_code="OTHER",
        reason=WHY,
    )
    assert {unit for unit, _ in holders(made["at_base"])} == {OTHER}
    office.act(
        made["at_base"], "revise", "Hoa", title="Bản mới", content=made["at_base"].current.content
    )
    with pytest.raises(Exception, match="POST"):
        office.act(made["drafted"], "submit", "Dung")


@pytest.mark.databases("sqlite")
def test_a_draft_that_passes_to_the_same_day_keeps_its_task_and_its_ladder(office):
    draft = office.begin("plan", "Chi", "CELL")
    with transaction():
        [own] = joining.join_unit(office.units[OTHER], now=office.now)
    [before] = office.open_tasks(draft)
    assert before.due_at == end_of_day(own.effective_due)
    merge(office)
    assert (draft.obligation, draft.unit) == (own, office.units[OTHER])
    assert [task.id for task in office.open_tasks(draft)] == [before.id]


@pytest.mark.databases("sqlite")
def test_a_merge_moves_members_posts_and_what_they_owe(office):
    owed = db.session.scalars(
        sa.select(Obligation).where(
            Obligation.unit_id == office.units["CELL"].id, Obligation.state == "open"
        )
    ).all()
    assert owed
    day = date(2026, 4, 28)
    draft = office.begin("plan", "Chi", "CELL")
    with transaction():
        [own] = joining.join_unit(office.units[OTHER], now=office.now)
        letter = Basis(number="11-CV/ĐU", dated_on=TODAY, issuer="Đảng ủy Trường Thử")
        granted = {"reason": "Chi bộ đi tập huấn.", "actor": office.person("Bon")}
        extend(own, new_due=day, basis=letter, now=office.now, **granted)
    merge(office)
    cell, other = office.units["CELL"], office.units[OTHER]
    # The draft answers what the successor owes, on the day on which that owes it.
    assert (draft.obligation, draft.unit) == (own, other)
    assert office.open_tasks(draft)[0].due_at == end_of_day(day)
    assert cell.valid_to == TODAY - timedelta(days=1)
    here = sa.select(Membership).where(Membership.valid_to.is_(None))
    members = {
        m.person.full_name for m in db.session.scalars(here.where(Membership.unit_id == other.id))
    }
    assert members == {"An", "Chi", "Dung", "Sau", "Hai", "Hien", "Hoa"}
    assert not db.session.scalars(
        sa.select(Post).where(Post.unit_id == cell.id, Post.ended_at.is_(None))
    ).all()
    for obligation in owed:
        db.session.refresh(obligation)
        assert obligation.unit_id == other.id or obligation.state == "waived"
    assert superior_of(cell.id, line="party", day=TODAY) is None
    actions = [e.action for e in _log(cell)] + [e.action for e in _log(other)]
    assert actions.count("unit_closed") == 1
    assert actions.count("unit_took_over") == 1


def commitment(office, name="An", until="submit"):
    paper = office.begin("commitment", name, "CELL")
    office.act(paper, "submit", name)
    if until == "approve":
        office.act(paper, "review", "Dung")
        office.approve(paper, "Sau", number=None)
    return paper


def read_by(paper, *names):
    return {name for name in names if _reads(paper, name)}


def _reads(paper, name):
    person = db.session.scalar(sa.select(Person).where(Person.full_name == name))
    now = paper.updated_at
    seen = db.session.scalar(
        sa.select(Document.id).where(Document.id == paper.id, scope.visible_documents(person, now))
    )
    return seen is not None and scope.can_read_text(paper, person, now)


@pytest.mark.databases("sqlite")
def test_the_commitments_of_a_merged_cell_are_read_at_the_successor(office):
    office.cell_plan_in_force()
    paper = commitment(office)
    assert read_by(paper, "An", "Sau", "Hien") == {"An", "Sau"}
    merge(office)
    assert paper.unit.code == OTHER
    assert read_by(paper, "An", "Sau", "Hien") == {"An", "Hien"}
    assert {unit for unit, _ in holders(paper)} == {OTHER}
    assert not verify(db.session()).faults


def transfer(office, name, to=OTHER, on=TODAY):
    office.wait(minutes=1)
    with transaction() as session:
        membership = session.scalars(
            sa.select(Membership).where(
                Membership.person_id == office.person(name).id, Membership.valid_to.is_(None)
            )
        ).one()
        moving.transfer(
            session,
            membership=membership,
            to=office.units[to],
            day=on,
            decision="3-QĐ/ĐU",
            actor=office.person("Admin"),
            now=office.now,
        )


@pytest.mark.parametrize("until", ["submit", "approve"])
def test_a_movers_commitment_follows_him(office, until):
    office.cell_plan_in_force()
    paper = commitment(office, "Chi", until)
    office.begin("commitment", "An", "CELL")
    with transaction() as session:
        post = office.post("Hien", "CELL", "deputy")
        delegate(
            session,
            post=post,
            to=office.person("Chi"),
            valid_from=TODAY,
            valid_to=TODAY + timedelta(days=30),
            actor=None,
            now=office.now,
        )
    transfer(office, "Chi")
    assert paper.unit.code == OTHER
    assert read_by(paper, "Chi", "Sau", "Dung", "Hien") == {"Chi", "Hien"}
    held = sa.select(Post).where(Post.person_id == office.person("Chi").id, Post.ended_at.is_(None))
    assert not db.session.scalars(held).all()
    assert not standing(office.person("Chi"), office.now).delegations
    if until == "submit":
        assert {unit for unit, _ in holders(paper)} == {OTHER}
        assert office.obligation("O-COMMIT", OTHER, "Chi").state == "open"
        office.act(paper, "review", "Hai")
    assert office.obligation("O-COMMIT", "CELL", "An") is not None  # who stays, stays
    assert not verify(db.session()).faults


@pytest.mark.databases("sqlite")
def test_a_move_that_lies_ahead_happens_on_its_day(office):
    office.cell_plan_in_force()
    paper = commitment(office)
    transfer(office, "An", on=TODAY + timedelta(days=3))
    assert paper.unit.code == "CELL"
    for days in (2, 1):
        office.wait(days=days)
        day.begin(office.now)
        db.session.expire_all()
        assert paper.unit.code == ("CELL" if days == 2 else OTHER)


@pytest.mark.databases("sqlite")
def test_a_leaver_owes_nothing_any_more(office):
    office.cell_plan_in_force()
    office.wait(minutes=1)
    owed = office.obligation("O-COMMIT", "CELL", "Chi")
    assert owed.state == "open"

    def depart(decision):
        with transaction() as session:
            moving.depart(
                session,
                person=office.person("Chi"),
                last_day=TODAY - timedelta(days=1),
                decision=decision,
                actor=office.person("Admin"),
                now=office.now,
            )

    with pytest.raises(Refused) as refusal:
        depart("")
    assert "Chưa ghi căn cứ" in said(refusal)
    depart("15-QĐ/ĐU, 02/03/2026")
    db.session.expire_all()
    assert owed.state == "waived"
    mine = sa.select(Task).where(
        Task.person_id == office.person("Chi").id, Task.closed_at.is_(None)
    )
    assert not db.session.scalars(mine).all()
    assert not scope.posts_held(office.person("Chi"), office.now)
    with pytest.raises(Refused) as refusal:
        depart("15-QĐ/ĐU")
    assert "không còn thuộc đơn vị" in said(refusal)


@pytest.mark.databases("sqlite")
def test_a_superior_that_merges_leaves_its_cells_papers_to_the_heir(office):
    with transaction():
        level = office.units["BASE"].level
        office._unit("BASE2", "Đảng ủy Mới", "Đảng ủy Mới", "ĐU", level, "WARD")
        office.post("Moi", "BASE2", "advisor")
    made = papers(office)
    with transaction() as session:
        closing.close_unit(
            session,
            unit=office.units["BASE"],
            kind="merge",
            plan=closing.Plan((office.units["BASE2"],)),
            decision="1-QĐ/ĐU",
            effective_on=TODAY,
            actor=None,
            now=office.now,
        )
    for state, paper in made.items():
        assert [stage.unit.code for stage in paper.stages] == ["CELL", "BASE2", "WARD"], state
    assert holders(made["at_base"]) == {("BASE2", "advisor")}
    assert superior_of(office.units["CELL"].id, line="party", day=TODAY).code == "BASE2"
    office.act(made["at_base"], "review", "Moi")
    assert not verify(db.session()).faults


def test_a_split_sends_each_where_he_is_told(office):
    office.cell_plan_in_force()
    stays, goes = commitment(office, "An"), commitment(office, "Chi")
    with transaction():
        level = office.units["CELL"].level
        office._unit("CELL3", "Chi bộ Ba", "Chi bộ Ba", "CB", level, "BASE")
    members = {
        m.person.full_name: m.id
        for m in db.session.scalars(
            sa.select(Membership).where(Membership.unit_id == office.units["CELL"].id)
        )
    }
    post = db.session.scalars(
        sa.select(Post).where(Post.unit_id == office.units["CELL"].id, Post.role == "secretary")
    ).one()
    with transaction() as session:
        closing.close_unit(
            session,
            unit=office.units["CELL"],
            kind="split",
            plan=closing.Plan(
                (office.units[OTHER], office.units["CELL3"]),
                members={
                    members["Chi"]: office.units["CELL3"].id,
                    members["Sau"]: office.units["CELL3"].id,
                    members["Dung"]: closing.NOWHERE,
                },
                posts={post.id: office.units["CELL3"].id},
            ),
            decision="2-QĐ/ĐU",
            effective_on=TODAY,
            actor=None,
            now=office.now,
        )
    assert stays.unit.code == OTHER
    assert goes.unit.code == "CELL3"
    assert read_by(stays, "Hien", "Sau") == {"Hien"}
    assert read_by(goes, "Hien", "Sau") == {"Sau"}
    assert not scope.member_unit_ids(office.person("Dung"), office.now)
    assert not verify(db.session()).faults


@pytest.mark.databases("sqlite")
def test_a_closed_unit_owes_nothing_and_its_papers_stay_readable(office):
    plan = office.cell_plan_in_force()
    draft = office.begin("plan", "Chi", "CELL")
    merge(office, "close", to="BASE")
    states = db.session.scalars(
        sa.select(Obligation.state).where(
            Obligation.unit_id == office.units["CELL"].id, Obligation.person_id.is_(None)
        )
    ).all()
    assert set(states) <= {"waived", "fulfilled", "fulfilled_late"}
    assert draft.unit.code == "CELL"
    assert not office.open_tasks(draft)
    assert holders(plan) == {("BASE", "clerk")}
    assert scope.takes_part(plan, office.person("Bon"), office.now)


@pytest.mark.databases("sqlite")
def test_what_is_decided_for_a_coming_day_is_done_at_its_start(office):
    made = papers(office)
    merge(office, on=TODAY + timedelta(days=2))
    assert holders(made["submitted"])
    assert office.units["CELL"].valid_to is None
    with pytest.raises(Refused) as refusal:
        merge(office, on=TODAY + timedelta(days=5))
    assert "đang chờ ngày" in said(refusal)
    office.wait(days=2)
    day.begin(office.now)
    db.session.expire_all()
    assert office.units["CELL"].valid_to == TODAY + timedelta(days=1)
    assert made["submitted"].unit.code == OTHER
    assert day.begin(office.now) == 0


@pytest.mark.databases("sqlite")
def test_a_decision_for_a_coming_day_can_be_cancelled(office):
    merge(office, on=TODAY + timedelta(days=2))
    with transaction() as session:
        closing.cancel(session, unit=office.units["CELL"], actor=None, now=office.now)
    office.wait(days=2)
    day.begin(office.now)
    assert office.units["CELL"].valid_to is None
    with pytest.raises(Refused), transaction() as session:
        closing.cancel(session, unit=office.units["CELL"], actor=None, now=office.now)


WRONG = (
    ({"decision": ""}, "Chưa ghi quyết định"),
    ({"successors": ()}, "Chưa có đơn vị tiếp nhận"),
    ({"successors": ("BASE",)}, "không thể tiếp nhận chính nó"),
    ({"successors": ("CELL",)}, "đang ở dưới"),
    ({"successors": ("WARD-XDD",)}, "khác loại"),
    ({"successors": ("WARD", "PROVINCE")}, "sáp nhập và chấm dứt thì chỉ một"),
    ({"kind": "split", "successors": ("WARD",)}, "Chia tách cần ít nhất hai"),
    ({"kind": "x"}, "Chọn sáp nhập"),
    ({"effective_on": date(1800, 1, 1)}, "nằm ngoài khoảng"),
    ({"children": {1: 99}}, "Chọn một trong các đơn vị tiếp nhận"),
)


def test_acts_and_a_merger_at_once_leave_nothing_behind(office, app):
    made = papers(office)
    jobs = [(made["submitted"], "review", "Dung"), (made["at_base"], "review", "Ba")]
    jobs = [
        (paper.id, action, office.person(who).id, (paper.revision, paper.version))
        for paper, action, who in jobs
    ]
    now, admin = office.now, office.person("Admin").id
    unit, heir = office.units["CELL"].id, office.units[OTHER].id
    db.session.remove()

    def close():
        with transaction() as session:
            closing.close_unit(
                session,
                unit=session.get_one(Unit, unit),
                kind="merge",
                plan=closing.Plan((session.get_one(Unit, heir),)),
                decision="1-QĐ/ĐU",
                effective_on=TODAY,
                actor=session.get_one(Person, admin),
                now=now,
            )

    outcomes = at_once(
        app,
        [close, close, *(partial(act, *job, now, comment="Đồng ý.") for job in jobs)],
    )
    # Of two mergers one is told; a review came before the merger, or hears that it came too late.
    assert outcomes["Refused"] + outcomes["Stale"] + outcomes["Forbidden"] == 4 - outcomes["done"]
    assert outcomes["done"] >= 1
    left = sa.select(Task).where(Task.unit_id == unit, Task.closed_at.is_(None))
    assert not db.session.scalars(left).all()
    assert not verify(db.session()).faults


@pytest.mark.databases("sqlite")
def test_a_wrong_decision_is_refused(office):
    for change, sentence in WRONG:
        given = {"kind": "merge", "successors": ("WARD",), "decision": "1", "effective_on": TODAY}
        given |= change
        plan = closing.Plan(
            tuple(office.units[code] for code in given.pop("successors")),
            children=given.pop("children", {}),
        )
        with pytest.raises(Refused) as refusal, transaction() as session:
            closing.close_unit(
                session, unit=office.units["BASE"], plan=plan, actor=None, now=office.now, **given
            )
        assert sentence in said(refusal)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(UnitChange)) == 0


@pytest.mark.databases("sqlite")
def test_an_unfinished_meeting_holds_a_closing_up(office):
    with transaction() as session:
        session.add(
            Sitting(
                unit=office.units["CELL"],
                held_on=TODAY,
                chair=office.person("Sau"),
                opened_by_id=office.person("Sau").id,
                opened_at=office.now,
                saved_at=office.now,
            )
        )
    with pytest.raises(Refused) as refusal:
        merge(office)
    assert "chưa xong" in said(refusal)
    merge(office, on=TODAY + timedelta(days=1))
    office.wait(days=1)
    day.begin(office.now)
    assert office.units["CELL"].valid_to is None  # it waits, and the page says why
    assert closing.obstacles(db.session(), office.units["CELL"], TODAY, office.now, planned=True)


def _log(unit):
    return db.session.scalars(
        sa.select(AuditEvent).where(AuditEvent.unit_id == unit.id).order_by(AuditEvent.seq)
    ).all()
