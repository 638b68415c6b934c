"""How one hears of what: at once, in the morning, only in the app; and the light one reads by."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

import clock
from models.base import db, transaction
from models.document import Document
from models.notification import Delivery, Notification
from models.person import Person
from tests.cast import Office
from tests.support.house import House
from tests.support.smtp import Postbox
from tests.support.visitor import says
from workers.mail import mailer
from workflows import delivery, digest, preferences
from workflows.refusal import Refused

MONDAY_8 = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 08:00 in Việt Nam, when the office opens
TUESDAY_7 = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
SATURDAY_7 = datetime(2026, 3, 7, 0, 0, tzinfo=UTC)


@pytest.fixture
def environment(environment: dict[str, str], smtp: Postbox) -> dict[str, str]:
    return {**environment, "SMTP_URL": smtp.url, "PUBLIC_URL": "https://duyet.example"}


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def office_with_mail() -> Office:
    """Everybody has an address, and hears of himself alone."""
    office = Office()
    with transaction():
        for name, person in office.people.items():
            person.email = f"{name.lower()}@example.vn"
            preferences.choose(person, {"body": "app"})
    return office


def wants(office: Office, name: str, **choices: str) -> None:
    with transaction():
        preferences.choose(office.person(name), choices)


def submitted_plan(office: Office) -> Document:
    """Of which Dung hears twice: there is a draft to finish, then a text to review."""
    plan = office.begin("plan", "Chi", "CELL")
    return office.act(plan, "submit", "Chi")


def states(office: Office, name: str) -> list[tuple[str, str]]:
    """(topic, state of its mail) of each notice that was to be mailed to a person."""
    rows = db.session.execute(
        sa.select(Notification.topic, Delivery.state)
        .join(Delivery, Delivery.notification_id == Notification.id)
        .where(Notification.person_id == office.person(name).id)
        .order_by(Delivery.id)
    )
    return [(topic, state) for topic, state in rows]


def send_all(app: Flask) -> int:
    settings, now = app.config["SETTINGS"], clock.real_now()
    return sum(
        delivery.deliver(one, now=now, mailer=mailer(settings), public_url=settings.public_url)
        for one in delivery.due_deliveries(now)
    )


@pytest.mark.databases("sqlite")
def test_without_a_choice_the_defaults_hold(app: Flask) -> None:
    with app.app_context():
        office = office_with_mail()
        assert preferences.chosen(office.person("Dung")) == {**preferences.DEFAULTS, "body": "app"}
        submitted_plan(office)
        assert states(office, "Dung") == [("waits", "pending")] * 2
        wants(office, "Dung", waits="app")
        assert preferences.chosen(office.person("Dung"))["waits"] == "app"
        submitted_plan(office)
        assert states(office, "Dung") == [("waits", "pending")] * 2
        told = sa.select(sa.func.count()).where(
            Notification.person_id == office.person("Dung").id, Notification.topic == "waits"
        )
        assert db.session.scalar(told) == 4, "the app tells of it all the same"


def test_one_mail_in_the_morning_and_only_one(app: Flask, smtp: Postbox) -> None:
    with app.app_context():
        office = office_with_mail()
        wants(office, "Dung", waits="digest")
        plan = submitted_plan(office)
        office.act(plan, "revise", "Chi", title="Văn bản khác của CELL")
        assert states(office, "Dung") == [("waits", "held")] * 3
        send_all(app)
        smtp.letters.clear()
        assert digest.gather(TUESDAY_7 - timedelta(seconds=1)) == 0
        assert digest.gather(TUESDAY_7) == 1
        assert digest.gather(TUESDAY_7 + timedelta(minutes=1)) == 0
        assert {state for _, state in states(office, "Dung")} == {"carried"}
        assert send_all(app) == 1
        assert {state for _, state in states(office, "Dung")} == {"done"}
        assert send_all(app) == 0
    [letter] = smtp.letters
    assert letter["Subject"] == "Duyệt: thư buổi sáng, 3 thông báo chưa xem"
    text = letter.get_content()
    assert "- việc đang chờ: 3" in text
    assert "https://duyet.example/preferences" in text
    assert "Văn bản của" not in text
    assert "Dung" not in text


@pytest.mark.databases("sqlite")
def test_nothing_on_a_day_off_and_what_was_seen_is_not_sent(app: Flask, smtp: Postbox) -> None:
    with app.app_context():
        office = office_with_mail()
        wants(office, "Dung", waits="digest")
        submitted_plan(office)
        assert digest.gather(SATURDAY_7) == 0
        assert digest.gather(SATURDAY_7 + timedelta(days=1)) == 0
        with transaction():
            db.session.execute(sa.update(Notification).values(read_at=office.now))
        assert digest.gather(SATURDAY_7 + timedelta(days=2)) == 0
        assert states(office, "Dung") == [("waits", "unwanted")] * 2
    assert smtp.letters == []


def test_a_death_after_sending_repeats_the_same_morning_mail(app: Flask, smtp: Postbox) -> None:
    settings = app.config["SETTINGS"]

    def send_and_die(mail: delivery.Mail) -> None:
        mailer(settings)(mail)
        raise KeyboardInterrupt

    with app.app_context():
        office = office_with_mail()
        wants(office, "Dung", waits="digest")
        submitted_plan(office)
        with transaction():
            db.session.execute(sa.delete(Delivery).where(Delivery.channel == "mail"))
        assert digest.gather(TUESDAY_7) == 1
        [one] = delivery.due_deliveries(clock.real_now())
        with pytest.raises(KeyboardInterrupt):
            delivery.deliver(one, now=clock.real_now(), mailer=send_and_die, public_url="http://x")
        later = clock.real_now() + timedelta(minutes=1)
        assert delivery.deliver(one, now=later, mailer=mailer(settings), public_url="http://x")
        assert {state for _, state in states(office, "Dung")} == {"done"}
    assert len(smtp.letters) == 2
    assert len({letter["Message-ID"] for letter in smtp.letters}) == 1


def test_two_gatherers_make_one_mail(app: Flask) -> None:
    with app.app_context():
        office = office_with_mail()
        wants(office, "Dung", waits="digest")
        submitted_plan(office)
    made: list[int] = []
    together = threading.Barrier(3)

    def work() -> None:
        with app.app_context():
            together.wait()
            made.append(sum(digest.gather(TUESDAY_7) for _ in range(2)))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 0, 1]


@pytest.mark.databases("sqlite")
def test_a_change_of_mind_takes_along_what_waits(app: Flask) -> None:
    with app.app_context():
        office = office_with_mail()
        wants(office, "Dung", waits="digest")
        plan = office.begin("plan", "Chi", "CELL")
        wants(office, "Dung", waits="at_once")
        assert states(office, "Dung") == [("waits", "pending")]
        wants(office, "Dung", waits="digest")
        office.act(plan, "submit", "Chi")
        wants(office, "Dung", waits="app")
        assert states(office, "Dung") == [("waits", "pending"), ("waits", "unwanted")]
        assert digest.gather(TUESDAY_7) == 0


@pytest.mark.databases("sqlite")
def test_an_escalation_is_never_told_only_in_the_app(app: Flask) -> None:
    with app.app_context():
        office = office_with_mail()
        wants(office, "Sau", escalated="digest")
        for choices in ({"escalated": "app"}, {"waits": "never"}, {"weather": "app"}):
            with pytest.raises(Refused):
                wants(office, "Sau", **{"read": "at_once", **choices})
        assert preferences.chosen(office.person("Sau"))["read"] == "app"


@pytest.mark.databases("sqlite")
def test_who_reported_and_who_wrote_hear_that_the_superior_received(app: Flask) -> None:
    with app.app_context():
        office = office_with_mail()
        plan = office.cell_plan_in_force()
        office.act(plan, "report", "Sau")
        office.act(plan, "receive", "Ba")
        rows = db.session.execute(
            sa.select(Person.full_name, Delivery.state)
            .join(Notification, Notification.person_id == Person.id)
            .join(Delivery)
            .where(Notification.topic == "received")
        )
        assert sorted((name, state) for name, state in rows) == [("Chi", "held"), ("Sau", "held")]


# ---- the page


@pytest.mark.databases("sqlite")
def test_the_page_says_the_defaults_and_keeps_what_is_chosen(house: House) -> None:
    dung = house("Dung")
    page = dung.get("/preferences")
    assert says(page, "Chưa chọn thì: gửi thư ngay.")
    assert says(page, "Chưa có địa chỉ thư")
    form = dung.form("/preferences", "/preferences/notices")
    assert {topic: form.fields[topic] for topic in preferences.TOPICS} == preferences.DEFAULTS
    assert dung.send(form, waits="digest").status_code == 303
    form = dung.form("/preferences", "/preferences/notices")
    assert form.fields["waits"] == "digest"
    refused = dung.send(form, escalated="app", read="at_once")
    assert refused.status_code == 422
    assert says(refused, "luôn kèm thư")
    assert dung.form("/preferences", "/preferences/notices").fields["read"] == "app"
    assert dung.post("/preferences/notices", {}).status_code == 422


@pytest.mark.databases("sqlite")
def test_light_is_remembered_by_account_and_browser(house: House) -> None:
    dung = house("Dung")
    assert "data-theme" not in dung.get("/").text
    assert dung.post("/preferences/theme", {"theme": "dark"}).status_code == 303
    assert '<html lang="vi" data-theme="dark">' in dung.get("/").text
    style = dung.get("/static/duyet.css").text
    assert style.count("color-scheme: dark;") == style.count("@media screen and (prefers-color") + 1
    assert (
        '@media screen {\n  :root[data-theme="dark"]' in style
    )  # what is printed stays black on white
    assert 'data-theme="dark"' in house("Dung").get("/").text, "another browser, the same account"
    dung.post("/logout")
    assert 'data-theme="dark"' in dung.get("/login").text, "the same browser, nobody in"
    again = house("Dung")
    again.post("/preferences/theme", {"theme": "auto"})
    assert "data-theme" not in again.get("/").text
    again.post("/preferences/theme", {"theme": "sepia"})
    assert "data-theme" not in again.get("/").text
