"""The schedule has stopped: `/healthz` is 503 and names it, and every page of the administrator turns
red; until it runs again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

import clock
from models import db, transaction
from models.heartbeat import Heartbeat
from tests.abuse.said import shown
from tests.support.house import ADMINISTRATOR, House
from views import present

PAGES = (
    "/administrator/",
    "/administrator/people",
    "/administrator/accounts",
    "/administrator/system",
)
NEVER = (
    "Lịch chưa chạy lần nào: việc quá hạn chưa được báo lên cấp trên. "
    "Khởi động tiến trình workers.schedule rồi tải lại trang."
)
SILENT = (
    "Lịch im từ %(at)s: từ lúc đó việc quá hạn không được báo lên cấp trên. "
    "Khởi động lại tiến trình workers.schedule rồi tải lại trang."
)
RED = '<div class="notice notice--late" role="alert">'

pytestmark = pytest.mark.databases("sqlite")


def beat(app: Flask, ago: timedelta) -> str:
    """The schedule's last sign of life was so long ago; as the page writes that instant."""
    at = clock.real_now() - ago
    with app.app_context(), transaction():
        db.session.merge(Heartbeat(name="schedule", at=at))
        return present.instant(at)


def test_schedule_stopped_turns_healthz_and_the_administrators_pages_red(app: Flask) -> None:
    house = House(app)
    administrator, anybody = house(ADMINISTRATOR), app.test_client()

    never = anybody.get("/healthz")
    assert (never.status_code, never.json["ailing"]) == (503, ["schedule"])
    assert all(shown(administrator.get(path), NEVER) for path in PAGES)

    beat(app, timedelta(seconds=30))
    with app.app_context(), transaction():  # the signing process runs, too
        db.session.merge(Heartbeat(name="signer", at=clock.real_now()))
    assert anybody.get("/healthz").status_code == 200
    assert not any(RED in administrator.get(path).text for path in PAGES[:-1])
    assert not any(shown(administrator.get(path), NEVER) for path in PAGES)

    at = beat(app, timedelta(minutes=4))
    silent = anybody.get("/healthz")
    assert (silent.status_code, silent.json["ailing"]) == (503, ["schedule"])
    assert silent.json["parts"]["schedule"].startswith("silent for 24")
    for path in PAGES:
        page = administrator.get(path)
        assert RED in page.text
        assert shown(page, SILENT, at=at)
    assert not shown(house("Sau").get("/"), SILENT, at=at), "it is the administrator's to mend"

    beat(app, timedelta(0))
    assert anybody.get("/healthz").status_code == 200
    assert not shown(administrator.get("/administrator/"), SILENT, at=at)


def test_a_sign_of_life_from_the_future_is_none(app: Flask) -> None:
    """The clock was set back by an hour: for an hour a dead schedule would look alive."""
    beat(app, -timedelta(hours=1))
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.json["ailing"]) == (503, ["schedule"])
    assert "the clock was set back" in answer.json["parts"]["schedule"]
