"""A cell of three without a committee, without mail, directly under the ward: its year by its clerk.

The clerk of the ward types what the members wrote by hand; their signed sheets confirm it. The
members decide in a meeting, whose minutes come in signed; one list and one plan go to the ward.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from models import db, transaction
from models.campaign import Requirement
from models.document import Document
from models.person import Person
from models.unit import Unit
from tests.cast import PLAN, REPORT
from tests.journeys.conftest import Visitor
from tests.journeys.test_two_stages import TITLE
from workflows import create, files, perform, prints, sheets, sittings
from workflows.proxies.sheet import HEADER
from workflows.trail import verify

pytestmark = [pytest.mark.data("organisation"), pytest.mark.databases("sqlite")]

SECRETARY, FULL, PROBATIONARY = "Sầm Thị Khu Phố", "Đàm Văn Tổ Dân", "Nông Thị Hàng Xóm"
CANARY = "Mỗi tháng hai sáng thứ Bảy cùng tổ dân phố dọn vệ sinh hẻm 12"

MARCH = datetime(2026, 3, 10, 0, 30, tzinfo=UTC)
BASIS = [{"number": "07-KH/ĐU", "dated_on": "2026-02-10", "issuer": "Đảng ủy phường Minh Họa"}]
REPORTS = (  # requirement, period, the meeting's instant
    ("O-HALF-U", "6 tháng đầu năm 2026", datetime(2026, 6, 24, 2, 0, tzinfo=UTC)),
    ("O-YEAR-U", "năm 2026", datetime(2026, 12, 24, 2, 0, tzinfo=UTC)),
)


@pytest.fixture
def language() -> str:
    return "vi"


@pytest.fixture
def at() -> str:
    return "2026-03-10T08:00+07:00"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A scan of a signed sheet."""
    path = tmp_path / "ban-ky.jpg"
    Image.new("RGB", (620, 877), "white").save(path)
    return path


def type_for_all(visitor: Visitor, tmp_path: Path) -> None:
    """The table of the cell: downloaded, filled in, looked at, kept."""
    with visitor.on.expect_download() as got:
        visitor.on.locator('a[href*="template.xlsx"]').click()
    table = sheets.read(got.value.path().read_bytes(), "mau.xlsx")
    rows = [
        [cells["ma"], cells["hovaten"], "10/03/2026", "Học đủ các chuyên đề.", "Sống giản dị.",
         f"1. {CANARY}\n2. Đọc báo cùng bà con mỗi tuần", "Dự đủ các buổi họp.", "",
         "Góp sức thực hiện Nghị quyết Đại hội XIV ở khu phố."]
        for _, cells in table.rows
    ]  # fmt: skip
    filled = tmp_path / "da-dien.xlsx"
    filled.write_bytes(prints.xlsx(list(HEADER), rows, "Nhập hộ"))
    visitor.on.locator("#file").set_input_files(filled)
    visitor.press(visitor.on.locator('form[action$="/table"] button'))
    visitor.press(visitor.on.locator('form[action$="/kept"] button'))


def sign_all(visitor: Visitor, sheet: Path) -> None:
    """Each member's signed sheet confirms what was typed and hands it in."""
    for name in (FULL, PROBATIONARY, SECRETARY):
        entry = visitor.on.locator("li.entry", has_text=name)
        entry.locator('input[type="file"]').set_input_files(sheet)
        visitor.press(entry.locator("button.btn--main"))


def write(code: str, title: str, content: dict[str, Any], now: datetime) -> Document:
    """A paper of the cell by its secretary, handed in to the meeting."""
    wanted = sa.and_(Requirement.code == code, Requirement.campaign.has(code="CD-2026"))
    requirement = db.session.scalars(sa.select(Requirement).where(wanted)).one()
    with transaction():
        document = create(
            requirement.kind,
            unit=db.session.scalars(sa.select(Unit).where(Unit.code == "C7")).one(),
            campaign=requirement.campaign,
            requirement=requirement,
            title=title,
            content=content,
            basis=BASIS if requirement.kind == "plan" else [],
            actor=person(SECRETARY),
            now=now,
        )
        act(document, "submit", now)
    return document


def person(name: str) -> Person:
    return db.session.scalars(sa.select(Person).where(Person.full_name == name)).one()


def act(document: Document, action: str, now: datetime, **given: object) -> None:
    seen: dict[str, Any] = {"revision": document.revision, "version": document.version}
    perform(document, action, actor=person(SECRETARY), now=now, **seen, **given)


