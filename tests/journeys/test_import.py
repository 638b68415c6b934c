"""The administrator brings the people in from a file: three bad rows, corrected, then all at once."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from tests.journeys.conftest import Visitor

pytestmark = [
    pytest.mark.soak,  # the short form, without a browser, is in tests/test_importing.py
    pytest.mark.data("organisation"),
    pytest.mark.databases("sqlite"),
    pytest.mark.languages("vi", only=True),
]

BAD = {
    7: ("Ngày sinh", "31/02/1980", "Ngày “31/02/1980” không có trong lịch"),
    19: ("Mã đơn vị", "C99", "Chưa có đơn vị mang mã “C99”"),
    23: ("Tên đăng nhập", "nv022", "nv022 đã ghi cho Nguyễn Thị Số 22 ở dòng 23"),
}
HEADER = ("STT", "Tên đăng nhập", "Họ và tên", "Ngày sinh", "Mã đơn vị", "Tư cách")


def people(number: int, *, bad: bool) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Người"
    sheet.append(HEADER)
    for n in range(1, number + 1):
        row: list[Any] = [n, f"nv{n:03}", f"Nguyễn Thị Số {n}", "03/02/1980", f"C{n % 6 + 1}", ""]
        if bad and n in BAD:
            row[HEADER.index(BAD[n][0])] = BAD[n][1]
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def choose(visitor: Visitor, data: bytes) -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file = {"name": "dang-vien.xlsx", "mimeType": kind, "buffer": data}
    visitor.on.locator("#file").set_input_files(file)
    visitor.press(visitor.on.locator('button[value="preview"]'))


@pytest.mark.parametrize("number", [40, 500])
def test_people_come_in_from_a_file(visitor: Visitor, number: int) -> None:
    visitor.enter("quantri").go("/administrator/people")
    visitor.press(visitor.on.locator('a[href$="/administrator/import"]').first)
    visitor.refused = True
    choose(visitor, people(number, bad=True))
    visitor.refused = False
    visitor.sees("3 chỗ cần sửa, chưa ghi dòng nào")
    for *_, sentence in BAD.values():
        visitor.sees(sentence)
    choose(visitor, people(number, bad=False))
    visitor.sees(f"{number} dòng mới, 0 dòng đổi, 0 dòng không đổi.")
    visitor.press(visitor.on.locator('button[value="write"]'))
    visitor.sees(f"Đã ghi tất cả: {number} dòng mới, 0 dòng đổi.")
    choose(visitor, people(number, bad=False))
    visitor.sees("Không có gì thay đổi")
    visitor.go("/administrator/people?q=nguyen+thi+so+23").sees("Nguyễn Thị Số 23")
