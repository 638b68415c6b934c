"""The disk is full: 503 with a sentence, nothing half-written, what was typed is kept, and it goes on
as soon as there is room. Under a whole load: tests/faults."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from models import db
from models.stored_file import StoredFile
from tests import hostile
from tests.abuse.said import shown
from tests.abuse.test_two_approvers_at_once import DECISION, approval_form
from tests.support.house import House
from tests.support.postgres import limit_files
from tests.support.visitor import Visitor, form_in
from workflows.trail import verify

ROOM = 64 * 1024  # bytes that a file may have while the disk is full
TYPED = "Chi bộ bàn kỹ, thống nhất giao chỉ tiêu từng quý cho từng người."
FULL = "Kho dữ liệu đang không nhận ghi. Chưa có gì bị thay đổi; chờ ít phút rồi làm lại."

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def house(app: Flask) -> House:
    app.testing = False  # as in the office: what nobody foresaw becomes a page, too
    return House(app)


@contextmanager
def disk_full(app: Flask) -> Iterator[None]:
    """No file of this process may grow beyond what the database's journal has already."""
    with app.app_context():
        file = Path(str(db.engine.url.database))
    assert file.with_name(f"{file.name}-wal").stat().st_size > ROOM
    limit_files([os.getpid()], ROOM)
    try:
        yield
    finally:
        limit_files([os.getpid()], None)


def state(house: House, plan: int) -> tuple[object, ...]:
    row = house.look(plan)
    with house.app.app_context():
        report = verify(db.session())
    assert report.whole, report.first
    return row.state, row.version, row.revision, row.number, house.events()


def upload(visitor: Visitor, plan: int, content: bytes) -> TestResponse:
    given = visitor.form(f"/documents/{plan}", f"/documents/{plan}/files").fields.to_dict()
    data = {**given, "purpose": "attachment", "file": (io.BytesIO(content), "anh.jpg")}
    return visitor.client.post(f"/documents/{plan}/files", data=data)


def photograph() -> bytes:
    """A picture of nothing, larger than the room that is left."""
    file = io.BytesIO()
    Image.frombytes("RGB", (400, 400), os.urandom(400 * 400 * 3)).save(file, "JPEG")
    assert file.tell() > ROOM
    return file.getvalue()


def refused(answer: TestResponse) -> None:
    assert answer.status_code == 503, answer.text[:1000]
    assert shown(answer, FULL)
    assert int(answer.headers["Retry-After"]) > 0


def test_disk_full_under_an_approval(house: House, app: Flask) -> None:
    plan, secretary, program_of_sau = house.plan(), house("Sau"), house.bearer("Sau")
    form, before = approval_form(secretary, plan), state(house, plan)
    with disk_full(app):
        answer = secretary.send(form, number="02-KH/CB", comment=TYPED, **DECISION)
        program = app.test_client().post(
            f"/api/v1/documents/{plan}/actions/return",
            json={"revision": 1, "version": 3, "reason": TYPED, "reason_code": "OTHER"},
            headers=program_of_sau,
        )
        assert secretary.get(f"/documents/{plan}").status_code == 200, "who reads is served"
    refused(answer)
    refused(program)
    assert state(house, plan) == before
    again = form_in(answer, f"/documents/{plan}/approval")
    assert again.fields["comment"] == TYPED
    assert secretary.send(again).status_code == 303
    assert state(house, plan)[0] == "approved"


def test_disk_full_under_a_file_that_comes_in(house: House, app: Flask) -> None:
    plan, chi = house.plan("drafted"), house("Chi")
    before, content = state(house, plan), photograph()
    with disk_full(app):
        refused(upload(chi, plan, content))
        refused(upload(chi, plan, hostile.picture()))  # it fits; its row does not
    assert state(house, plan) == before
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0
    assert upload(chi, plan, content).status_code == 303
    assert state(house, plan)[-1] == before[-1] + 1
