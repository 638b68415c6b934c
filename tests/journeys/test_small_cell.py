"""A cell of three without a committee, without mail, directly under the ward: its year by its clerk.

The clerk of the ward types what the members wrote by hand; their signed sheets confirm it. The
members decide in a meeting, whose minutes come in signed; one list and one plan go to the ward.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from models import db
from tests.journeys.conftest import Visitor
from tests.journeys.test_two_stages import write_plan
from workflows import prints, sheets
from workflows.proxies.sheet import HEADER
from workflows.trail import verify

pytestmark = [pytest.mark.data("organisation"), pytest.mark.databases("sqlite")]

SECRETARY, FULL, PROBATIONARY = "Sầm Thị Khu Phố", "Đàm Văn Tổ Dân", "Nông Thị Hàng Xóm"
CANARY = "Mỗi tháng hai sáng thứ Bảy cùng tổ dân phố dọn vệ sinh hẻm 12"

REPORTS = (  # the day of the meeting, the words of its task, the period
    (date(2026, 6, 24), "sơ kết", "6 tháng đầu năm 2026"),
    (date(2026, 12, 24), "tổng kết", "năm 2026"),
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


def report(visitor: Visitor, task: str, period: str, day: date, sheet: Path) -> None:
    """A report of the cell by its secretary: adopted by a meeting whose minutes come in signed, sent
    to the ward."""
    title = f"Kết quả {period}"
    visitor.enter("bithu.c7").take(task)
    visitor.fill(
        title=title,
        period=period,
        figures_as_of=day.strftime("%d/%m/%Y"),
        results="Mười buổi chủ nhật sạch, mỗi buổi trên 20 hộ.",
        shortcomings="Chưa tìm được người thay khi bí thư vắng.",
        next_tasks="Duy trì hẻm sáng, hẻm sạch.",
        indicators__I03="3",
    )
    visitor.save()
    visitor.act("submission")
    meet(visitor, sheet, day.isoformat())
    visitor.take(title).act("report", via="PHUONG-XDD")
    visitor.sees(re.compile("-BC/CB"))


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


@pytest.mark.soak
def test_a_cell_of_three_does_its_year_by_its_clerk(
    visitor: Visitor, app: Flask, sheet: Path, tmp_path: Path
) -> None:
    # The secretary writes the cell's plan; the ward's clerk types the members' commitments.
    visitor.enter("bithu.c7").press(visitor.on.locator("li.task a.btn").first)
    write_plan(visitor)
    visitor.act("submission")
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

    # The plan goes up; half a year and a year later so does what became of it.
    visitor.take("01-KH/CB").act("report", via="PHUONG-XDD")
    for day, task, period in REPORTS:
        moved = app.test_cli_runner().invoke(args=["rehearsal", "advance", f"{day}T08:00+07:00"])
        assert moved.exit_code == 0, moved.output
        report(visitor, task, period, day, sheet)
    with app.app_context():
        assert verify(db.session()).whole
