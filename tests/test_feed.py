"""The calendar address: one's own deadlines for one's own programs, and nothing personal in them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import icalendar
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.account import Account
from models.base import db, transaction
from models.deadline import Deadline
from models.feed import CalendarFeed
from models.obligation import Obligation
from models.person import Person
from models.task import Task
from tests.cast import Office
from tests.support.house import House
from tests.support.visitor import TOKENS, Visitor, says
from workflows import feed, obligations

NOTHING_PERSONAL = ("Dung", "Sau", "Văn bản của", "Số hóa hồ sơ", "15 lượt người")


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def given_to(visitor: Visitor) -> str:
    """The path of a new address of this person."""
    page = visitor.submit("/preferences", "/preferences/calendar")
    assert page.status_code == 200
    [path] = re.findall(r'value="http[^"]*?(/calendar/[^"]+)"', page.text)
    return path


def events_at(client: FlaskClient, path: str) -> dict[str, icalendar.Event]:
    """{UID without its house: event} of what a program reads there."""
    answer = client.get(path)
    assert answer.status_code == 200
    return events_in(answer.data)


def events_in(file: bytes) -> dict[str, icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(file)
    return {str(event["UID"]).partition("@")[0]: event for event in calendar.walk("VEVENT")}


def test_a_program_reads_deadlines_and_nothing_personal(house: House, app: Flask) -> None:
    with house.inside() as office:
        office.cell_plan_in_force()
        commitment = office.begin("commitment", "An", "CELL")
        office.act(commitment, "submit", "An")
        owed = office.obligation("O-COMMIT", "CELL", "Dung")
        assert owed is not None
        uid, due = f"obligation-{owed.id}", owed.effective_due
        waits = db.session.scalars(
            sa.select(Task).where(Task.document_id == commitment.id, Task.closed_at.is_(None))
        ).one()
        task = f"task-{waits.id}"
    path, program = given_to(house("Dung")), app.test_client()
    answer = program.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private"
    assert "Set-Cookie" not in answer.headers
    events = events_in(answer.data)
    assert events[uid].decoded("DTSTART") == due
    assert events[uid].decoded("DTEND") == due + timedelta(days=1)
    assert str(events[uid]["SUMMARY"]) == "Đến hạn: Bản cam kết – Chi bộ Thử"
    assert str(events[task]["SUMMARY"]) == "Cho ý kiến: Bản cam kết – Chi bộ Thử"
    assert str(events[task]["STATUS"]) == "CONFIRMED"
    text = answer.data.decode()
    assert not [words for words in NOTHING_PERSONAL if words in unfolded(text)]
    assert program.head(path).status_code == 200


def unfolded(text: str) -> str:
    return text.replace("\r\n ", "")


@pytest.mark.databases("sqlite")
def test_lines_are_those_of_the_standard(house: House, app: Flask) -> None:
    """By hand: CRLF, 75 octets a line and no letter cut in two, days as days."""
    with house.inside() as office:
        with transaction():
            cell = office.units["CELL"]
            cell.name = "Chi bộ Trung tâm Phục vụ hành chính công phường Minh Họa, tổ một; tổ hai"
        office.cell_plan_in_force()
    file = app.test_client().get(given_to(house("Dung"))).data
    assert file.startswith(b"BEGIN:VCALENDAR\r\n")
    assert file.endswith(b"END:VCALENDAR\r\n")
    lines = file.removesuffix(b"\r\n").split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()
    assert any(line.startswith(b" ") for line in lines)
    whole = unfolded(file.decode()).split("\r\n")
    assert "VERSION:2.0" in whole
    assert any(re.fullmatch(r"DTSTART;VALUE=DATE:2026\d{4}", line) for line in whole)
    assert any(re.fullmatch(r"DTSTAMP:\d{8}T\d{6}Z", line) for line in whole)
    assert any(r"Minh Họa\, tổ một\; tổ hai" in line for line in whole)
    uids = [line for line in whole if line.startswith("UID:")]
    assert len(uids) == len(set(uids)) > 0


def test_what_changes_keeps_its_uid_and_says_so(house: House, app: Flask) -> None:
    with house.inside() as office:
        plan = office.cell_plan_in_force()
        owed = office.obligation("O-COMMIT", "CELL", "Dung")
        other = office.obligation("O-COMMIT", "CELL", "An")
        assert owed is not None
        assert other is not None
        ident, other_id, plan_id = owed.id, other.id, plan.id
        report = db.session.scalars(
            sa.select(Task).where(Task.document_id == plan_id, Task.closed_at.is_(None))
        ).one()
        task = f"task-{report.id}"
    dung, sau = given_to(house("Dung")), given_to(house("Sau"))
    program = app.test_client()
    before, waiting = events_at(program, dung)[f"obligation-{ident}"], events_at(program, sau)[task]
    with house.inside() as office:
        later = before.decoded("DTSTART") + timedelta(days=14)
        extend(office, ident, later)
        office.act(db.session.get_one(type(plan), plan_id), "report", "Sau")
    after, done = events_at(program, dung)[f"obligation-{ident}"], events_at(program, sau)[task]
    assert after.decoded("DTSTART") >= later
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["UID"] == before["UID"]
    assert (str(waiting["STATUS"]), str(done["STATUS"])) == ("CONFIRMED", "CANCELLED")
    assert done["SEQUENCE"] > waiting["SEQUENCE"]
    with house.inside() as office:
        waive(office, ident)
    over = events_at(program, dung)[f"obligation-{ident}"]
    assert str(over["STATUS"]) == "CANCELLED"
    assert over["SEQUENCE"] > after["SEQUENCE"]
    assert f"obligation-{other_id}" not in events_at(program, dung), "what An owes is his"


def grounds() -> obligations.Basis:
    return obligations.Basis(number="05-QĐ/CB", dated_on=date(2026, 3, 2), issuer="Chi bộ Thử")


def extend(office: Office, ident: int, until: date) -> None:
    office.wait(minutes=1)
    with transaction():
        obligations.extend(
            db.session.get_one(Obligation, ident),
            new_due=until,
            actor=office.person("Sau"),
            now=office.now,
            reason="Đi công tác dài ngày theo quyết định.",
            basis=grounds(),
        )


def waive(office: Office, ident: int) -> None:
    office.wait(minutes=1)
    with transaction():
        obligations.waive(
            db.session.get_one(Obligation, ident),
            actor=office.person("Sau"),
            now=office.now,
            reason="Được miễn sinh hoạt theo quyết định.",
            basis=grounds(),
        )


@pytest.mark.databases("sqlite")
def test_shown_once_replaced_revoked(house: House, app: Flask) -> None:
    dung, program = house("Dung"), app.test_client()
    first = given_to(dung)
    token = first.removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) >= 43, "256 random bits"
    assert token not in dung.get("/preferences").text
    with app.app_context():
        kept = db.session.scalars(sa.select(CalendarFeed)).one()
        assert token not in kept.token_hash
    assert program.get(first).status_code == 200
    second = given_to(dung)
    assert second != first
    assert program.get(first).status_code == 404
    assert program.get(second).status_code == 200
    assert says(dung.get("/preferences"), "Chương trình lịch lấy lần cuối lúc")
    assert dung.submit("/preferences", "/preferences/calendar/revocation").status_code == 303
    never = "/calendar/khong-ai-co.ics"
    answers = {path: program.get(path) for path in (first, second, never)}
    assert {answer.status_code for answer in answers.values()} == {404}
    told = {TOKENS.sub("", answer.text.replace(path, "")) for path, answer in answers.items()}
    assert len(told) == 1


@pytest.mark.databases("sqlite")
def test_a_suspended_account_reads_no_calendar(house: House, app: Flask) -> None:
    path = given_to(house("Dung"))
    with app.app_context(), transaction():
        account = db.session.scalars(sa.select(Account).where(Account.login == "dung")).one()
        account.suspended_at = datetime.fromisoformat("2026-03-02T08:00+07:00")
    assert app.test_client().get(path).status_code == 404


@pytest.mark.databases("sqlite")
def test_asked_too_often(house: House, app: Flask) -> None:
    path, program = given_to(house("Dung")), app.test_client()
    answers = [program.get(path) for _ in range(feed.PER_HOUR + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600
    with app.app_context(), transaction():
        row = db.session.scalars(sa.select(CalendarFeed)).one()
        assert row.counted_since is not None
        row.counted_since += timedelta(hours=2)  # the clock was set back
    assert program.get(path).status_code == 200


@pytest.mark.databases("sqlite")
def test_guessing_is_throttled(house: House, app: Flask) -> None:
    path, program = given_to(house("Dung")), app.test_client()
    statuses = [program.get(f"/calendar/guess-{n}.ics").status_code for n in range(60)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert program.get(path).status_code == 200, "whoever knows an address is not held up"
    assert program.get(f"/calendar/{'x' * 4000}.ics").status_code in (404, 429)


@pytest.mark.databases("sqlite")
def test_in_the_reader_s_language(house: House, app: Flask) -> None:
    with house.inside() as office:
        office.cell_plan_in_force()
        with transaction():
            db.session.get_one(Person, office.person("Dung").id).locale = "en"
    events = events_at(app.test_client(), given_to(house("Dung")))
    [own] = [str(e["SUMMARY"]) for uid, e in events.items() if uid.startswith("obligation-")]
    assert own.endswith(": Commitment – Chi bộ Thử")


@pytest.mark.databases("sqlite")
def test_a_task_s_day_is_its_last_good_day(house: House, app: Flask) -> None:
    path = given_to(house("Sau"))
    events = events_at(app.test_client(), path)
    with app.app_context():
        rows = db.session.execute(
            sa.select(Deadline.task_id, Deadline.effective_due).where(Deadline.closed_at.is_(None))
        )
        due = {f"task-{task_id}": day for task_id, day in rows}
    tasks = {uid: event.decoded("DTSTART") for uid, event in events.items() if uid in due}
    assert tasks
    assert tasks == {uid: due[uid] for uid in tasks}
