"""Lists: `?limit=` and an opaque `?after=` that continues where the last page ended."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import request

from models.base import db
from models.campaign import Campaign
from models.unit import Unit
from views.ids import LARGEST
from workflows.refusal import N_, Reason, Refused
from workflows.text import clean_line

DEFAULT, MOST = 50, 200

Row = TypeVar("Row")


class Filters:
    """The query of a list, read name by name; `check()` refuses with everything that is wrong."""

    def __init__(self) -> None:
        self.problems: list[Reason] = []
        self.limit = self._limit()

    def word(self, name: str, known: Collection[str]) -> str | None:
        """One of some words, or None when not given."""
        value = request.args.get(name, "")
        if not value or value in known:
            return value or None
        self._fail(
            name,
            N_("Giá trị của “%(name)s” chưa đúng. Cần một trong: %(known)s."),
            known=", ".join(known),
        )
        return None

    def unit(self, name: str = "unit") -> Unit | None:
        """The unit with the code given."""
        return self._by_code(name, Unit, N_("Không có đơn vị mang mã đã gửi ở “%(name)s”."))

    def campaign(self, name: str = "campaign") -> Campaign | None:
        """The campaign with the code given."""
        return self._by_code(name, Campaign, N_("Không có đợt mang mã đã gửi ở “%(name)s”."))

    def after(self, parts: int = 1) -> tuple[int, ...] | None:
        """Where to go on: the numbers that the `next` of the page before stands for."""
        value = request.args.get("after", "")
        if not value:
            return None
        try:
            numbers = _decoded(value)
        except (ValueError, binascii.Error):
            numbers = ()
        if len(numbers) == parts:
            return numbers
        self.damaged()
        return None

    def damaged(self) -> None:
        """`after` is none of ours."""
        self._fail(
            "after", N_("Giá trị của “%(name)s” chưa đúng. Cần lấy từ mục next của trang trước.")
        )

    def check(self) -> None:
        """Raises Refused with every problem found."""
        if self.problems:
            raise Refused(*self.problems)

    def _limit(self) -> int:
        value = request.args.get("limit", "")
        if not value:
            return DEFAULT
        if value.isascii() and value.isdigit() and len(value) <= 3 and 1 <= int(value) <= MOST:
            return int(value)
        self._fail("limit", N_("Giá trị của “%(name)s” cần là số từ 1 đến %(most)s."), most=MOST)
        return DEFAULT

    def _by_code(self, name: str, table: type, text: str) -> Any:
        value = request.args.get(name, "")
        if not value:
            return None
        row = row_by_code(table, value)
        if row is None:
            self._fail(name, text)
        return row

    def _fail(self, name: str, text: str, **params: object) -> None:
        self.problems.append(Reason("FORM", text, {"name": name, **params}, place=name))


def row_by_code(table: type, code: str) -> Any:
    """The unit or campaign with this code, or None; whatever letters were sent."""
    try:
        clean = clean_line(code, limit=64)
    except Refused:
        return None
    return db.session.scalar(sa.select(table).where(table.code == clean))  # type: ignore[attr-defined]


def page_of(
    rows: Sequence[Row],
    limit: int,
    show: Callable[[list[Row]], list[dict[str, Any]]],
    key: Callable[[Row], Sequence[int]] = lambda row: (row.id,),  # type: ignore[attr-defined]
) -> dict[str, Any]:
    """One page out of up to `limit` + 1 rows: {"items", "next"}."""
    shown = list(rows[:limit])
    return {
        "items": show(shown),
        "next": encoded(*key(shown[-1])) if len(rows) > limit else None,
    }


def encoded(*numbers: int) -> str:
    """Numbers as an opaque word for an address."""
    text = ".".join(map(str, numbers))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(word: str) -> tuple[int, ...]:
    if len(word) > 100 or not word.isascii():
        raise ValueError("not one of ours")
    text = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True).decode()
    numbers = tuple(int(part) for part in text.split("."))
    if not all(0 <= number <= LARGEST for number in numbers):
        raise ValueError("out of range")
    return numbers
