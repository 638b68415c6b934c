"""A post ends while something waits in the queue: whoever does the job asks again, at that moment, what
may be done and seen."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.document import Document
from models.export import ExportJob
from models.notification import Delivery, Notification
from models.post import Post
from models.sitting import AgendaItem
from tests.abuse.said import shown
from tests.abuse.test_two_approvers_at_once import DECISION, approval_form
from tests.cast import Office
from tests.support.house import House
from tests.support.smtp import Postbox
from tests.test_sittings import Meeting
from workers import jobs
from workflows import digest, organisation, preferences

GONE = "Văn bản đã sang bước khác từ khi trang trước mở, hoặc việc này thuộc người khác."
NO_LONGER = (
    "Chưa tải được: có văn bản trong tệp không còn thuộc phạm vi được xem. "
    "Chọn lại văn bản rồi in lại."
)
LEFT_OUT = "%(num)s văn bản không còn thuộc phạm vi được xem nên không in."

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def environment(environment: dict[str, str], smtp: Postbox) -> dict[str, str]:
    return {**environment, "SMTP_URL": smtp.url}


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def end_posts(office: Office, name: str, unit: str) -> None:
    his = sa.select(Post).where(
        Post.person == office.person(name),
        Post.unit == office.units[unit],
        Post.ended_at.is_(None),
    )
    with transaction() as session:
        for post in session.scalars(his):
            organisation.end_post(session, post=post, actor=None, now=office.now)


def test_post_ended_while_an_export_is_queued(house: House, app: Flask) -> None:
    """Chi ordered prints of his cell and of the base, where his post ends before they are made."""
    with house.inside() as office:
        his, theirs = office.begin("plan", "Chi", "CELL").id, office.begin("plan", "Ba", "BASE").id
        with transaction():
            office.post("Chi", "BASE", "committee", "Ủy viên")
    chi = house("Chi")
    for _ in range(2):
        assert chi.post("/exports", {"document": [his, theirs]}).status_code == 303
    with app.app_context():
        made, queued = db.session.scalars(sa.select(ExportJob.id).order_by(ExportJob.id)).all()
        assert jobs.make_export(made)
    with house.inside() as office:
        end_posts(office, "Chi", "BASE")
    with app.app_context():
        assert jobs.make_export(queued)
    answer = chi.get(f"/exports/{queued}/file")
    with zipfile.ZipFile(BytesIO(answer.data)) as pack:
        assert len(pack.namelist()) == 1
    assert shown(chi.get("/exports"), LEFT_OUT, num=1)
    # What was made before it ended is not handed out after.
    too_late = chi.get(f"/exports/{made}/file")
    assert too_late.status_code == 422
    assert shown(too_late, NO_LONGER)


def test_post_ended_while_a_notice_is_queued(house: House, app: Flask, smtp: Postbox) -> None:
    """Dung was told that a plan waits for him; his post ends before the mail leaves. Who has the post
    after him is written to."""
    with house.inside() as office:
        with transaction() as session:
            for name in ("Dung", "An"):
                person = office.person(name)
                person.email = f"{name.lower()}@example.vn"
                preferences.choose(person, {"waits": preferences.AT_ONCE})
            session.flush()
        plan = office.begin("plan", "Chi", "CELL")
        office.act(plan, "submit", "Chi")
        [queued] = db.session.scalars(
            sa.select(Delivery.id)
            .join(Notification)
            .where(Notification.person == office.person("Dung"), Notification.action == "review")
        )
        end_posts(office, "Dung", "CELL")
    with app.app_context():
        assert not jobs.deliver(queued)
        row = db.session.get_one(Delivery, queued)
        assert (row.state, row.error) == ("unwanted", "left the post")
        assert not jobs.deliver(queued), "and it is not tried again"
    assert smtp.letters == []


def test_post_ended_before_the_morning_s_mail(house: House, app: Flask, smtp: Postbox) -> None:
    """The first of what Dung hears in one mail is no longer his: the others are still brought."""
    with house.inside() as office:
        with transaction() as session:
            dung = office.person("Dung")
            dung.email = "dung@example.vn"
            office.post("Dung", "BASE", "deputy", "Phó Bí thư")
            preferences.choose(dung, {"waits": preferences.DIGEST})
            session.flush()
        office.act(office.begin("plan", "Chi", "CELL"), "submit", "Chi")
        office.act(office.begin("plan", "Ba", "BASE"), "submit", "Ba")
        end_posts(office, "Dung", "CELL")
        assert digest.gather(office.now + timedelta(days=1)) == 1
        [carrier] = db.session.scalars(
            sa.select(Delivery.id).where(Delivery.channel == "morning", Delivery.state == "pending")
        )
    with app.app_context():
        assert jobs.deliver(carrier)
        assert {row.state for row in db.session.scalars(sa.select(Delivery))} == {"done"}
    assert len(smtp.letters) == 1


def test_post_ended_while_a_meeting_s_decisions_are_queued(app: Flask) -> None:
    """The minutes were confirmed by who took them: the meeting has decided, and the worker does it
    whoever has left meanwhile. What moved to another body meanwhile is left alone, with a sentence."""
    with app.app_context():
        office = Meeting()
        office.plan()
        mine, other = office.commitment("An").id, office.commitment("Moi").id
        sitting = office.open()
        office.set_up(sitting)
        office.mark(sitting)
        office.close(sitting)
        office.confirm(sitting)
        end_posts(office, "Sau", "CELL")
        with transaction():
            office.post("Moi", "CELL", "secretary", "Bí thư")
        moved = db.session.get_one(Document, other)
        office.act(moved, "revise", "Moi", content=moved.current.content)
        ident = sitting.id
        db.session.remove()
        assert jobs.carry_out(ident)
        rows = db.session.scalars(sa.select(AgendaItem).where(AgendaItem.sitting_id == ident))
        outcomes = {row.document_id: row.outcome for row in rows}
        assert (outcomes[mine], outcomes[other]) == ("approved", "moved_on")
        assert db.session.get_one(Document, other).state == "drafted"


def test_post_ended_while_the_form_was_open(house: House) -> None:
    """No queue but a window: what he had opened before is refused like what he opens after."""
    plan, secretary = house.plan(), house("Sau")
    form = approval_form(secretary, plan)
    with house.inside() as office:
        end_posts(office, "Sau", "CELL")
    before = house.events()
    answer = secretary.send(form, number="02-KH/CB", comment="Đồng ý với kế hoạch.", **DECISION)
    assert answer.status_code in (403, 404)
    assert house.events() == before
    assert house.look(plan).state == "reviewed"
