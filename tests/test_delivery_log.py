"""What did not arrive: refused for good, tried again, come back; seen by the administrator, sent again."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from email import policy
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import clock
from models.base import db, transaction
from models.notification import Delivery, Notification
from models.person import Person
from tests.support.house import House
from tests.support.smtp import Postbox
from tests.support.visitor import says
from workers import jobs
from workers.mail import mailer
from workflows import bounces, delivery, in_person
from workflows.delivery import wait_after
from workflows.refusal import Refused


@pytest.fixture
def environment(environment: dict[str, str], smtp: Postbox) -> dict[str, str]:
    return {**environment, "SMTP_URL": smtp.url, "PUBLIC_URL": "https://duyet.example"}


@pytest.fixture
def house(app: Flask) -> House:
    made = House(app)
    with made.inside() as office:
        with transaction():
            for name in ("Dung", "Sau"):
                office.person(name).email = f"{name.lower()}@example.vn"
        office.act(office.begin("plan", "Chi", "CELL"), "submit", "Chi")
    return made


def report_on(
    address: str, message_id: str, *, action: str = "failed", whole: bool = True
) -> bytes:
    """A delivery status notification as Postfix writes it."""
    letter = MIMEMultipart("report", report_type="delivery-status")
    letter["From"], letter["To"] = "mailer-daemon@mx.example", "duyet@localhost"
    letter["Subject"] = "Undelivered Mail Returned to Sender"
    letter.attach(MIMEText("I'm sorry to have to inform you …"))
    status = MIMENonMultipart("message", "delivery-status")
    host, recipient = Message(), Message()
    host["Reporting-MTA"] = "dns; mx.example"
    recipient["Final-Recipient"] = f"rfc822; {address}"
    recipient["Action"] = action
    recipient["Status"] = "5.1.1"
    recipient["Diagnostic-Code"] = f"smtp; 550 5.1.1 <{address}>: no such mailbox"
    status._payload = [host, recipient]  # type: ignore[attr-defined]
    letter.attach(status)
    original = EmailMessage(policy=policy.SMTP)
    original["Message-ID"], original["Subject"] = message_id, "Duyệt: có việc đang chờ"
    if whole:
        original.set_content("có việc")
        inner = MIMENonMultipart("message", "rfc822")
        inner._payload = [original]  # type: ignore[attr-defined]
        letter.attach(inner)
    else:
        head = MIMEText(original.as_string(), "rfc822-headers")
        letter.attach(head)
    return letter.as_bytes()


def send_all(app: Flask) -> None:
    with app.app_context():
        jobs.deliver(*delivery.due_deliveries(clock.real_now()))


def mails(app: Flask, name: str) -> list[tuple[str, str | None, str]]:
    with app.app_context():
        rows = db.session.execute(
            sa.select(Delivery.state, Delivery.error, Delivery.message_id)
            .join(Notification)
            .join(Person, Person.id == Notification.person_id)
            .where(Person.full_name == name)
            .order_by(Delivery.id)
        )
        return [(state, error, message_id) for state, error, message_id in rows]


@pytest.mark.databases("sqlite")
def test_one_refused_for_good_stops_no_other(house: House, app: Flask, smtp: Postbox) -> None:
    smtp.refusals["dung@example.vn"] = "550 5.1.1 <dung@example.vn>: no such\tmailbox"
    send_all(app)
    assert {state for state, _, _ in mails(app, "Dung")} == {"refused"}
    assert mails(app, "Dung")[0][1] == "550 5.1.1 … no such mailbox"
    assert {state for state, _, _ in mails(app, "Sau")} == {"done"}
    with app.app_context():
        later = clock.real_now() + timedelta(days=9)
        assert delivery.due_deliveries(later) == [], "for good"
        row = db.session.scalars(sa.select(Delivery).where(Delivery.state == "refused")).first()
        assert row is not None
        assert (row.address, row.attempts) == ("dung@example.vn", 1)
        assert row.tried_at is not None


@pytest.mark.databases("sqlite")
def test_a_server_that_is_busy_is_asked_again(house: House, app: Flask, smtp: Postbox) -> None:
    smtp.refusals["dung@example.vn"] = "451 4.3.0 try later"
    send_all(app)
    assert {state for state, _, _ in mails(app, "Dung")} == {"pending"}
    assert mails(app, "Dung")[0][1] == "451 4.3.0 try later"
    smtp.refusals.clear()
    with app.app_context():
        settings, later = app.config["SETTINGS"], clock.real_now() + wait_after(1)
        for one in delivery.due_deliveries(later + timedelta(seconds=5)):
            assert delivery.deliver(
                one,
                now=later + timedelta(seconds=5),
                mailer=mailer(settings),
                public_url=settings.public_url,
            )
    assert {state for state, _, _ in mails(app, "Dung")} == {"done"}


@pytest.mark.databases("sqlite")
def test_what_the_server_has_against_this_house_may_be_mended(
    house: House, app: Flask, smtp: Postbox
) -> None:
    """A sender that is refused, a wrong password: every mail would be lost for good otherwise."""
    smtp.refuse_sender = "553 5.7.1 sender address rejected"
    send_all(app)
    assert {(s, e) for s, e, _ in mails(app, "Dung")} == {
        ("pending", "553 5.7.1 sender address rejected")
    }


def test_the_administrator_sees_and_sends_again(house: House, app: Flask, smtp: Postbox) -> None:
    smtp.refusals["dung@example.vn"] = "550 5.1.1 no such mailbox"
    send_all(app)
    office = house("Quantri")
    assert says(office.get("/administrator/system"), "Có thư không đến nơi")
    log = office.get("/administrator/deliveries")
    assert "dung@example.vn" in log.text
    assert says(log, "Bị từ chối")
    assert says(log, "550 5.1.1 no such mailbox")
    assert "sau@example.vn" not in log.text
    assert "sau@example.vn" in office.get("/administrator/deliveries?tab=done").text
    for words in ("Kế hoạch", "Văn bản của", "/documents/"):
        assert words not in log.text
    before = mails(app, "Dung")
    smtp.refusals.clear()
    one = office.form("/administrator/deliveries", first_again(log.text))
    assert office.send(one).status_code == 303
    assert office.send(one).status_code == 422, "it is on its way"
    send_all(app)
    states = [state for state, _, _ in mails(app, "Dung")]
    assert states.count("done") == 1
    assert office.post("/administrator/deliveries/again").status_code == 303
    send_all(app)
    assert {state for state, _, _ in mails(app, "Dung")} == {"done"}
    assert [m for _, _, m in mails(app, "Dung")] == [m for _, _, m in before], "the same Message-ID"
    assert "dung@example.vn" not in office.get("/administrator/deliveries").text


def first_again(page: str) -> str:
    """Where the button beside the first mail leads."""
    return re.findall(r'action="(/administrator/deliveries/\d+/again)"', page)[0]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("whole", [True, False])
def test_a_report_that_came_back_is_read(
    whole: bool, house: House, app: Flask, smtp: Postbox
) -> None:
    send_all(app)
    message_id = mails(app, "Dung")[0][2]
    report = report_on("dung@example.vn", message_id, whole=whole)
    office = house("Quantri")
    sent = {"report": (io.BytesIO(report), "bounce.eml")}
    answer = office.client.post(
        "/administrator/deliveries/bounces",
        data={**sent, "csrf_token": office.token},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303
    state, error, _ = mails(app, "Dung")[0]
    assert state == "bounced"
    assert error == "550 5.1.1 … no such mailbox"
    assert [s for s, _, _ in mails(app, "Dung")[1:]] == ["done"] * (len(mails(app, "Dung")) - 1)
    assert says(office.get("/administrator/deliveries"), "Bị trả về")


@pytest.mark.databases("sqlite")
def test_what_is_no_report_is_refused(house: House, app: Flask, smtp: Postbox) -> None:
    send_all(app)
    with app.app_context():
        message_id = mails(app, "Dung")[0][2]
        assert bounces.read_report(report_on("a@b.vn", message_id, action="delayed")) == []
        nonsense = (b"", b"\xff\xfe" * 500, b"Subject: hello\r\n\r\nhello", b"x" * bounces.LARGEST)
        for data in nonsense:
            with pytest.raises(Refused):
                bounces.read_report(data)
    office = house("Quantri")
    for form in ({}, {"word": "nobody@example.vn"}, {"word": "<never@duyet.invalid>"}):
        assert office.post("/administrator/deliveries/bounces", form).status_code == 422
    assert {state for state, _, _ in mails(app, "Dung")} == {"done"}


@pytest.mark.databases("sqlite")
def test_from_the_terminal(house: House, app: Flask, smtp: Postbox, tmp_path: Path) -> None:
    send_all(app)
    run = app.test_cli_runner()
    first, *others = [message_id for _, _, message_id in mails(app, "Dung")]
    file = tmp_path / "report.eml"
    file.write_bytes(report_on("dung@example.vn", first))
    assert run.invoke(args=["mail", "bounced", str(file)]).exit_code == 0
    assert run.invoke(args=["mail", "bounced", str(file)]).exit_code == 1, "noted already"
    assert run.invoke(args=["mail", "bounced", *others]).exit_code == 0
    assert run.invoke(args=["mail", "bounced", "SAU@example.vn"]).exit_code == 0
    assert {state for state, _, _ in mails(app, "Dung")} == {"bounced"}
    assert [state for state, _, _ in mails(app, "Sau")].count("bounced") == 1
    told = json.loads(run.invoke(args=["mail", "trouble", "--json"]).output)
    assert {row["address"] for row in told} == {"dung@example.vn", "sau@example.vn"}
    assert run.invoke(args=["mail", "again"]).exit_code == 2
    assert run.invoke(args=["mail", "again", str(told[0]["id"])]).exit_code == 0
    assert run.invoke(args=["mail", "again", "--all"]).exit_code == 0
    assert run.invoke(args=["mail", "again", "--all"]).exit_code == 1
    assert "0 thư" in run.invoke(args=["mail", "trouble"]).output


@pytest.mark.databases("sqlite")
def test_whom_no_mail_reaches_is_told_in_person(house: House, app: Flask, smtp: Postbox) -> None:
    """A refused or returned mail is nobody's knowledge: his secretary sees that it has to be said."""
    smtp.refusals["dung@example.vn"] = "550 5.1.1 no such mailbox"
    send_all(app)
    with house.inside() as office:
        waiting = in_person.waiting(office.units["CELL"], office.person("Sau"), office.now)
        assert "Dung" in {one.person.full_name for one in waiting}
