"""The clock is set back: what was done stays in its order, the log says so and verifies, nothing climbs
twice, nobody is shut out or stays in too long, and the administrator reads what is wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

import clock
from models import db, transaction
from models.deadline import Escalation
from models.event import AuditEvent
from models.rehearsal import Rehearsal
from tests.abuse.said import in_english, shown
from tests.abuse.test_two_approvers_at_once import DECISION, approval_form
from tests.support.house import ADMINISTRATOR, House
from tests.support.visitor import Visitor, says
from views import present
from workers import jobs
from workflows.trail import verify

BACK = timedelta(days=1)
SET_BACK = (
    "Đồng hồ đã lùi: đang là %(now)s, sự kiện mới nhất đã ghi lúc %(latest)s. "
    "Chỉnh lại giờ máy chủ; đến lúc đó hạn và ngày in sai theo."
)
TO_COME = (
    "Ngày văn bản %(dated_on)s còn ở tương lai. Cần ghi ngày hôm nay (%(today)s) hoặc sớm hơn."
)
BEHIND = "đồng hồ chậm hơn sự kiện trước"
WAIT = "Đã thử sai nhiều lần. Chờ %(seconds)s giây rồi thử lại."

pytestmark = pytest.mark.databases("sqlite")


def set_clock(app: Flask, by: timedelta) -> None:
    """The organisation's clock jumps."""
    with app.app_context(), transaction() as session:
        row = session.get_one(Rehearsal, 1)
        assert row.frozen_at is not None
        row.frozen_at += by


def test_a_clock_set_back_keeps_the_order_and_the_proof(app: Flask) -> None:
    house = House(app)
    plan, secretary, administrator = house.plan(), house("Sau"), house(ADMINISTRATOR)
    at = f"/documents/{plan}"
    with app.app_context():
        latest = db.session.scalar(sa.select(sa.func.max(AuditEvent.at)))
    set_clock(app, -BACK)
    with app.app_context():
        now = clock.now()

    for path in ("/", "/documents", at, "/notifications", "/units", "/me"):
        assert secretary.get(path).status_code == 200, path
    for path in ("/administrator/", "/administrator/system"):
        page = administrator.get(path)
        names = {"now": present.instant(now), "latest": present.instant(latest)}
        assert shown(page, SET_BACK, **names)

    # What is printed follows the clock, so the true day is one to come, and the page says so.
    form = approval_form(secretary, plan)
    early = secretary.send(form, number="02-KH/CB", dated_on="02/03/2026", **DECISION)
    assert early.status_code == 422
    assert shown(early, TO_COME, dated_on="02/03/2026", today="01/03/2026")
    done = secretary.send(form, number="02-KH/CB", dated_on="01/03/2026", **DECISION)
    assert done.status_code == 303

    # A window left open acts once, by its version and not by the clock.
    assert secretary.send(form, number="02-KH/CB", **DECISION).status_code == 303
    assert house.events("approve", plan) == 1

    # History in the order in which it happened; the log notes that its clock was behind.
    in_english(BEHIND)
    page = secretary.get(at)
    assert says(page, BEHIND)
    told = [entry["action"] for entry in _history(house, plan)]
    assert told[-4:] == ["create", "submit", "review", "approve"]
    with app.app_context():
        report = verify(db.session())
        assert report.whole, report.first

    set_clock(app, BACK + timedelta(hours=1))
    assert house.look(plan).state == "approved"
    assert not says(administrator.get("/administrator/"), "Đồng hồ đã lùi")


def _history(house: House, plan: int) -> list[dict[str, str]]:
    answer = house.app.test_client().get(
        f"/api/v1/documents/{plan}/history", headers=house.bearer("Sau")
    )
    assert answer.status_code == 200
    return list(answer.json["items"])


def test_a_clock_set_back_climbs_nothing_twice(app: Flask) -> None:
    """Overdue, climbed; set back before the deadline, swept; forward again, swept: once."""
    house = House(app)
    house.plan("submitted")

    def sweep() -> list[tuple[int, str]]:
        with app.app_context():
            jobs.sweep()
            rows = db.session.execute(sa.select(Escalation.deadline_id, Escalation.rung))
            return sorted((row[0], str(row[1])) for row in rows)

    set_clock(app, timedelta(days=14))
    climbed = sweep()
    assert climbed
    set_clock(app, timedelta(days=-14))
    assert sweep() == climbed
    set_clock(app, timedelta(days=14))
    assert sweep() == climbed
    with app.app_context():
        assert verify(db.session()).whole


def test_a_clock_set_back_shuts_nobody_out(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five wrong passwords make wait; a day back, that wait is not a day and more."""
    house = House(app)
    real = clock.real_now
    for _ in range(6):
        visitor = Visitor(app)
        answer = visitor.submit("/login", "/login", login="sau", password="sai mật khẩu")
    assert answer.status_code == 429
    in_english(WAIT)
    assert says(answer, "Đã thử sai nhiều lần.")
    monkeypatch.setattr(clock, "real_now", lambda: real() - BACK)
    assert house("Sau").get("/").status_code == 200


def test_a_clock_set_back_lets_nobody_stay_longer(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session in use goes on, and counts its idle hours by the clock that is set now."""
    house = House(app)
    secretary, real = house("Sau"), clock.real_now
    monkeypatch.setattr(clock, "real_now", lambda: real() - BACK)
    assert secretary.get("/").status_code == 200
    monkeypatch.setattr(clock, "real_now", lambda: real() - BACK + timedelta(hours=13))
    assert secretary.get("/").headers["Location"] == "/login"
