"""A cell's meeting on one screen: adopted tap by tap, through a break of the connection, confirmed by
the minute-taker."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Visitor
from tests.support.meeting import CELL, person_of, waiting_commitments

pytestmark = [pytest.mark.data("organisation"), pytest.mark.databases("sqlite")]

MANY = {"vi": 30, "en": 3}  # on the phone the whole evening, on the desk a short one
MOST_TAPS = 40


class Finger:
    """Counts what a finger does."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, target: Locator) -> None:
        self.taps += 1
        target.click()

    def choose(self, field: Locator, value: str) -> None:
        self.taps += 2  # the list is opened, one of it is touched
        field.select_option(value)


def test_a_secretary_holds_a_meeting(visitor: Visitor, app: Flask, language: str) -> None:
    many = MANY[language]
    waiting_commitments(app, many)
    with app.app_context():
        taker = str(person_of("chiuy.c1").id)
    finger = Finger()
    visitor.enter("bithu.c1")
    page = visitor.on
    finger.tap(page.locator(f'li.task a.btn[href="/units/{CELL}/sittings"]').first)
    visitor.look()
    finger.tap(page.locator("form.filters button"))
    visitor.look()
    meeting = page.url
    finger.choose(page.locator("#minute_taker"), taker)
    agree = page.locator(".ballot .choice input.yes + label")
    expect(agree).to_have_count(many)
    for n in range(many // 3):
        finger.tap(agree.nth(n))
    _through_a_break(visitor, finger, agree, many // 3, 2 * many // 3)
    for n in range(2 * many // 3, many):
        finger.tap(agree.nth(n))
    finger.tap(page.locator("[data-closing]"))
    page.wait_for_url(meeting)
    page.locator(".sheet--ask form button").first.wait_for()
    visitor.look()
    assert finger.taps < MOST_TAPS, finger.taps

    visitor.enter("chiuy.c1")
    visitor.press(visitor.on.locator(f'li.task a.btn[href="{meeting[len(visitor.url) :]}"]'))
    visitor.press(visitor.on.locator('form[action$="/confirmation"] button'))
    assert visitor.on.locator(".result .state--done").count() >= many
    visitor.go("/me/month").go("/sittings")
    assert visitor.on.locator(".entry .state--done").count() == 1


def _through_a_break(
    visitor: Visitor, finger: Finger, agree: Locator, start: int, end: int
) -> None:
    """The connection goes away; what is tapped meanwhile is there after it is back, and after the
    page was opened again."""
    page = visitor.on
    meeting = page.locator("#meeting")
    page.remove_listener("console", visitor._heard)  # the browser itself tells of the break
    half = (start + end) // 2
    for first, back in ((start, half), (half, end)):
        expect(meeting).to_have_attribute("data-waiting", "0", timeout=20_000)
        page.context.set_offline(True)
        for n in range(first, back):
            finger.tap(agree.nth(n))
        expect(meeting).to_have_attribute("data-waiting", str(back - first))
        page.context.set_offline(False)
        if back == end:
            page.reload()
        expect(meeting).to_have_attribute("data-waiting", "0", timeout=20_000)
    page.on("console", visitor._heard)
    page.reload()
    expect(page.locator(".ballot .choice input.yes:checked")).to_have_count(end)
    visitor.look()
