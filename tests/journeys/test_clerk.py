"""A secretary signs; his clerk prints, has it signed, scans, sends; the register is right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import clock
from models import db, transaction
from models.account import Account
from models.campaign import Campaign
from models.register import NumberEntry
from models.unit import unit_by_code
from tests.cast import PAPER_BASIS, PLAN
from tests.journeys.conftest import Visitor
from workflows import create, perform

pytestmark = [
    pytest.mark.soak,  # the short forms, without a browser: tests/test_register.py, test_files.py
    pytest.mark.data("organisation"),
    pytest.mark.databases("sqlite"),
]

TITLE = "Học tập và làm theo Bác năm 2026 ở cơ quan phường"
DESK = "/units/B1/register"


def reviewed_plan(app: Flask) -> None:
    """A plan of B1 that waits for its secretary."""
    with app.app_context():
        person = {
            login: db.session.scalars(sa.select(Account).where(Account.login == login)).one().person
            for login in ("thammuu.b1", "phobithu.b1")
        }
        unit, now = unit_by_code("B1"), clock.now()
        assert unit is not None
        campaign = db.session.scalars(sa.select(Campaign).where(Campaign.code == "CD-2026")).one()
        with transaction():
            plan = create(
                "plan", unit=unit, campaign=campaign, title=TITLE, content=PLAN, basis=PAPER_BASIS,
                actor=person["thammuu.b1"], now=now,
            )  # fmt: skip
        for action, login in (("submit", "thammuu.b1"), ("review", "phobithu.b1")):
            with transaction():
                seen = {"revision": plan.revision, "version": plan.version}
                perform(plan, action, actor=person[login], now=now, **seen)


def test_the_clerk_prints_scans_sends_and_the_register_is_right(
    app: Flask, visitor: Visitor, tmp_path: Path
) -> None:
    reviewed_plan(app)
    visitor.enter("vanthu.b1").go(DESK)
    visitor.sees(re.compile(r"01-KH/ĐU\."))

    visitor.enter("bithu.b1").take(TITLE).act(
        "approval", dated_on="06/04/2026", minutes="04-BB/ĐU, 06/04/2026",
        votes__present="7", votes__for="7", votes__against="0",
    )  # fmt: skip

    visitor.enter("vanthu.b1").go(DESK)
    row = visitor.on.locator("#to-print li.task", has_text="01-KH/ĐU")
    with visitor.on.expect_download() as download:
        row.locator('a[href$=".pdf"]').click()
    signed = tmp_path / "da-ky.pdf"
    download.value.save_as(signed)
    visitor.press(row.locator('form[action$="/printed"] button'))

    visitor.press(visitor.on.locator("#to-file li.task", has_text="01-KH/ĐU").locator("a.btn"))
    visitor.on.locator('input[type="file"]').first.set_input_files(signed)
    scan = visitor.on.locator('main [name="purpose"][value="scan"]')
    if scan.count() and scan.first.get_attribute("type") == "radio":
        scan.first.check()
    visitor.press(visitor.on.locator("form:has(input[type=file]) button.btn").first)

    visitor.go(DESK)
    assert visitor.on.locator("#to-file").count() == 0
    visitor.press(visitor.on.locator("#to-send li.task", has_text="01-KH/ĐU").locator("a.btn"))
    visitor.press(visitor.on.locator("form.sheet--ask .submit button.btn--main"))

    visitor.go(DESK)
    assert visitor.on.locator("#to-send, #to-print, #to-file").all_inner_texts() == []
    line = visitor.on.locator("table.table tbody tr", has_text="01-KH/ĐU")
    for words in (TITLE, "06/04/2026"):
        assert words in line.inner_text()
    with app.app_context():
        entry = db.session.scalars(sa.select(NumberEntry)).one()
        assert (entry.symbol, entry.period, entry.n) == ("01-KH/ĐU", "2025-2030", 1)
