"""One import under way: what it knows, and how one row is read and entered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.account import Account
from models.person import Person
from models.unit import Level, Unit
from workflows import text
from workflows.accounts import normal_login
from workflows.organisation.importing.outcome import BadRow, Line, Outcome
from workflows.organisation.importing.tables import Rows
from workflows.organisation.importing.words import YES_NO
from workflows.organisation.record import Window
from workflows.refusal import N_, Reason, Refused, WorkflowError
from workflows.sheets import key


@dataclass
class Run:
    """The session and instant of an import, and everything that rows name: by code, by key."""

    session: Session
    outcome: Outcome
    actor: Person | None
    now: datetime
    real_now: datetime
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    levels: dict[str, Level] = field(default_factory=dict)
    broken: set[tuple[str, str]] = field(default_factory=set)  # of rows that are bad themselves

    def __post_init__(self) -> None:
        for unit in self.session.scalars(sa.select(Unit)):
            self.units[unit.code] = unit
        for account in self.session.scalars(
            sa.select(Account).options(sa.orm.joinedload(Account.person))
        ):
            self.people[account.login] = account.person
        for level in self.session.scalars(sa.select(Level).order_by(Level.id.desc())):
            self.know_level(level)

    def know_level(self, level: Level) -> None:
        """A level is named by its code, or by what it is called in either language."""
        for name in (level.name_en, level.name_vi, level.code):
            self.levels[key(name)] = level

    def rows(self, tables: list[Rows]) -> Iterator[Row]:
        for table in tables:
            for number, cells in table.rows:
                yield Row(self, table, number, cells)

    def enter(self, row: Row, kind: str, code: str, act: Callable[[], None]) -> bool:
        """Enters one row wholly or not at all; a refusal makes it a bad row. False: it is bad."""
        if not row.bad:
            nested = self.session.begin_nested()
            try:
                act()
                self.session.flush()
                nested.commit()
            except WorkflowError as refusal:
                nested.rollback()
                row.refuse(refusal.reasons)
            else:
                return True
        self.broken.add((kind, code))
        return False


class Row:
    """One row: its cells as what they mean. What cannot be read makes it bad, every cell at once."""

    def __init__(self, run: Run, table: Rows, number: int, cells: Mapping[str, str]):
        self.run, self.table, self.number, self.cells = run, table, number, cells
        self.bad = False

    def fail(self, place: str, reason: Reason) -> None:
        """The row is bad, for this reason, in this column of ours ("" for the row as a whole)."""
        self.bad = True
        column = self.table.heading(place) if place in self.table.table.columns else ""
        self.run.outcome.bad.append(BadRow(self.table.sheet.name, self.number, column, reason))

    def refuse(self, reasons: list[Reason]) -> None:
        for reason in reasons:
            self.fail(PLACES.get(reason.place or "", reason.place or ""), reason)

    def good(self, about: str, state: str, *changes: Reason) -> None:
        """The row is entered: it added something, changed something, or nothing."""
        self.run.outcome.lines.append(
            Line(self.table.sheet.name, self.number, about, state, changes)
        )

    # -- cells

    def line(self, name: str, *, required: str = "") -> str:
        """One line of text; `required` is the sentence said when it is empty."""
        try:
            value = text.clean_line(self.cells[name], place=name)
        except Refused as refusal:
            self.refuse(refusal.reasons)
            return ""
        if not value and required:
            self.fail(name, Reason("FORM", required))
        return value

    def day(self, name: str) -> date | None:
        """A day, or None where the cell is empty."""
        if not self.cells[name]:
            return None
        try:
            return text.parse_date(self.cells[name], place=name)
        except Refused as refusal:
            self.refuse(refusal.reasons)
            return None

    def window(self) -> Window:
        """From when to when, both inclusive; None is open."""
        return self.day("valid_from"), self.day("valid_to")

    def yes(self, name: str) -> bool | None:
        """Có or không; None where the cell is empty."""
        if not self.cells[name]:
            return None
        value = YES_NO.get(key(self.cells[name]))
        if value is None:
            self.fail(name, Reason("FORM", N_("Ghi “có” hoặc “không”.")))
        return value

    def choice(self, name: str, table: Mapping[str, str], offered: str) -> str | None:
        """The code of one of several words; None where the cell is empty."""
        if not self.cells[name]:
            return None
        value = table.get(key(self.cells[name]))
        if value is None:
            self.fail(
                name,
                Reason(
                    "FORM",
                    N_("“%(given)s” không có trong danh sách. Ghi một trong: %(offered)s."),
                    {"given": self.cells[name][:60], "offered": offered},
                ),
            )
        return value

    def unit(self, name: str, *, required: str = "") -> Unit | None:
        """The unit of this code, in the house or in the file. A unit whose own row is bad is not
        said to be unknown here."""
        code = self.line(name, required=required).upper()
        if not code:
            return None
        unit = self.run.units.get(code)
        if unit is None:
            if ("unit", code) in self.run.broken:
                self.bad = True
            else:
                self.fail(
                    name,
                    Reason(
                        "FORM",
                        N_("Chưa có đơn vị mang mã “%(code)s”. Xem lại mã."),
                        {"code": code[:60]},
                    ),
                )
        return unit

    def key(self) -> str:
        """The login or staff code that tells one person from every other."""
        typed = self.line(
            "key", required=N_("Chưa có tên đăng nhập hoặc mã. Mỗi người một mã, không trùng.")
        )
        return normal_login(typed) if typed else ""


# Where the administrator's forms call a field otherwise than the table.
PLACES = {"login": "key", "day": "valid_from", "person": "key"}
