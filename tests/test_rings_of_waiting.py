"""Two who change the organisation, or act in it, at the same moment and touch the same rows and logs:
one waits for the other, and never each for the other."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from models import db, transaction
from models.campaign import Requirement
from models.obligation import Obligation
from models.person import Membership, Person
from models.post import Delegation, Post
from models.unit import ReportingLine, Unit
from tests.cast import TODAY, Office
from tests.support.settlement import deadlocks
from tests.test_closing import OTHER
from tests.test_closing import office as office  # the fixture
from tests.test_two_at_once import LOGS, behind
from workflows import obligations, organisation, perform
from workflows.obligations import Basis
from workflows.organisation import calendar_days, closing, importing, moving
from workflows.organisation.lines import add_reporting_line, attach, end_reporting_line
from workflows.organisation.units import edit_unit
from workflows.trail import lock_logs, verify

pytestmark = pytest.mark.databases("postgresql")

TOLD = {"done", "Refused", "Stale", "Forbidden"}  # what a person may hear of two at once
SUB = "SELECT id FROM unit WHERE code = 'SUB' FOR NO KEY UPDATE"
HEADS = "SELECT unit_id FROM log_head"
YESTERDAY = TODAY - timedelta(days=1)


class Cast:
    """The office with a child and a serving body of the cell, and Dung standing in for Chi, and Chi
    for Dung; each verb is an act in a transaction of its own."""

    def __init__(self, office: Office) -> None:
        self.now = office.now + timedelta(minutes=5)
        level = office.units["CELL"].level
        with transaction() as session:
            made = {"actor": None, "now": office.now, "level": level, "symbol": "CB"}
            for code in ("SUB", "BODY"):
                organisation.create_unit(session, code=code, name=code, body=code, **made)
            self.add_line("SUB", "CELL", now=office.now)
            attach(session, unit=_unit("BODY"), to=_unit("CELL"), actor=None, now=office.now)
            for holder, to in (("Chi", "Hai"), ("Dung", "Chi")):
                organisation.delegate(
                    session,
                    post=_post(holder),
                    to=_person(to),
                    valid_from=TODAY,
                    valid_to=TODAY,
                    actor=None,
                    now=office.now,
                )
        self.by = {"actor": None, "now": self.now}

    def close(self, code: str = "CELL", to: str = OTHER) -> None:
        with transaction() as session:
            closing.close_unit(
                session,
                unit=_unit(code),
                kind="merge",
                plan=closing.Plan((_unit(to),)),
                decision="25-QĐ/ĐU, 02/03/2026",
                effective_on=TODAY,
                **self.by,
            )

    def transfer(self) -> None:
        with transaction() as session:
            moving.transfer(session, membership=_life("Chi"), to=_unit(OTHER), day=TODAY, **self.by)

    def depart(self) -> None:
        with transaction() as session:
            who = {"person": _person("Chi"), "last_day": YESTERDAY, "decision": "1-QĐ/ĐU"}
            moving.depart(session, **who, **self.by)

    def end_post(self, name: str = "Dung") -> None:
        with transaction() as session:
            organisation.end_post(session, post=_post(name), **self.by)

    def revoke(self, to: str) -> None:
        with transaction() as session:
            row = sa.select(Delegation).where(Delegation.person == _person(to))
            organisation.revoke_delegation(
                session, delegation=session.scalars(row).one(), **self.by
            )

    def exempt(self) -> None:
        with transaction() as session:
            organisation.set_exempt(session, membership=_life("An"), exempt=True, **self.by)

    def add_line(self, code: str, above: str, line: str = "party", **by: object) -> None:
        with transaction() as session:
            given = {"unit": _unit(code), "superior": _unit(above), "line": line, "actor": None}
            add_reporting_line(session, **given, **(by or {"now": self.now}))

    def end_line(self) -> None:
        with transaction() as session:
            row = sa.select(ReportingLine).where(ReportingLine.unit == _unit("CELL"))
            end_reporting_line(session, row=session.scalars(row).one(), last_day=TODAY, **self.by)

    def edit_body(self) -> None:
        with transaction() as session:
            edit_unit(session, unit=_unit("BODY"), body="Ban", symbol="BB", **self.by)

    def rename(self) -> None:
        with transaction() as session:
            given = {"unit": _unit("SUB"), "name": "Chi bộ Mới", "day": TODAY}
            organisation.rename_unit(session, **given, **self.by)

    def edit_person(self) -> None:
        with transaction() as session:
            organisation.edit_person(
                session, person=_person("Đỗ"), full_name="Đỗ", phone="0912345679", **self.by
            )

    def bring_in(self) -> None:
        importing.import_file(
            _file(), "nguoi.xlsx", write=True, actor=None, now=self.now, real_now=self.now
        )


def _file() -> io.BytesIO:
    """Đỗ, a member of the cell and its clerk."""
    book = openpyxl.Workbook()
    people = book.active
    people.title = "Người"
    people.append(("Tên đăng nhập", "Họ và tên", "Mã đơn vị", "Điện thoại"))
    people.append(("do01", "Đỗ", "CELL", f"091234567{len(_known('Đỗ'))}"))
    posts = book.create_sheet("Chức vụ")
    posts.append(("Tên đăng nhập", "Mã đơn vị", "Vai trò", "Chức vụ"))
    posts.append(("do01", "CELL", "Văn thư", f"Văn thư {len(_known('Đỗ'))}"))
    kept = io.BytesIO()
    book.save(kept)
    kept.seek(0)
    return kept


def _known(name: str) -> list[Person]:
    return list(db.session.scalars(sa.select(Person).where(Person.full_name == name)))


def _person(name: str) -> Person:
    return _known(name)[0]


def _unit(code: str) -> Unit:
    return db.session.scalars(sa.select(Unit).where(Unit.code == code)).one()


def _post(name: str) -> Post:
    mine = sa.select(Post).where(Post.person == _person(name), Post.ended_at.is_(None))
    return db.session.scalars(mine).one()


def _life(name: str) -> Membership:
    return db.session.scalars(sa.select(Membership).where(Membership.person == _person(name))).one()


def _log(code: str) -> str:
    return f"{HEADS} WHERE unit_id = (SELECT id FROM unit WHERE code = '{code}') FOR UPDATE"


PAIRS: dict[str, tuple[str, Callable[[Cast], None], Callable[[Cast], None]]] = {
    "a unit closes, its post ends": (LOGS, Cast.close, Cast.end_post),
    "a unit closes, a delegation ends": (LOGS, Cast.close, lambda c: c.revoke("Hai")),
    "a unit closes, a member is exempted": (LOGS, Cast.close, Cast.exempt),
    "a unit closes, its line ends": (LOGS, Cast.close, Cast.end_line),
    "a unit closes, who reported to it gets a line": (
        _log("SUB"),
        Cast.close,
        lambda c: c.add_line("SUB", "WARD", "union"),
    ),
    "a unit closes, its serving body changes": (_log("BODY"), Cast.close, Cast.edit_body),
    "a unit closes, it gets another name": (SUB, lambda c: c.close("SUB"), Cast.rename),
    "a member moves, his delegation ends": (LOGS, Cast.transfer, lambda c: c.revoke("Hai")),
    "a member moves, he gives one back": (LOGS, Cast.transfer, lambda c: c.revoke("Chi")),
    "a member leaves, his delegation ends": (LOGS, Cast.depart, lambda c: c.revoke("Hai")),
    "a file comes in, a post ends": (LOGS, Cast.bring_in, lambda c: c.end_post("Đỗ")),
    "a file comes in, a name is mended": (LOGS, Cast.bring_in, Cast.edit_person),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_neither_waits_for_who_waits_for_him(office: Office, app: Flask, pair: str) -> None:
    cast = Cast(office)
    if "file" in pair:
        cast.bring_in()
    lock, first, second = PAIRS[pair]
    told = behind(app, lock, lambda: first(cast), lambda: second(cast))
    assert set(told) <= TOLD
    assert "done" in told
    assert deadlocks(app) == 0
    assert verify(db.session()).whole


def test_a_body_closes_while_its_secretary_acts_below(office: Office, app: Flask) -> None:
    """Bon's act rests on his post at the base and is told in the base's log; so is the closing."""
    plan = office.cell_plan_in_force()
    office.act(plan, "report", "Sau")
    office.act(plan, "review", "Ba")
    office.act(plan, "approve", "Bon")
    office.act(plan, "report", "Binh", via="WARD-XDD")
    office.act(plan, "receive", "Xuan")
    with transaction():
        office._unit("NEW", "Đảng bộ Mới", "Đảng ủy", "ĐU", office.units["BASE"].level, "WARD")
    cast = Cast(office)
    ident, seen, who = plan.id, (plan.revision, plan.version), office.person("Bon").id
    db.session.remove()

    def ask() -> None:
        with transaction():
            perform(
                ident,
                "request_amendment",
                actor=who,
                now=cast.now,
                revision=seen[0],
                version=seen[1],
                reason_code="OTHER",
                reason="Việc thứ nhất chưa ghi ngày xong.",
            )

    told = behind(app, LOGS, lambda: cast.close("BASE", "NEW"), ask)
    assert set(told) <= TOLD
    assert "done" in told
    assert deadlocks(app) == 0


DEADLINES = "SELECT id FROM deadline ORDER BY unit_id, id FOR UPDATE"


@pytest.mark.parametrize("lock", [LOGS, DEADLINES])
@pytest.mark.parametrize("act", ["waive", "report"])
def test_the_calendar_changes_while_somebody_acts(
    office: Office, app: Flask, act: str, lock: str
) -> None:
    """Ty is told of in the log in which the calendar's change is, and touches what it counts again;
    so does who hands in a plan."""
    plan = office.cell_plan_in_force()
    ident, seen = plan.id, (plan.revision, plan.version)
    who = office.person("Sau").id
    now = office.now

    def set_day(day: date = date(2026, 3, 31)) -> None:
        with transaction() as session:
            given = {"day": day, "working": False, "note": "Nghỉ bù", "actor": None, "now": now}
            calendar_days.set_calendar_day(session, **given)

    set_day(date(2026, 12, 24))  # so that there is a log to wait for

    def waive() -> None:
        with transaction():
            basis = Basis(number="1-CV/TU", dated_on=TODAY, issuer="Tỉnh ủy")
            ward = (
                sa.select(Obligation)
                .join(Requirement)
                .where(Requirement.code == "O-PLAN", Obligation.unit == _unit("WARD"))
            )
            obligations.waive(
                db.session.scalars(ward).one(),
                reason="Phường mới thành lập.",
                basis=basis,
                actor=_person("Ty"),
                now=now,
            )

    def report() -> None:
        with transaction():
            perform(ident, "report", actor=who, now=now, revision=seen[0], version=seen[1])

    told = behind(app, lock, {"waive": waive, "report": report}[act], set_day)
    assert told == ["done", "done"]
    assert deadlocks(app) == 0
    assert verify(db.session()).whole


def test_a_new_day_takes_the_logs_in_the_order_of_everybody(office: Office, app: Flask) -> None:
    """Two who left: first from the later unit. Whoever takes both logs meanwhile takes the earlier
    one first."""
    office.cell_plan_in_force()  # so that everybody in the cell owes a commitment
    with transaction() as session:
        for name, code in (("Hoa", OTHER), ("Chi", "CELL")):
            life = session.scalars(
                sa.select(Membership).where(Membership.person == office.person(name))
            ).one()
            session.delete(life)
            session.flush()
            gone = {"valid_to": YESTERDAY, "valid_from": date(2020, 1, 1), "standing": "full"}
            session.add(Membership(person=office.person(name), unit=office.units[code], **gone))
        for holder, to in (("Hien", "Hoa"), ("Dung", "Chi")):
            organisation.delegate(
                session,
                post=_post(holder),
                to=_person("Vy"),
                valid_from=TODAY,
                valid_to=TODAY,
                actor=None,
                now=office.now,
            ).person = _person(to)
    now, ids = office.now, [office.units["CELL"].id, office.units[OTHER].id]

    def begin_day() -> None:
        with transaction() as session:
            assert moving.settle_ended(session, now, YESTERDAY) == 2

    def both() -> None:
        with transaction() as session:
            lock_logs(session, ids)

    later = f"{HEADS} WHERE unit_id = {ids[1]} FOR UPDATE"
    assert behind(app, later, begin_day, both) == ["done", "done"]