def send_up(document: Document, now: datetime) -> None:
    """With its number to the ward, by way of its advisory body."""
    with transaction():
        act(document, "report", now, via="PHUONG-XDD")
    assert (document.state, document.current_stage.unit.code) == ("submitted", "PHUONG")
    assert document.number is not None


def report(code: str, period: str, now: datetime, sheet: Path) -> None:
    """A report of the cell: adopted by a meeting whose minutes come in signed, sent to the ward."""
    content = {**REPORT, "period": period, "figures_as_of": now.date().isoformat()}
    document = write(code, f"Kết quả {period}", content, now)
    secretary = person(SECRETARY)
    with transaction():
        meeting = sittings.open_sitting(document.unit, held_on=now.date(), actor=secretary, now=now)
        sittings.attend(meeting, minute_taker_id=person(FULL).id, actor=secretary, now=now)
        for item in meeting.items:
            sittings.mark(item, decision="agree", actor=secretary, now=now)
        sittings.close(meeting, version=meeting.version, actor=secretary, now=now)
        with sheet.open("rb") as scan:
            clean = files.accept(scan, sheet.name)
        stored = files.keep(clean, now)
        files.attach(meeting, stored, purpose="scan", name="bb.jpg", actor=secretary, now=now)
        sittings.confirm(meeting, how="scan", version=meeting.version, actor=secretary, now=now)
    sittings.carry_out(meeting.id, now=now)
    send_up(document, now)


def meet(visitor: Visitor, sheet: Path, held_on: str) -> None:
    """A meeting that agrees to all before it; its signed minutes confirm it."""
    visitor.go("/units/C7/sittings")
    visitor.fill(held_on=held_on)
    visitor.press(visitor.on.locator('form[action$="/sittings"] button.btn--main'))
    visitor.on.locator("#minute_taker").select_option(label=FULL)
    for yes in visitor.on.locator('input[value="agree"] + label').all():
        yes.click()
    visitor.press(visitor.on.locator('#closing button.btn--main, button[value="close"]').first)
    scan = visitor.on.locator('form[action$="/scan"]')
    visitor.on.locator("details", has=scan).locator("summary").first.click()
    scan.locator('input[type="file"]').set_input_files(sheet)
    visitor.press(scan.locator("button.btn"))


def test_a_cell_of_three_does_its_year_by_its_clerk(
    visitor: Visitor, app: Flask, sheet: Path, tmp_path: Path
) -> None:
    # The secretary has written the cell's plan; the ward's clerk types the members' commitments.
    with app.app_context():
        plan = write("O-PLAN", TITLE, PLAN, MARCH).id
    visitor.enter("vanthu.phuong").go("/units/PHUONG/proxies")
    visitor.press(visitor.on.get_by_role("link", name="Chi bộ Khu phố 3").first)
    type_for_all(visitor, tmp_path)
    visitor.sees(re.compile("Chờ xác nhận"))
    sign_all(visitor, sheet)
    assert CANARY not in visitor.on.content()

    # One meeting adopts the plan and three commitments, the secretary's own among them.
    visitor.enter("bithu.c7")
    meet(visitor, sheet, "2026-03-10")
    visitor.go("/units/C7/commitments")
    visitor.sees("Chi bộ đã thống nhất 3 trên 3 bản.")
    visitor.press(visitor.on.locator('form[action$="/report"] button.btn--main'))

    # The ward receives the list in one act: names, never a text. It answers the plan.
    visitor.enter("vanthu.phuong").take("Tiếp nhận danh sách cam kết của Chi bộ Khu phố 3: 3 người")
    visitor.press(visitor.on.locator('form[action$="/receipt"] button'))
    visitor.sees(PROBATIONARY)
    assert CANARY not in visitor.on.content()
    visitor.sees("Cấp trên đã tiếp nhận")

    # Whom to tell in person, once.
    visitor.enter("bithu.c7").go("/units/C7/in-person")
    visitor.sees(FULL)
    for tick in visitor.on.locator('main input[name="told"]').all():
        tick.check()
    visitor.press(visitor.on.locator('form[action$="/in-person"] button.btn--main'))
    visitor.sees("Không có ai cần báo trực tiếp.")

    # Plan and reports of the year go the same way; once seen in the browser is enough.
    with app.app_context():
        send_up(db.session.get_one(Document, plan), MARCH + timedelta(days=1))
        for requirement, period, when in REPORTS:
            report(requirement, period, when, sheet)
        assert verify(db.session()).whole
