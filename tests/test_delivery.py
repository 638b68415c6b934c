"""Mail: at least once, under one Message-ID, nothing personal in it, nothing lost with Redis."""

import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from redis import RedisError
from rq import SimpleWorker
from rq.serializers import JSONSerializer

import clock
from models.base import db, transaction
from models.event import AuditEvent
from models.notification import Delivery, Notification
from models.person import Person
from models.unit import Level, Unit
from tests.support.redis import Valkey
from tests.support.smtp import Postbox
from workers.mail import mailer
from workers.queue import connect, open_queue
from workers.relay import RING_AGAIN, Relay
from workflows.delivery import ATTEMPTS, LONGEST_WAIT, deliver, due_deliveries, wait_after

MAN = "Nguyễn Văn Bảy"


def waiting(email: str | None = "bay@example.vn", locale: str = "vi") -> int:
    """One delivery that is due now; its id."""
    now = clock.real_now()
    with transaction() as session:
        level = Level(code="cell", name_vi="Chi bộ", name_en="Cell", rank=0)
        unit = Unit(code="C1", name="Chi bộ 1", body="Chi bộ", symbol="CB", level=level)
        person = Person(full_name=MAN, email=email, locale=locale)
        session.add_all([unit, person])
        event = AuditEvent(unit=unit, seq=0, at=now, action="submit", leaf=b"{}", leaf_hash=b"")
        notice = Notification(
            event=event, person=person, topic="waits", action="review", created_at=now
        )
        delivery = Delivery(
            notification=notice, message_id="<1.waits@duyet.test>", next_at=now, attempts=0
        )
        session.add(delivery)
        session.flush()
        return delivery.id


def attempt(app: Flask, delivery_id: int, now: datetime | None = None) -> bool:
    settings = app.config["SETTINGS"]
    return deliver(
        delivery_id,
        now=now or clock.real_now(),
        mailer=mailer(settings),
        public_url=settings.public_url,
    )


@pytest.fixture
def environment(environment: dict[str, str], smtp: Postbox) -> dict[str, str]:
    return {**environment, "SMTP_URL": smtp.url, "PUBLIC_URL": "https://duyet.example"}


def test_a_mail_says_only_that_something_waits(app: Flask, smtp: Postbox) -> None:
    with app.app_context():
        delivery_id = waiting()
        assert due_deliveries(clock.real_now()) == [delivery_id]
        assert attempt(app, delivery_id)
        done = db.session.get_one(Delivery, delivery_id)
        assert (done.state, done.attempts, done.error) == ("done", 1, None)
        assert due_deliveries(clock.real_now() + timedelta(days=1)) == []
    [letter] = smtp.letters
    assert smtp.recipients == [["bay@example.vn"]]
    assert letter["Message-ID"] == "<1.waits@duyet.test>"
    assert letter["Subject"] == "Duyệt: có việc đang chờ"
    text = letter.get_content()
    assert "https://duyet.example/notifications" in text
    assert "Bảy" not in letter.as_string() + text


def test_in_the_recipients_language(app: Flask, smtp: Postbox) -> None:
    with app.app_context():
        assert attempt(app, waiting(locale="en"))
    assert smtp.letters[0]["Subject"] == "Duyệt: a task is waiting"


def test_a_refusal_is_tried_again_later_under_the_same_id(app: Flask, smtp: Postbox) -> None:
    smtp.refuse = "451 try later"
    with app.app_context():
        delivery_id = waiting()
        start = clock.real_now()
        assert not attempt(app, delivery_id)
        row = db.session.get_one(Delivery, delivery_id)
        assert (row.state, row.attempts) == ("pending", 1)
        assert row.error is not None
        assert "@" not in row.error
        assert row.next_at >= start + wait_after(1)
        db.session.rollback()

        assert not attempt(app, delivery_id), "not before its time"
        smtp.refuse = None
        assert attempt(app, delivery_id, now=start + wait_after(1) + timedelta(seconds=5))
    assert [letter["Message-ID"] for letter in smtp.letters] == ["<1.waits@duyet.test>"]


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=400)])
def test_what_failed_while_the_clock_was_ahead_is_tried_when_it_is_right_again(
    app: Flask, smtp: Postbox, ahead: timedelta
) -> None:
    smtp.refuse = "451 try later"
    with app.app_context():
        ident = waiting()
        now = clock.real_now()
        assert not attempt(app, ident, now + ahead)
        smtp.refuse = None
        assert due_deliveries(now) == [ident]
        assert attempt(app, ident, now)
    assert len(smtp.letters) == 1


def test_waits_double_up_to_a_limit() -> None:
    waits = [wait_after(n) for n in range(1, ATTEMPTS + 1)]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT


