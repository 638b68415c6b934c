"""The morning's mail: one to each person and one digest of each body, whoever gathers and whatever the
clock does; counts and units, never a person above his cell."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from flask import Flask

import clock
from models.base import db, transaction
from models.heartbeat import Heartbeat
from models.morning import BodyDigest, MorningMail
from models.notification import Delivery, Notification
from models.person import Person
from models.post import Post
from models.preference import NoticePreference
from tests.cast import Office
from tests.support.smtp import Postbox
from workers.mail import mailer
from workflows import bodies, calendar, delivery, digest, ladder, preferences
from workflows.calendar import WorkingCalendar, at_seven

# The cell's plan and the base's are due on Tuesday 31/03/2026, and nobody writes them.
DUE = date(2026, 3, 31)
WEDNESDAY = date(2026, 4, 1)


@pytest.fixture
def environment(environment: dict[str, str], smtp: Postbox) -> dict[str, str]:
    return {**environment, "SMTP_URL": smtp.url, "PUBLIC_URL": "https://duyet.example"}


def office_with_mail(*names: str) -> Office:
    """Addresses for these people, for all without a name."""
    office = Office()
    with transaction():
        for name, person in office.people.items():
            if not names or name in names:
                person.email = f"{name.lower()}@example.vn"
    return office


def morning_of(day: date) -> int:
    """A sweep as the worker does it at seven: the rungs, then the mail; how many mails."""
    now = at_seven(day)
    ladder.sweep(now)
    return digest.gather(now)


def send_all(app: Flask) -> int:
    settings, now = app.config["SETTINGS"], clock.real_now()
    return sum(
        delivery.deliver(one, now=now, mailer=mailer(settings), public_url=settings.public_url)
        for one in delivery.due_deliveries(now)
    )


def text_to(smtp: Postbox, address: str) -> str:
    [letter] = [
        letter for letter, to in zip(smtp.letters, smtp.recipients, strict=True) if to == [address]
    ]
    assert isinstance(letter, EmailMessage)
    return str(letter.get_content())


def told(office: Office, unit: str, day: date) -> dict[str, object]:
    return db.session.scalars(
        sa.select(BodyDigest.told).where(
            BodyDigest.unit_id == office.units[unit].id, BodyDigest.day == day
        )
    ).one()


def test_each_body_hears_once_how_it_stands(app: Flask, smtp: Postbox) -> None:
    with app.app_context():
        office = office_with_mail("Bon", "Ba", "Sau", "Vy")
        for day in (WEDNESDAY, date(2026, 4, 2), date(2026, 4, 3)):
            assert morning_of(day) > 0
            smtp.letters.clear()
            smtp.recipients.clear()
            send_all(app)
        friday = date(2026, 4, 3)
        bodies = db.session.execute(
            sa.select(BodyDigest.unit_id, sa.func.count())
            .where(BodyDigest.day == friday)
            .group_by(BodyDigest.unit_id)
        ).all()
        assert len(bodies) >= 4
        assert {count for _, count in bodies} == {1}
        cell, base = told(office, "CELL", friday), told(office, "BASE", friday)
        assert cell["late"] == 1
        assert base["below"] == [["CELL", 1]]
        assert base["climbed"] == [["CELL", 1]], "the second rung, and only since yesterday"
        sent = [to for [to] in smtp.recipients]
        assert len(sent) == len(set(sent)), "one mail to each"
    text = text_to(smtp, "bon@example.vn")
    assert "Đảng bộ Trường Thử" in text
    assert "- cấp dưới trực tiếp đang quá hạn: 1 – Chi bộ Thử (1)" in text
    assert "- mới báo lên đây vì quá hạn: 1 – Chi bộ Thử (1)" in text
    assert not [name for name in office_names() if f" {name}" in text]


def office_names() -> list[str]:
    return ["Sau", "Dung", "Vinh", "Xuan", "Kiem"]


@pytest.mark.databases("sqlite")
def test_posts_in_two_bodies_one_mail(app: Flask, smtp: Postbox) -> None:
    """With a notice of his own besides, there are three things to tell, and one mail."""
    with app.app_context():
        office = office_with_mail("Sau")
        with transaction():
            office.post("Sau", "BASE", "deputy", "Phó Bí thư")
            preferences.choose(office.person("Sau"), {"waits": preferences.DIGEST})
        plan = office.begin("plan", "Chi", "CELL")
        office.act(plan, "submit", "Chi")
        office.act(plan, "review", "Dung")
        assert morning_of(WEDNESDAY) == 1
        assert morning_of(WEDNESDAY) == 0
        assert send_all(app) == 1
    text = text_to(smtp, "sau@example.vn")
    own, cell, base = (
        text.index(words) for words in ("Từ thư", "\nChi bộ Thử", "\nĐảng bộ Trường")
    )
    assert own < min(cell, base)
    assert "- việc đang chờ: " in text


@pytest.mark.databases("sqlite")
def test_an_advisory_body_hears_with_the_one_it_serves(app: Flask, smtp: Postbox) -> None:
    with app.app_context():
        office_with_mail("Xuan")
        assert morning_of(WEDNESDAY) == 1
        send_all(app)
    assert "Đảng bộ phường Thử" in text_to(smtp, "xuan@example.vn")


@pytest.mark.databases("sqlite")
def test_a_person_s_lateness_is_counted_in_his_cell_alone(app: Flask) -> None:
    with app.app_context():
        office = office_with_mail()
        office.act(office.cell_plan_in_force(), "report", "Sau")
        late = date(2026, 3, 25)  # 15 working days after the plan, and more
        assert WorkingCalendar().working_days_between(office.now.date(), late) > 15
        morning_of(late)
        assert told(office, "CELL", late)["own"] == 4, "the four commitments"
        assert "climbed" not in told(office, "CELL", late)
        said = {
            name: [section.counts["own"] for section in bodies.sections_for(person, late, now)]
            for name, person in office.people.items()
            for now in [at_seven(late)]
        }
        assert said["Sau"] == said["Dung"] == [4]
        assert {count for name in ("Bon", "Ba", "Binh", "Vy") for count in said[name]} <= {0}
        above = {**told(office, "BASE", late)}
        assert "own" not in above
        assert "below" not in above, "what persons owe is nothing that the cell owes"


@pytest.mark.databases("sqlite")
def test_whoever_wants_none_gets_none_and_escalations_still_come(app: Flask) -> None:
    with app.app_context():
        office = office_with_mail("Bon")
        with transaction():
            silent = {"body": preferences.APP, "due_soon": preferences.APP}
            preferences.choose(office.person("Bon"), silent)
        assert morning_of(date(2026, 3, 30)) == 0
        mails = sum(morning_of(day) for day in (WEDNESDAY, date(2026, 4, 2), date(2026, 4, 3)))
        assert mails > 0
        carried = db.session.scalars(
            sa.select(Notification.topic).join(Delivery).where(Delivery.state == "carried")
        ).all()
        assert "escalated" in carried


def test_many_gather_at_once(app: Flask) -> None:
    """Four workers, one mail to each person, one digest of each body, under one Message-ID each."""
    with app.app_context():
        office_with_mail()
        ladder.sweep(at_seven(WEDNESDAY))
    made: list[int] = []
    together = threading.Barrier(4)

    def work() -> None:
        with app.app_context():
            together.wait()
            made.append(digest.gather(at_seven(WEDNESDAY)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4, "nobody failed"
    with app.app_context():
        mails = db.session.scalars(
            sa.select(Delivery.message_id).where(Delivery.morning_id > 0)
        ).all()
        persons = db.session.scalars(sa.select(MorningMail.person_id)).all()
        assert sum(made) == len(mails) == len(set(mails)) == len(set(persons)) > 5


@pytest.mark.databases("sqlite")
def test_killed_half_way_it_goes_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "BATCH", 2)
    real_make = digest._make
    made: list[int] = []

    def dies(*given: object) -> int:
        if len(made) == 2:
            raise KeyboardInterrupt
        made.append(real_make(*given))  # type: ignore[arg-type]
        return made[-1]

    with app.app_context():
        office_with_mail()
        monkeypatch.setattr(digest, "_make", dies)
        with pytest.raises(KeyboardInterrupt):
            morning_of(WEDNESDAY)
        monkeypatch.setattr(digest, "_make", real_make)
        assert morning_of(WEDNESDAY) > 0
        counts = db.session.scalars(
            sa.select(sa.func.count()).select_from(MorningMail).group_by(MorningMail.person_id)
        ).all()
        assert set(counts) == {1}


@pytest.mark.databases("sqlite")
def test_one_whose_mail_cannot_be_made_holds_up_nobody(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_make = digest._make
    with app.app_context():
        office = office_with_mail()
        bad = office.person("Bon").id

        def fails(batch: list[tuple[int, bool]], day: date) -> int:
            if bad in {person_id for person_id, _ in batch}:
                raise RuntimeError
            return real_make(batch, day)

        monkeypatch.setattr(digest, "_make", fails)
        failed: list[int] = []
        now = at_seven(WEDNESDAY)
        made = digest.gather(now, lambda ident, _error: failed.append(ident))
        assert made > 5
        assert failed == [bad]
        monkeypatch.setattr(digest, "_make", real_make)
        assert digest.gather(now + timedelta(minutes=1)) == 1, "tried again"
        assert digest.gather(now + timedelta(minutes=2)) == 0


def test_a_clock_set_back_an_hour_repeats_nothing(app: Flask) -> None:
    with app.app_context():
        office_with_mail()
        seven = at_seven(WEDNESDAY)
        assert digest.gather(seven + timedelta(minutes=30)) > 0
        assert digest.gather(seven - timedelta(minutes=30)) == 0
        assert digest.gather(seven) == 0
        # Nor where the sign of it was lost.
        with transaction():
            db.session.execute(sa.delete(Heartbeat).where(Heartbeat.name == digest.NAME))
        assert digest.gather(seven + timedelta(minutes=1)) == 0
        # A clock that was a day ahead does not swallow the next morning.
        assert digest.gather(at_seven(date(2026, 4, 3))) > 0
        assert digest.gather(at_seven(date(2026, 4, 2))) > 0


@pytest.mark.databases("sqlite")
def test_another_zone_on_the_same_day_is_no_second_mail(app: Flask) -> None:
    with app.app_context():
        office_with_mail()
        assert digest.gather(at_seven(WEDNESDAY)) > 0
        try:
            calendar.use_zone("Europe/Berlin")
            assert at_seven(WEDNESDAY) == datetime(2026, 4, 1, 5, 0, tzinfo=UTC)
            assert digest.gather(at_seven(WEDNESDAY)) == 0
            assert digest.gather(at_seven(date(2026, 4, 2))) > 0
        finally:
            calendar.use_zone("Asia/Ho_Chi_Minh")


@pytest.mark.databases("sqlite")
def test_who_left_the_office_meanwhile_hears_nothing_of_it(app: Flask, smtp: Postbox) -> None:
    with app.app_context():
        office = office_with_mail("Bon")
        post = next(iter(posts_of(office.person("Bon"))))
        assert morning_of(WEDNESDAY) == 1
        with transaction():
            db.session.merge(post).ended_at = datetime(2026, 3, 1, tzinfo=UTC)
        with transaction():  # nor of what was held for him
            db.session.execute(
                sa.update(Delivery).where(Delivery.state == "carried").values(message_id="<other>")
            )
        assert send_all(app) == 0
        states = db.session.scalars(sa.select(Delivery.state).where(Delivery.morning_id > 0)).all()
        assert states == ["unwanted"]
    assert smtp.letters == []


def posts_of(person: Person) -> list[Post]:
    return list(db.session.scalars(sa.select(Post).where(Post.person_id == person.id)))


@pytest.mark.databases("sqlite")
def test_a_choice_of_another_time_is_not_offered(app: Flask) -> None:
    with app.app_context():
        office = office_with_mail("Bon")
        assert preferences.allowed("body") == (preferences.DIGEST, preferences.APP)
        with pytest.raises(preferences.Refused), transaction():
            preferences.choose(office.person("Bon"), {"body": preferences.AT_ONCE})
        assert db.session.scalar(sa.select(NoticePreference.id)) is None


def test_the_schema_goes_down_and_up_with_a_morning_s_mail_in_place(app: Flask) -> None:
    with app.app_context():
        office = office_with_mail("Bon", "Dung")
        with transaction():
            preferences.choose(office.person("Dung"), {"waits": preferences.DIGEST})
        office.act(office.begin("plan", "Chi", "CELL"), "submit", "Chi")
        assert morning_of(WEDNESDAY) == 2
        kept = db.session.scalars(sa.select(Delivery.id).where(Delivery.notification_id > 0)).all()
        db.session.remove()
    runner = app.test_cli_runner()
    for command in (["db", "downgrade", "0005"], ["db", "upgrade"]):
        result = runner.invoke(args=command)
        assert result.exit_code == 0, result.output
    with app.app_context():
        rows = db.session.execute(sa.select(Delivery.id, Delivery.state)).all()
        assert {ident for ident, _ in rows} == set(kept)
        assert {state for _, state in rows} == {"held"}, "what was on its way waits again"
        assert digest.gather(at_seven(date(2026, 4, 2))) == 2
        carried = sa.select(sa.func.count()).where(Delivery.state == "carried")
        assert db.session.scalar(carried) == len(kept)
        db.session.remove()
