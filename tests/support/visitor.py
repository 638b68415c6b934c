"""Somebody with a browser, without the browser: logs in through the real form, keeps his cookies, and
sends the forms that pages show, hidden fields and all."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

# What differs between two answers to the same question: the token, and the rehearsal's clock.
TOKENS = re.compile(r'name="csrf_token" value="[^"]+"')
CLOCK = re.compile(r"\d\d:\d\d(:\d\d)?,? (ngày )?\d\d/\d\d/\d{4}")


@dataclass
class PageForm:
    """A form as the page shows it: where it goes, and what it would send as it stands."""

    action: str
    method: str
    fields: MultiDict[str, str] = field(default_factory=MultiDict)
    names: list[str] = field(default_factory=list)


class _Forms(HTMLParser):
    """Reads every form of a page, with what is typed in it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[PageForm] = []
        self._area: str | None = None
        self._select: str | None = None
        self._typed: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(PageForm(given.get("action", ""), given.get("method", "get")))
        if not self.forms:
            return
        here, name = self.forms[-1], given.get("name", "")
        if tag == "input" and name:
            here.names.append(name)
            kind = given.get("type", "text")
            if kind not in ("checkbox", "radio") or "checked" in given:
                here.fields.add(name, given.get("value", ""))
        elif tag == "textarea" and name:
            here.names.append(name)
            self._area, self._typed = name, []
        elif tag == "select" and name:
            here.names.append(name)
            self._select = name
        elif tag == "option" and self._select:
            # The first counts until one says that it is chosen.
            chosen = "selected" in given or self._select not in here.fields
            if chosen:
                here.fields.setlist(self._select, [given.get("value", "")])

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._typed.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            # A browser drops the line end that directly follows the tag.
            self.forms[-1].fields.add(self._area, "".join(self._typed).removeprefix("\n"))
            self._area = None
        elif tag == "select":
            self._select = None


class Visitor:
    """One person's cookies. `login` empty: nobody has logged in."""

    def __init__(self, app: Flask, login: str = "", password: str = "") -> None:
        self.client = app.test_client()
        self.login = login
        self.token = ""
        if login:
            answer = self.submit("/login", "/login", login=login, password=password)
            assert answer.status_code == 303, f"{login} does not get in: {answer.status_code}"
        self.token = self.token_of(self.get("/login" if not login else "/account"))

    @classmethod
    def already_in(cls, app: Flask, login: str, session_token: str) -> Visitor:
        """Somebody whose session was opened without the form, with the token of his pages."""
        made = cls.__new__(cls)
        made.client, made.login = app.test_client(), login
        with made.client.session_transaction() as cookie:
            cookie["token"], cookie["csrf_token"] = session_token, "of a test"
        signer = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token")
        made.token = str(signer.dumps("of a test"))
        return made

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def post(self, path: str, data: Any = None, *, token: bool = True) -> TestResponse:
        """Posts these fields, with this session's token unless told otherwise."""
        sent = MultiDict(data or {})
        if token:
            sent["csrf_token"] = self.token
        return self.client.post(path, data=sent)

    def form(self, page: str, action: str) -> PageForm:
        """The form on `page` that goes to `action`, as it stands."""
        return form_in(self.get(page), action)

    def submit(self, page: str, action: str, **typed: Any) -> TestResponse:
        """Opens a page, types into its form, sends it. A name with dots is written with `__`."""
        return self.send(self.form(page, action), **typed)

    def send(self, form: PageForm, **typed: Any) -> TestResponse:
        """Sends a form opened before, with this typed into it."""
        fields = MultiDict(form.fields)
        for name, value in typed.items():
            fields[name.replace("__", ".")] = value
        return self.client.post(form.action, data=fields)

    @staticmethod
    def token_of(answer: TestResponse) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
        assert found is not None, f"no form on {answer.request.path}: {answer.status_code}"
        return found.group(1)


def form_in(answer: TestResponse, action: str) -> PageForm:
    """The form of an answered page that goes to `action`."""
    for form in _Forms(answer.text).forms:
        if form.action.split("#")[0] == action:
            return form
    raise AssertionError(f"no form to {action} on {answer.request.path} ({answer.status_code})")


def says(answer: TestResponse, words: str) -> bool:
    """Whether the page shows these words (what HTML escapes is shown as the letter)."""
    return words in " ".join(html.unescape(answer.text).split())


def settled(answer: TestResponse) -> str:
    """A page without what differs between two answers anyway: token, clock, and its own address."""
    text = CLOCK.sub("CLOCK", TOKENS.sub("TOKEN", answer.text))
    return text.replace(answer.request.path, "HERE")
