"""The page on which an inspector orders what he takes away, and who gets nothing there."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

import clock
from models.base import db, transaction
from models.export import ExportJob
from models.post import Post
from tests.support import exported
from tests.support.house import House
from tests.support.visitor import says
from workflows import exports

pytestmark = pytest.mark.databases("sqlite")  # pages; what is exported is asked of both


def the_job() -> int:
    return max(db.session.scalars(db.select(ExportJob.id)))


def test_ordered_made_and_fetched_by_the_inspector_alone(app: Flask, tmp_path: Path) -> None:
    house = House(app)
    house.plan("reviewed")
    kiem = house("Kiem")
    empty = kiem.post("/inspection/exports", {})
    assert empty.status_code == 422
    assert says(empty, "Chọn cuộc kiểm tra hoặc đơn vị")
    for nothing in ("unit-KHONG", "unit-", "inspection-1", "inspection-²", "x"):
        assert kiem.post("/inspection/exports", {"scope": nothing}).status_code == 404, nothing
    assert kiem.post("/inspection/exports", {"scope": "unit-PROVINCE"}).status_code == 404
    assert kiem.post("/inspection/exports", {"scope": "unit-CELL\0"}).status_code == 422
    for other in ("Sau", "Bon", "Vy", "An"):
        assert house(other).get("/inspection/exports").status_code == 404
        assert house(other).post("/inspection/exports", {"scope": "unit-CELL"}).status_code == 404
    assert kiem.post("/inspection/exports", {"scope": "unit-CELL"}).status_code == 303
    with app.app_context():
        exported.sign(tmp_path / "keys")
        job = the_job()
        assert exports.due(clock.real_now()) == [job]
    assert says(kiem.get("/inspection/exports"), "Đang chờ máy làm tệp")
    assert kiem.get(f"/inspection/exports/{job}/file").status_code == 404
    with app.app_context():
        exported.made(job, tmp_path / "keys")
    page = kiem.get("/inspection/exports")
    assert "Refresh" not in page.headers
    assert says(page, "Tải tệp ZIP")
    answer = kiem.get(f"/inspection/exports/{job}/file")
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(BytesIO(answer.data)) as pack:
        assert {"index.html", "verify.py", "manifest.note"} <= set(pack.namelist())
        for told in (page.text, pack.read("index.html").decode()):
            [policy] = re.findall(r"python verify\.py \S+\.zip ([\w.]+)", told)
            assert policy in pack.namelist(), "the file that is named is there"
    assert kiem.get(f"/exports/{job}/file").status_code == 404, "no order for prints"
    for other in ("Sau", "Bon", "Vy"):
        assert house(other).get(f"/inspection/exports/{job}/file").status_code == 404


def test_whose_post_ended_neither_gets_it_made_nor_fetches_it(app: Flask, tmp_path: Path) -> None:
    house = House(app)
    house.plan("reviewed")
    kiem = house("Kiem")
    for _ in range(2):
        assert kiem.post("/inspection/exports", {"scope": "unit-CELL"}).status_code == 303
    with app.app_context():
        exported.sign(tmp_path / "keys")
        second = the_job()
        exported.made(second - 1, tmp_path / "keys")
    with house.inside() as office, transaction():
        # From now on he inspects the advisory body only.
        post = db.session.scalars(
            db.select(Post).where(Post.person_id == office.people["Kiem"].id)
        ).one()
        post.ended_at = office.now
        office.post("Kiem", "WARD-XDD", "inspector", "Ủy ban Kiểm tra")
    with app.app_context():
        assert exports.make(second, now=clock.now, real_now=clock.real_now)
        job = db.session.get_one(ExportJob, second)
        assert (job.state, job.file_id) == ("failed", None)
    refused = kiem.get(f"/inspection/exports/{second - 1}/file")
    assert refused.status_code == 422
    assert says(refused, "không còn thuộc phạm vi kiểm tra")
