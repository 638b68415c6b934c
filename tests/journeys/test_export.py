"""An inspector takes an inspection's scope away, and verifies it where this server is not."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from flask import Flask

from models.base import db
from models.export import ExportJob
from tests.journeys.conftest import Visitor
from tests.support import exported

pytestmark = [
    pytest.mark.soak,
    pytest.mark.data("demo"),
    pytest.mark.databases("sqlite"),
    pytest.mark.languages("vi", only=True),  # 360 px
]


@pytest.fixture
def at() -> str:
    return "2026-11-23T10:00+07:00"


def test_taken_away_and_verified(app: Flask, visitor: Visitor, tmp_path: Path) -> None:
    visitor.enter("kiemtra.phuong").go("/inspection")
    visitor.press(visitor.on.locator('a[href="/inspection/exports"]'))
    choices = visitor.on.locator("#scope option")
    case = next(
        option
        for option in choices.all()
        if str(option.get_attribute("value")).startswith("inspection-")
    )
    visitor.on.locator("#scope").select_option(case.get_attribute("value"))
    visitor.press(visitor.on.locator("form.sheet button"))
    assert visitor.on.locator(".entry [role=status]").count() == 1
    visitor.go("/inspection")  # away from a page that looks again by itself
    with app.app_context():
        exported.sign(tmp_path / "keys")
        job = db.session.scalars(db.select(ExportJob.id)).one()
        exported.made(job, tmp_path / "keys")
        policy = exported.policy(tmp_path / "policy.json")
    visitor.go("/inspection/exports")
    with visitor.on.expect_download() as download:
        visitor.on.locator("a[download]").click()
    export = tmp_path / "export.zip"
    download.value.save_as(export)
    status, told = exported.verify(export, policy)
    assert (status, told["first"]) == (0, None)
    assert told["events"] > 50
    with zipfile.ZipFile(export) as pack:
        pack.extractall(tmp_path / "open")
        prints = [name for name in pack.namelist() if name.endswith(".pdf")]
        assert not [name for name in prints if "commitment" in name or "self_report" in name]
    visitor.on.goto((tmp_path / "open" / "index.html").as_uri())
    visitor.look()
    visitor.on.locator('a[href^="logs/"]').first.click()
    visitor.look()
