"""The administrator previews a campaign and opens it, watches it open, and amends it."""

from __future__ import annotations

import pytest
from flask import Flask

from config import ROOT
from models.base import db
from tests.journeys.conftest import Visitor
from workers import jobs
from workflows import campaigns

pytestmark = [
    pytest.mark.soak,  # the short form, without a browser, is in tests/test_campaign_pages.py
    pytest.mark.data("organisation"),
    pytest.mark.databases("sqlite"),
    pytest.mark.languages("vi"),
]

SOURCE = (ROOT / "campaigns" / "cd-2026.toml").read_text("utf-8").replace('"CD-2026"', '"DOT"')
WORDS = {
    "vi": {
        "twice": "mã O-PLAN được dùng hai lần",
        "no_basis": "O-PLAN là kế hoạch học tập, quán triệt mà chưa có căn cứ.",
        "count": "118 việc sẽ được giao ngay khi mở.",
        "opening": "Đang mở, 0 %",
        "open": "Đang chạy",
        "moved": "từ 14/10/2026 sang 19/10/2026: 1 việc còn dở.",
        "done": "Đã sửa đợt. Việc đã xong giữ nguyên.",
    },
    "en": {
        "twice": "mã O-PLAN được dùng hai lần",
        "no_basis": "O-PLAN is a study plan without a basis.",
        "count": "Opening writes 118 obligations at once.",
        "opening": "Opening, 0 %",
        "open": "Running",
        "moved": "is due on 19/10/2026 instead of 14/10/2026. Open obligations concerned: 1.",
        "done": "The campaign is amended. What is met stays as it is.",
    },
}


@pytest.fixture
def at() -> str:
    return "2026-01-06T08:00+07:00"


def send(visitor: Visitor, source: str) -> None:
    visitor.on.locator("#source").fill(source)
    visitor.press(visitor.on.locator('form:has(#source) button:not([name="do"])').last)


def test_a_campaign_is_previewed_opened_and_amended(
    visitor: Visitor, app: Flask, language: str
) -> None:
    words = WORDS[language]
    visitor.enter("quantri").go("/administrator/campaigns")
    visitor.press(visitor.on.locator('a[href$="/campaigns/new"]').first)
    # A file that cannot be read keeps its text; one that contradicts itself says where.
    visitor.refused = True
    send(visitor, SOURCE.replace('code     = "O-COMMIT"', 'code     = "O-PLAN"'))
    visitor.refused = False
    visitor.sees(words["twice"])
    assert 'code     = "O-PLAN"' in visitor.on.locator("#source").input_value()
    send(visitor, SOURCE.replace('variant  = "implementation"', 'variant  = "study"'))
    visitor.sees(words["no_basis"])
    send(visitor, SOURCE)
    # What it would bring: who owes what, the ladder of C6's plan, and how many in all.
    visitor.sees(words["count"])
    visitor.on.locator("#climbs summary").first.click()
    for day in ("01/04/2026 07:00", "03/04/2026 07:00", "09/04/2026 07:00", "21/04/2026 07:00"):
        visitor.sees(day)
    visitor.press(visitor.on.locator("#open button.btn--main"))
    visitor.sees(words["opening"])
    with app.app_context():
        (ident,) = campaigns.due()
        assert jobs.open_campaign(ident)
        db.session.remove()
    visitor.go("/administrator/campaigns/DOT").sees(words["open"])
    visitor.press(visitor.on.locator('a[href$="/amendment"]'))
    visitor.on.locator("#source").fill(SOURCE.replace("date = 2026-10-15", "date = 2026-10-20"))
    visitor.press(visitor.on.locator('button[value="preview"]'))
    visitor.sees(words["moved"])
    visitor.press(visitor.on.locator('button[value="write"]'))
    visitor.sees(words["done"])
    # Whoever belongs to the ward reads what it is about.
    visitor.enter("bithu.b1").go("/campaigns/DOT").sees("05-CT/TW, 15/05/2016")
