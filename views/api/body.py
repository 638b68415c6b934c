"""What a program sent, read field by field; every problem is kept, with its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NoReturn, TypeVar

from flask import abort, request

from views.ids import LARGEST
from workflows.refusal import N_, Reason, Refused, WorkflowError
from workflows.text import LINE, TEXT, clean, parse_date

MOST_PROBLEMS = 50

T = TypeVar("T")


class Body:
    """A JSON object. A field that is absent or null is None; one that nobody knows is a problem."""

    def __init__(self, fields: Mapping[str, Any], *, known: tuple[str, ...], place: str = ""):
        self.fields = fields
        self.place = place
        self.problems: list[Reason] = []
        for name in [name for name in fields if name not in known][:MOST_PROBLEMS]:
            self.fail(
                shown(name),
                N_("Mục “%(name)s” không nhận ở đây. Các mục nhận: %(known)s."),
                name=shown(name),
                known=", ".join(known),
            )

    def fail(self, field: str, text: str, /, **params: object) -> None:
        """One more problem with a field."""
        self.problems.append(Reason("FORM", text, params, place=self.at(field)))

    def at(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def given(self, name: str, *, required: bool = False) -> Any:
        """The field as sent."""
        value = self.fields.get(name)
        if value is None and required:
            self.fail(name, N_("Thiếu mục “%(name)s”. Cần gửi kèm mục này."), name=name)
        return value

    def line(self, name: str, *, required: bool = False, limit: int = LINE) -> str | None:
        """One line of text; None when empty."""
        return self._text(name, required, limit, multiline=False)

    def text(self, name: str, *, limit: int = TEXT) -> str | None:
        """A text with paragraphs; None when empty."""
        return self._text(name, False, limit, multiline=True)

    def _text(self, name: str, required: bool, limit: int, *, multiline: bool) -> str | None:
        value = self.given(name, required=required)
        if value is None:
            return None
        place = self.at(name)
        text = self.attempt(lambda: clean(value, limit=limit, place=place, multiline=multiline))
        if text == "" and required:
            self.fail(name, N_("Mục “%(name)s” đang để trống. Cần ghi nội dung."), name=name)
        return text or None

    def whole(
        self, name: str, *, required: bool = False, least: int = 0, most: int = LARGEST
    ) -> int | None:
        """A whole number; true and 1.0 are none."""
        value = self.given(name, required=required)
        if value is None:
            return None
        if type(value) is not int or not least <= value <= most:
            self.fail(
                name,
                N_("Mục “%(name)s” cần là một số nguyên từ %(least)s đến %(most)s."),
                name=name,
                least=least,
                most=most,
            )
            return None
        return value

    def day(self, name: str, *, required: bool = False) -> date | None:
        """A day, 2026-03-31."""
        value = self.given(name, required=required)
        if value is None:
            return None
        return self.attempt(lambda: parse_date(value, place=self.at(name)))

    def mapping(self, name: str, *, required: bool = False) -> Mapping[str, Any] | None:
        """An object."""
        value = self.given(name, required=required)
        if value is None or isinstance(value, Mapping):
            return value
        self.fail(name, N_("Mục “%(name)s” cần là một nhóm mục có tên."), name=name)
        return None

    def attempt(self, work: Callable[[], T]) -> T | None:
        """The result of `work`, or None with what it refused among the problems."""
        try:
            return work()
        except Refused as refused:
            self.problems += refused.reasons
            return None

    def check(self) -> None:
        """Raises Refused with every problem found."""
        if self.problems:
            raise Refused(*self.problems[:MOST_PROBLEMS])


def read_body(known: tuple[str, ...]) -> Body:
    """The object that the request carries. 415 when it says no JSON, Refused when it is none."""
    if not request.is_json:
        abort(415)
    try:
        value = json.loads(request.get_data().decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise malformed() from None
    if not isinstance(value, dict):
        raise malformed()
    return Body(value, known=known)


def malformed() -> WorkflowError:
    """What was sent is not one JSON object."""
    return Refused(
        Reason(
            "FORM", N_("Phần gửi lên chưa đọc được. Cần là một nhóm mục JSON đúng chuẩn, mã UTF-8.")
        )
    )


def shown(value: object) -> str:
    """Something sent as it may be repeated in a sentence: short and printable."""
    text = "".join(letter if letter.isprintable() else "�" for letter in str(value)[:41])
    return text if len(text) <= 40 else text[:39] + "…"


def _no_number(_constant: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")
