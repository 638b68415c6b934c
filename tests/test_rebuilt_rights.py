"""Who holds which post, who stands in for whom and who wrote what is built again from events, and whatever
somebody wrote into those tables is named."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from models.base import db, transaction
from models.document import Contribution, Stage
from models.post import Delegation, Post
from models.queries import trail
from tests.cast import Office
from tests.test_organisation import NOW, TODAY, House, house
from workflows import organisation
from workflows.organisation.posts import edit_post
from workflows.trail.rebuild import rebuild
from workflows.trail.rebuild_hands import check_hands
from workflows.trail.rebuild_stages import check_stages
from workflows.trail.report import Fault, Report

__all__ = ["house"]  # a fixture


def test_posts_and_delegations_are_built_again_and_compared(app: Flask, house: House) -> None:
    later = TODAY + timedelta(days=30)
    with transaction() as session:
        deputy = house.give(session, house.binh, "C1", "deputy", "Phó Bí thư", valid_to=later)
        edit_post(
            session,
            post=deputy,
            title="Phó Bí thư phụ trách",
            acting=True,
            valid_from=TODAY,
            valid_to=later,
            actor=None,
            now=NOW,
        )
        first = house.delegate(session, house.binh, kinds=["plan"], actions=["approve"])
        organisation.revoke_delegation(session, delegation=first, actor=house.an, now=NOW)
        house.delegate(session, house.binh)
        organisation.end_post(session, post=house.post, actor=None, now=NOW)
        house.give(session, house.an, "C1", "secretary", "Bí thư", valid_from=TODAY)
        posts, chi = [house.post.id, deputy.id], house.chi.id
    done = rebuild(db.session())
    assert (done.posts, done.delegations, done.whole) == (3, 2, True), done.beside.faults
    was = {table: db.session.execute(table.select().order_by(table.c.id)).all() for table in TABLES}
    for table, values, said in (
        (POST, {"person_id": chi}, "người phải là"),
        (POST, {"role": "inspector"}, "vai trò phải là secretary"),
        (POST, {"ended_at": None}, "thời điểm chấm dứt phải là 2026-03-02T02:00:00.000000Z"),
        (POST, {"title": "Bí thư Thành ủy"}, "tên chức vụ phải là Bí thư"),
        (DELEGATION, {"kinds": []}, "loại văn bản phải là ['plan'], cơ sở dữ liệu ghi []"),
        (DELEGATION, {"revoked_at": None}, "thời điểm chấm dứt phải là"),
        (DELEGATION, {"valid_to": later}, "ngày kết thúc phải là 2026-03-12"),
    ):
        with transaction() as session:
            session.execute(table.update().where(table.c.id == was[table][0].id).values(values))
        [fault] = rebuild(db.session()).beside.faults
        assert said in str(fault), said
        assert fault.unit == "C1"
        with transaction() as session:
            kept = dict(was[table][0]._mapping)
            session.execute(table.update().where(table.c.id == kept["id"]).values(kept))
    with transaction() as session:
        session.execute(POST.update().where(POST.c.id == posts[1]).values(acting=False))
        given = {**was[POST][0]._mapping, "id": 99, "role": "inspector"}
        session.execute(POST.insert().values(given))
        session.execute(DELEGATION.delete().where(DELEGATION.c.id == was[DELEGATION][1].id))
    answer = app.test_cli_runner().invoke(args=["audit", "verify", "--rebuild"])
    assert answer.exit_code == 1
    assert "3 chức vụ" not in answer.output
    for said in (
        "quyền hoặc phụ trách phải là True",
        "Chức vụ số 99: cơ sở",
        "cơ sở dữ liệu không",
    ):
        assert said in answer.output


def stages_that_differ(looked_at: int) -> list[Fault]:
    report = Report()
    with trail.snapshot(db.engine) as snapshot:
        assert check_stages(snapshot, report) == looked_at
    return report.faults


def test_what_each_body_answered_is_built_again(app: Flask) -> None:
    with app.app_context():
        office = Office()
        plan = office.cell_plan_in_force()
        office.act(plan, "report", "Sau")
        office.act(plan, "receive", "Binh")
        assert not stages_that_differ(2)
        cell, base = plan.stages[:2]
        other, later = office.person("An").id, office.now + timedelta(days=1)
        for stage, values, said in (
            (cell, {"state": "approved"}, "trạng thái là reported, cơ sở dữ liệu ghi approved"),
            (cell, {"decided_at": later}, "thời điểm quyết định là 2026-"),
            (cell, {"decided_by_id": other}, f"người quyết định là {office.person('Sau').id}, "),
            (base, {"state": "approved"}, "trạng thái là submitted, cơ sở dữ liệu ghi approved"),
            (base, {"received_at": None}, "thời điểm tiếp nhận là 2026-"),
            (base, {"received_by_id": other}, "người tiếp nhận là "),
            (base, {"decided_by_id": other}, "người quyết định là None"),
        ):
            with transaction() as session:
                was = {name: getattr(stage, name) for name in values}
                session.execute(sa.update(Stage).where(Stage.id == stage.id).values(values))
            [fault] = stages_that_differ(2)
            assert said in str(fault)
            assert (fault.unit, fault.document) == (stage.unit.code, plan.id)
            with transaction() as session:
                session.execute(sa.update(Stage).where(Stage.id == stage.id).values(was))


def test_who_had_a_hand_in_a_text_is_held_against_the_events(app: Flask) -> None:
    with app.app_context():
        office = Office()
        plan = office.begin("plan", "Chi", "CELL")
        office.act(plan, "submit", "Chi")
        other, hand = (
            office.person("Dung").id,
            sa.select(sa.func.min(Contribution.id)).scalar_subquery(),
        )
        first = Contribution.id == hand
        more = {"document_id": plan.id, "person_id": other, "revision": 1, "action": "revise"}
        for change, said in (
            (None, None),
            (sa.delete(Contribution).where(first), "tham gia viết văn bản 1 đã mất"),
            (sa.update(Contribution).where(first).values(person_id=other), "không còn như"),
            (sa.insert(Contribution).values(at=office.now, **more), "mà không sổ nào ghi"),
        ):
            report = Report()
            with db.engine.connect() as connection:  # nothing of it is kept
                if change is not None:
                    connection.execute(change)
                assert check_hands(connection, report) == 2
            assert [said in str(fault) for fault in report.faults] == [True] * (change is not None)


POST, DELEGATION = (db.metadata.tables[model.__tablename__] for model in (Post, Delegation))
TABLES: tuple[sa.Table, ...] = (POST, DELEGATION)
