"""What one is told and where it leads; the calendar address; the administrator's log of mail."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

import clock
from models.base import db, transaction
from models.notification import SEND_AT_ONCE, Delivery, Notification
from models.person import Person
from tests.journeys.conftest import Visitor

pytestmark = [
    pytest.mark.soak,  # the short form, without a browser, is in tests/test_delivery_log.py
    pytest.mark.data("organisation"),
    pytest.mark.databases("sqlite"),
]

STATES = {
    "refused": "550 5.1.1 … mailbox unavailable",
    "bounced": "bounced",
    "pending": "451 4.3.0 try again later",
    "done": None,
}


def mails_of_every_state(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        session.execute(sa.delete(Delivery))
        notes = session.scalars(sa.select(Notification).limit(8)).all()
        for n, note in enumerate(notes):
            state, answer = list(STATES.items())[n % len(STATES)]
            to = f"can.bo.so.{n}@phuong-minh-hoa.example.vn"
            session.get_one(Person, note.person_id).email = to
            session.add(
                Delivery(
                    notification_id=note.id, message_id=f"<{n}@duyet.invalid>", state=state,
                    attempts=n % 3 + 1, next_at=SEND_AT_ONCE, error=answer,
                    tried_at=clock.real_now(), address=to,
                )
            )  # fmt: skip
        db.session.flush()


def test_notices_and_the_log_of_mail(app: Flask, visitor: Visitor) -> None:
    """The secretary of a base reads what she was told and takes her deadlines along; the administrator
    sees to the mail that did not arrive."""
    visitor.enter("bithu.b3").go("/notifications")
    unread = visitor.on.locator(".entry--unread")
    count = unread.count()
    assert count > 1
    visitor.press(unread.first.locator('button[name="stay"]'))
    assert visitor.on.url.endswith("/notifications")
    assert unread.count() == count - 1
    visitor.press(unread.first.locator("button:not([name])"))
    assert "/notifications" not in visitor.on.url
    visitor.go("/notifications")
    visitor.press(visitor.on.locator('form[action$="/notifications/read"] button'))
    assert unread.count() == 0

    visitor.go("/preferences")
    visitor.press(visitor.on.locator('#calendar form[action$="/preferences/calendar"] button'))
    address = visitor.on.locator("#address").input_value()
    path = "/calendar/" + address.partition("/calendar/")[2]
    file = app.test_client().get(path)
    assert file.status_code == 200
    assert b"BEGIN:VEVENT" in file.data
    visitor.press(visitor.on.locator('form[action$="/revocation"] button'))
    assert visitor.on.locator("#address").count() == 0
    assert app.test_client().get(path).status_code == 404

    mails_of_every_state(app)
    visitor.enter("quantri").go("/administrator/system")
    visitor.press(visitor.on.locator('a[href$="/administrator/deliveries"]'))
    rows = visitor.on.locator("table tbody tr")
    assert rows.count() == 4
    visitor.press(visitor.on.locator('table form[action$="/again"] button').first)
    assert rows.count() == 3
    visitor.go("/administrator/deliveries?tab=all")
    assert rows.count() == 8
    visitor.fill(word="can.bo.so.3@phuong-minh-hoa.example.vn")
    visitor.press(visitor.on.locator("#bounces button"))
    assert rows.count() == 4
