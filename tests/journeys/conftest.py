"""A person at a browser: enters a role of the demo organisation and presses what the page offers.

Every kind of page is looked at by axe; a page wider than its screen, a message on the browser's
console or an answer of 500 ends the journey. With SCREENSHOTS=folder the pages are kept as pictures.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page

from tests.support.axe import findings
from tests.support.server import LiveServer

# Looking costs more than the rest of a journey together, so no kind of page is looked at twice.
# The long run looks again in each state of a document.
LOOKED_AT: set[tuple[str, str]] = set()
EVERY_STATE = "SCREENSHOTS" in os.environ or "EVERY_STATE" in os.environ
SIZES = {"vi": {"width": 360, "height": 740}, "en": {"width": 1280, "height": 900}}


class Visitor:
    """One browser window. `enter` changes who sits before it."""

    def __init__(self, browser: Browser, url: str, language: str, name: str) -> None:
        self.browser, self.url, self.language, self.name = browser, url, language, name
        self.pictures = 0
        self.page: Page | None = None
        self.refused = False  # the next answers may be refusals: the browser's console tells of 422

    # ---- moving about

    def enter(self, login: str) -> Visitor:
        """Log in as a demo role, in the language of this journey. The window is the same, a new one
        costs a second, but nothing is left in it of who sat there before."""
        if self.page is None:
            self.page = self.browser.new_context(viewport=SIZES[self.language]).new_page()
            self.page.on("console", self._heard)
        else:
            self.page.evaluate("sessionStorage.clear(); localStorage.clear()")
            self.page.context.clear_cookies()
        page = self.page
        page.goto(f"{self.url}/login?all=1")
        page.locator(f'.enter button[value="{login}"]').click()
        if page.locator("html").get_attribute("lang") != self.language:
            page.locator(f'button[name="language"][value="{self.language}"]').click()
            page.goto(self.url)
        self.look()
        return self

    def leave(self) -> None:
        if self.page is not None:
            self.page.context.close()

    def go(self, path: str) -> Visitor:
        response = self.on.goto(self.url + path)
        assert response is not None
        assert response.status < 400, (path, response.status)
        self.look()
        return self

    @property
    def on(self) -> Page:
        assert self.page is not None
        return self.page

    def _heard(self, message: object) -> None:
        kind = getattr(message, "type", "")
        if self.refused and "status of 422" in getattr(message, "text", ""):
            return
        assert kind not in ("error", "warning"), getattr(message, "text", "")

    # ---- looking

    def look(self) -> None:
        """What holds for every page: nothing wider than the screen; and for each kind of page nothing
        for axe."""
        page = self.on
        page.wait_for_load_state()
        self._keep()
        badge = page.locator(".head .state").first
        state = badge.inner_text() if EVERY_STATE and badge.count() else ""
        kind = (re.sub(r"\d+", "N", page.url.removeprefix(self.url)), state)
        if kind not in LOOKED_AT:
            LOOKED_AT.add(kind)
            assert findings(page) == [], page.url
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[self.language]["width"], f"{page.url} is {width} wide"

    def _keep(self) -> None:
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            self.pictures += 1
            path = Path(folder) / f"{self.name}-{self.language}-{self.pictures:02}.png"
            self.on.screenshot(path=path, full_page=True)

    def sees(self, words: str | re.Pattern[str]) -> None:
        assert self.on.get_by_text(words).first.is_visible(), words

    # ---- pressing

    def press(self, target: Locator) -> Visitor:
        with self.on.expect_navigation():
            target.click()
        self.look()
        return self

    def take(self, words: str) -> Visitor:
        """From the desk: the button of the row whose text holds these words."""
        self.on.goto(self.url)
        row = self.on.locator("li.task", has_text=words).first
        return self.press(row.locator("a.btn"))

    def act(self, resource: str, **answers: str) -> Visitor:
        """On a document's page: press the act; fill in its form when it asks something."""
        panel = self.on.locator("main")
        direct = panel.locator(f'form[action$="/{resource}"] button:not([disabled])')
        if direct.count():
            return self.press(direct.first)
        self.press(panel.locator(f'a[href$="/{resource}/new"]').first)
        self.fill(**answers)
        return self.press(self.on.locator("form.sheet--ask button.btn").first)

    def fill(self, **answers: str) -> None:
        """Type into fields by name; `votes__for` means the field `votes.for`."""
        for name, value in answers.items():
            field = self.on.locator(f'main [name="{name.replace("__", ".")}"]').first
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            elif field.get_attribute("type") == "hidden":
                assert field.input_value() == value
            else:
                field.fill(value)

    def save(self) -> Visitor:
        return self.press(self.on.locator('main button[name="save"]:visible').last)

    def add(self, what: str) -> Visitor:
        return self.press(self.on.locator(f'button[name="add"][value="{what}"]').first)

    @property
    def document(self) -> str:
        """The path of the document on the page: /documents/7."""
        found = re.search(r"/documents/\d+", self.on.url)
        assert found is not None, self.on.url
        return found.group()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each journey goes in one language, `languages("en")` where not in Vietnamese; the soak goes in
    both."""
    if "language" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("languages")
        asked = marker.args if marker else ("vi",)
        if marker and marker.kwargs.get("only"):  # it reads the words of its pages
            metafunc.parametrize("language", asked, indirect=True)
            return
        languages = [
            language if language in asked else pytest.param(language, marks=pytest.mark.soak)
            for language in SIZES
        ]
        metafunc.parametrize("language", languages, indirect=True)


@pytest.fixture
def language(request: pytest.FixtureRequest) -> str:
    """The language of a journey, and with it the width of its screen: vi 360 px, en 1280 px."""
    return str(request.param)


@pytest.fixture
def at() -> str:
    """The organisation's instant at which the journey begins; a test module may override it."""
    return "2026-04-06T08:00+07:00"


@pytest.fixture
def visitor(
    app: Flask, at: str, live_server: LiveServer, browser: Browser, language: str,
    request: pytest.FixtureRequest,
) -> Iterator[Visitor]:  # fmt: skip
    moved = app.test_cli_runner().invoke(args=["rehearsal", "advance", at])
    assert moved.exit_code == 0, moved.output
    name = request.node.originalname.removeprefix("test_")
    visitor = Visitor(browser, live_server.url, language, name)
    yield visitor
    visitor.leave()
