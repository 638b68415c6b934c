"""Somebody at a browser who writes on at a draft while the house burns: told that nothing was written,
he finds his text on the page and sends it again."""

from __future__ import annotations

import html
import http.client
from collections.abc import Iterable
from typing import Any

from werkzeug.test import Client as Browser
from werkzeug.test import TestResponse

from tests.faults.clients import NOT_WRITTEN, PATIENCE, Account, Client
from tests.faults.ground import PASSWORD, login_of
from tests.support.visitor import PageForm, Visitor, form_in, says

DONE, AGAIN, UNKNOWN = "done", "again", "unknown"


def through(port: int) -> Any:
    """A WSGI application that hands every request on to the web at `port`, over HTTP."""

    def hand_on(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2 * PATIENCE)
        path = environ["PATH_INFO"] + (f"?{q}" if (q := environ["QUERY_STRING"]) else "")
        headers = {
            name[5:].replace("_", "-"): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        if environ.get("CONTENT_TYPE"):
            headers["Content-Type"] = environ["CONTENT_TYPE"]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else None
        try:
            connection.request(environ["REQUEST_METHOD"], path, body, headers)
            answer = connection.getresponse()
            start(f"{answer.status} {answer.reason}", answer.getheaders())
            return [answer.read()]
        finally:
            connection.close()

    return hand_on


class Clerk(Visitor):
    """Chi at her browser, with a draft of her own that she never hands in."""

    def __init__(self, port: int, client: Client, account: Account) -> None:
        self.account = account
        draft = client.begin()
        assert draft is not None, "nothing burns yet"
        self.document: int = draft["id"]
        self.client = Browser(through(port))  # type: ignore[assignment]
        answer = self.submit("/login", "/login", login=login_of("Chi"), password=PASSWORD)
        assert answer.status_code == 303, answer.text
        self.texts = 0
        self.kept = 0

    @property
    def action(self) -> str:
        return f"/documents/{self.document}/revisions"

    def open(self) -> PageForm:
        """The page of the draft, with the next text typed into it and not sent yet."""
        form = self.form(f"{self.action}/new", self.action)
        self.texts += 1
        form.fields["text"] = f"Lần sửa thứ {self.texts}: giao chỉ tiêu từng quý."
        return form

    def press(self, form: PageForm) -> tuple[str, PageForm]:
        """Sends it; what came of it, and the form to send once more."""
        attempt = (self.document, int(form.fields["version"]) + 1, "revise")
        with self.account.lock:
            self.account.tried.add(attempt)
        try:
            answer = self.client.post(self.action, data=form.fields)
        except (OSError, http.client.HTTPException):
            with self.account.lock:
                self.account.unanswered += 1
            return UNKNOWN, form
        if answer.status_code == 303:
            with self.account.lock:
                self.account.acknowledged.append(attempt)
            return DONE, form
        if answer.status_code == 409:  # an attempt without an answer had been done
            return DONE, form
        return AGAIN, self._told(answer, form)

    def _told(self, answer: TestResponse, form: PageForm) -> PageForm:
        """The answer must say that nothing was written, and hold what was typed."""
        text = form.fields["text"]
        fair = (
            answer.status_code == 503
            and says(answer, NOT_WRITTEN)
            and "Retry-After" in answer.headers
            and text in html.unescape(answer.text)
        )
        if not fair:
            self.account.wrong.append(f"the clerk is told {answer.status_code}: {answer.text}")
            return form
        self.kept += 1
        return form_in(answer, self.action)