def test_gives_up_in_the_end(app: Flask, smtp: Postbox) -> None:
    smtp.refuse = "450 mailbox busy"
    with app.app_context():
        delivery_id, now = waiting(), clock.real_now()
        for _ in range(ATTEMPTS):
            attempt(app, delivery_id, now=now)
            now += LONGEST_WAIT
        assert db.session.get_one(Delivery, delivery_id).state == "failed"
        db.session.rollback()
        assert due_deliveries(now + LONGEST_WAIT) == []


def test_nobody_to_write_to(app: Flask, smtp: Postbox) -> None:
    with app.app_context():
        delivery_id = waiting(email=None)
        assert not attempt(app, delivery_id)
        assert db.session.get_one(Delivery, delivery_id).state == "failed"
    assert smtp.letters == []


def test_two_workers_send_one_mail(app: Flask, smtp: Postbox) -> None:
    with app.app_context():
        delivery_id = waiting()
    sent: list[bool] = []
    together = threading.Barrier(4)

    def work() -> None:
        with app.app_context():
            together.wait()
            sent.append(attempt(app, delivery_id))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == [False, False, False, True]
    assert len(smtp.letters) == 1


def test_a_death_after_sending_repeats_the_same_mail(app: Flask, smtp: Postbox) -> None:
    settings = app.config["SETTINGS"]

    def send_and_die(mail: object) -> None:
        mailer(settings)(mail)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with app.app_context():
        delivery_id, now = waiting(), clock.real_now()
        with pytest.raises(KeyboardInterrupt):
            deliver(delivery_id, now=now, mailer=send_and_die, public_url="http://x")
        assert attempt(app, delivery_id, now=now + wait_after(1))
    assert [letter["Message-ID"] for letter in smtp.letters] == ["<1.waits@duyet.test>"] * 2


def work_off(url: str) -> None:
    """What the worker does, in this process: all jobs that have been rung."""
    connection = connect(url)
    worker = SimpleWorker(
        [open_queue(connection)], connection=connection, serializer=JSONSerializer
    )
    worker.work(burst=True, logging_level="WARNING")
    connection.close()


@pytest.mark.databases("sqlite")
def test_redis_away_and_back(app: Flask, smtp: Postbox, valkey: Valkey) -> None:
    with app.app_context():
        delivery_id = waiting()
        relay = Relay(connect(valkey.url))
        valkey.stop()
        with pytest.raises(RedisError):
            relay.ring(at=0.0)
        assert due_deliveries(clock.real_now()) == [delivery_id], "nothing is lost"

        valkey.start()
        assert relay.ring(at=1.0) == [delivery_id]
        work_off(valkey.url)
        assert relay.ring(at=2.0) == []
    assert len(smtp.letters) == 1


@pytest.mark.databases("sqlite")
def test_a_ring_that_was_lost_is_rung_again(app: Flask, smtp: Postbox, valkey: Valkey) -> None:
    with app.app_context():
        delivery_id = waiting()
        relay = Relay(connect(valkey.url))
        assert relay.ring(at=0.0) == [delivery_id]
        assert relay.ring(at=100.0) == [], "it still stands in the queue"
        connect(valkey.url).flushall()
        assert relay.ring(at=100.0) == [delivery_id]
        connect(valkey.url).flushall()
        assert relay.ring(at=101.0) == [], "not every second"
        assert relay.ring(at=100.0 + RING_AGAIN) == [delivery_id]
        work_off(valkey.url)
    assert len(smtp.letters) == 1


def test_a_slow_server_keeps_the_claim(
    app: Flask, smtp: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail server that takes its time is not bothered by a second attempt."""
    monkeypatch.setattr("workflows.delivery.CLAIM", timedelta(seconds=0.3))
    monkeypatch.setattr("workflows.delivery.RENEW", 0.1)
    settings, tries = app.config["SETTINGS"], []

    def slowly(mail: object) -> None:
        for _ in range(6):
            time.sleep(0.1)
            tries.append(due_deliveries(clock.real_now()))
        mailer(settings)(mail)  # type: ignore[arg-type]

    with app.app_context():
        delivery_id = waiting()
        assert deliver(delivery_id, now=clock.real_now(), mailer=slowly, public_url="http://x")
    assert tries == [[]] * 6
    assert len(smtp.letters) == 1


@pytest.mark.databases("sqlite")
def test_without_smtp_mail_is_a_file(
    app: Flask, environment: dict[str, str], tmp_path: Path
) -> None:
    from dataclasses import replace

    settings = replace(app.config["SETTINGS"], smtp_url=None)
    with app.app_context():
        delivery_id = waiting()
        assert deliver(
            delivery_id,
            now=clock.real_now(),
            mailer=mailer(settings),
            public_url=settings.public_url,
        )
    [letter] = settings.mail_dir.glob("*.eml")
    assert b"Message-ID: <1.waits@duyet.test>" in letter.read_bytes()
