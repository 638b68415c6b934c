"""Notices: each told by the act that causes it, each with a page behind it, none with anything personal
in its mail."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

import clock
from models.base import db, transaction
from models.deadline import Escalation
from models.document import Document
from models.notification import Delivery, Notification
from models.person import Membership, Person
from models.post import Post
from models.task import Task
from tests.cast import Office
from tests.support.house import House
from tests.support.smtp import Postbox
from tests.support.visitor import says
from workers import jobs
from workflows import delivery, ladder, lists, obligations, preferences
from workflows.calendar import at_seven

TEXTS = ("Văn bản của", "Số hóa hồ sơ", "15 lượt người", "Còn thiếu chỉ tiêu", "Quầy không hẹn")
EVERY = ("waits", "due_soon", "returned", "decided", "received", "escalated", "read")


@pytest.fixture
def environment(environment: dict[str, str], smtp: Postbox) -> dict[str, str]:
    return {**environment, "SMTP_URL": smtp.url, "PUBLIC_URL": "https://duyet.example"}


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def told(office: Office, topic: str) -> set[tuple[str, str]]:
    """(who, of which act) of every notice of this topic."""
    rows = db.session.execute(
        sa.select(Person.full_name, Notification.action)
        .join(Notification, Notification.person_id == Person.id)
        .where(Notification.topic == topic)
    )
    return {(name, action) for name, action in rows}


def test_each_topic_is_told_by_its_act(app: Flask) -> None:
    with app.app_context():
        office = Office()
        plan = office.begin("plan", "Chi", "CELL")
        office.act(plan, "submit", "Chi")
        assert ("Dung", "review") in told(office, "waits")
        office.act(plan, "return", "Dung", reason_code="OTHER", reason="Còn thiếu chỉ tiêu cụ thể.")
        assert ("Chi", "submit") in told(office, "returned"), "it waits for him again"
        office.act(plan, "revise", "Chi", title="Văn bản của CELL, đã sửa")
        office.act(plan, "submit", "Chi")
        office.act(plan, "review", "Dung")
        office.approve(plan, "Sau", number="02-KH/CB")
        assert {("Chi", "review"), ("Chi", "approve")} <= told(office, "decided")
        office.act(plan, "report", "Sau")
        office.act(plan, "receive", "Ba")
        assert told(office, "received") == {("Chi", "receive"), ("Sau", "receive")}
        assert told(office, "due_soon") == told(office, "escalated") == set()
        # The base's own plan: due 31/03; reminded five working days and one before, then late.
        for day in (date(2026, 3, 24), date(2026, 3, 30)):
            ladder.sweep(at_seven(day))
        assert {name for name, _ in told(office, "due_soon")} >= {"Bon", "Bay"}
        for day in (date(2026, 4, 1), date(2026, 4, 3)):
            ladder.sweep(at_seven(day))
        late = {name for name, _ in told(office, "escalated")}
        assert {"Bon", "Vy", "Vinh", "Xuan"} <= late
        assert "Kiem" not in late, "an inspector reads, nobody waits for him"


@pytest.mark.databases("sqlite")
def test_whoever_is_on_a_list_hears_that_it_was_received(app: Flask) -> None:
    """Of a commitment its author alone, however it went up."""
    with app.app_context():
        office = Office()
        office.act(office.cell_plan_in_force(), "report", "Sau")
        mine = office.begin("commitment", "An", "CELL")
        office.act(mine, "submit", "An")
        office.act(mine, "review", "Dung")
        office.approve(mine, "Sau")
        office.wait(minutes=1)
        with transaction():
            made = lists.report_list(
                office.units["CELL"],
                office.campaign,
                [(mine, mine.revision, mine.version)],
                actor=office.person("Sau"),
                now=office.now,
            )
        office.wait(minutes=1)
        with transaction():
            lists.receive_list(db.session.merge(made), actor=office.person("Ba"), now=office.now)
        assert told(office, "received") == {("An", "receive")}


@pytest.mark.databases("sqlite")
def test_no_mail_of_any_topic_says_anything_personal(
    house: House, app: Flask, smtp: Postbox
) -> None:
    with house.inside() as office:
        with transaction():
            for name, person in office.people.items():
                person.email = f"{name.lower()}@example.vn"
                mailed = dict.fromkeys(EVERY, preferences.AT_ONCE)
                preferences.choose(person, {**mailed, "body": preferences.DIGEST})
        whole_story(office)
        assert {topic for topic in EVERY if told(office, topic)} == {*EVERY} - {"read"}
    with app.app_context():
        for _ in range(3):
            jobs.deliver(*delivery.due_deliveries(clock.real_now()))
        undone = sa.select(sa.func.count()).where(Delivery.state == "pending")
        assert db.session.scalar(undone) == 0
        names = [p.full_name for p in db.session.scalars(sa.select(Person))]
    assert len(smtp.letters) > 20
    for letter in smtp.letters:
        words = f"{letter['Subject']} {letter.get_content()}".replace("Chi bộ", "")
        assert not [text for text in TEXTS if text in words]
        assert not [name for name in names if f" {name} " in f" {words} "]


def whole_story(office: Office) -> None:
    """A plan from the draft to its receipt, a commitment sent back, and a base that is late."""
    plan = office.begin("plan", "Chi", "CELL")
    office.act(plan, "submit", "Chi")
    office.act(plan, "return", "Dung", reason_code="OTHER", reason="Còn thiếu chỉ tiêu cụ thể.")
    office.act(plan, "revise", "Chi", title="Văn bản của CELL, đã sửa")
    office.act(plan, "submit", "Chi")
    office.act(plan, "review", "Dung")
    office.approve(plan, "Sau", number="02-KH/CB")
    office.act(plan, "report", "Sau")
    office.act(plan, "receive", "Ba")
    office.act(office.begin("commitment", "An", "CELL"), "submit", "An")
    for day in (date(2026, 3, 24), date(2026, 4, 1), date(2026, 4, 3)):
        ladder.sweep(at_seven(day))
        office.now = at_seven(day)


@pytest.mark.databases("sqlite")
def test_the_page_says_what_and_leads_there(house: House) -> None:
    with house.inside() as office:
        whole_story(office)
        climbed = db.session.scalars(
            sa.select(Escalation.id)
            .join(Task, Escalation.task_id == Task.id)
            .where(Escalation.rung == 2, Escalation.from_unit_id == office.units["BASE"].id)
            .limit(1)
        ).one()
        plan_id = db.session.scalars(sa.select(Document.id).where(Document.kind == "plan")).one()
    vy = house("Vy")
    page = vy.get("/notifications")
    assert says(page, "Đảng bộ Trường Thử chưa báo cáo")
    assert says(page, "Hôm nay")
    assert says(page, "Việc quá hạn báo lên")
    with house.inside() as office:
        mine = db.session.scalars(
            sa.select(Notification.id)
            .join(Escalation, Escalation.event_id == Notification.event_id)
            .where(Notification.person_id == office.person("Vy").id, Escalation.id == climbed)
        ).one()
    answer = vy.post(f"/notifications/{mine}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/escalations/{climbed}"
    assert vy.get(answer.headers["Location"]).status_code == 200
    # What comes: the reminder of one's own body names what is owed, and leads to it.
    bon = house("Bon")
    assert says(bon.get("/notifications"), "Sắp đến hạn, Thứ Ba 31/03/2026: Kế hoạch năm")
    # What happened: to the paper.
    chi = house("Chi")
    with house.inside() as office:
        received = db.session.scalars(
            sa.select(Notification.id).where(
                Notification.topic == "received",
                Notification.person_id == office.person("Chi").id,
            )
        ).one()
    assert chi.post(f"/notifications/{received}").headers["Location"] == f"/documents/{plan_id}"


@pytest.mark.databases("sqlite")
def test_read_one_read_all_and_nobody_else_s(house: House) -> None:
    with house.inside() as office:
        office.act(office.begin("plan", "Chi", "CELL"), "submit", "Chi")
        ids = list(
            db.session.scalars(
                sa.select(Notification.id).where(Notification.person_id == office.person("Dung").id)
            )
        )
    dung = house("Dung")
    assert dung.get("/notifications").text.count("entry--unread") == len(ids) > 1
    stayed = dung.post(f"/notifications/{ids[0]}", {"stay": "1"})
    assert stayed.headers["Location"] == "/notifications"
    assert dung.get("/notifications").text.count("entry--unread") == len(ids) - 1
    assert house("Sau").post(f"/notifications/{ids[1]}").status_code == 404
    assert dung.post("/notifications/read").status_code == 303
    assert "entry--unread" not in dung.get("/notifications").text


@pytest.mark.databases("sqlite")
def test_an_extension_is_told_with_what_it_is_about(house: House) -> None:
    with house.inside() as office:
        office.cell_plan_in_force()
        owed = office.obligation("O-COMMIT", "CELL", "Dung")
        assert owed is not None
        office.wait(minutes=1)
        with transaction():
            obligations.extend(
                owed,
                new_due=date(2026, 4, 20),
                actor=office.person("Sau"),
                now=office.now,
                reason="Đi công tác dài ngày theo quyết định.",
                basis=obligations.Basis(
                    number="05-QĐ/CB", dated_on=date(2026, 3, 2), issuer="Chi bộ Thử"
                ),
            )
        ident = owed.id
        note = db.session.scalars(
            sa.select(Notification.id).where(Notification.action == "extend")
        ).one()
    dung = house("Dung")
    page = dung.get("/notifications")
    assert says(page, "Được gia hạn đến hết Thứ Hai 20/04/2026: Bản cam kết.")
    assert "công tác dài ngày" not in page.text
    assert dung.post(f"/notifications/{note}").headers["Location"] == f"/obligations/{ident}"


@pytest.mark.databases("sqlite")
def test_where_there_is_nothing_to_open_any_more(house: House, app: Flask) -> None:
    """His post has ended: the notice stays, and leads to his desk."""
    with house.inside() as office:
        office.act(office.begin("plan", "Chi", "CELL"), "submit", "Chi")
        dung = office.person("Dung").id
        with transaction():
            db.session.execute(
                sa.update(Post).where(Post.person_id == dung).values(ended_at=office.now)
            )
            db.session.execute(
                sa.update(Membership)
                .where(Membership.person_id == dung)
                .values(valid_to=date(2026, 3, 1))
            )
        ident = db.session.scalars(
            sa.select(Notification.id).where(
                Notification.person_id == dung, Notification.action == "review"
            )
        ).one()
    gone = house("Dung")
    assert says(gone.get("/notifications"), "Chờ cho ý kiến")
    assert gone.post(f"/notifications/{ident}").headers["Location"] == "/"
