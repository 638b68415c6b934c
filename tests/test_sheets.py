"""Tables that people bring are read as text, or refused with a sentence; never executed."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from workflows import sheets
from workflows.refusal import Refused
from workflows.sheets import shape

pytestmark = pytest.mark.databases("sqlite")


def xlsx(*rows, title="Người", change=None):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def said(refusal):
    from commands.say import sentence

    return " ".join(sentence(reason) for reason in refusal.value.reasons)


HEAD = ["Họ và tên", "Ngày sinh", "Điện thoại"]


def test_a_workbook_reads_as_text_with_the_numbers_of_its_rows():
    raw = xlsx(
        ["DANH SÁCH ĐẢNG VIÊN"],
        [],
        HEAD,
        ["  Nguyễn Văn Ả ", date(1980, 2, 3), 912345678],
        [],
        ["Trần\nB", "3/2/1980", datetime.fromisoformat("2026-01-02T14:30")],
    )
    sheet = sheets.read(io.BytesIO(raw), "ds.xlsx")
    assert sheet.header == tuple(HEAD)
    assert sheet.rows == [
        (4, {"hovaten": "Nguyễn Văn Ả", "ngaysinh": "1980-02-03", "dienthoai": "912345678"}),
        (6, {"hovaten": "Trần\nB", "ngaysinh": "1980-02-03", "dienthoai": "2026-01-02 14:30"}),
    ]
    found = sheet.columns({"name": ("Họ tên", "HO VA TEN"), "job": ("Nghề",)}, ("name",))
    assert found[0] == (4, {"name": "Nguyễn Văn Ả", "job": ""})
    with pytest.raises(Refused) as refusal:
        sheet.columns({"job": ("Nghề nghiệp",)}, ("job",))
    assert "thiếu cột “Nghề nghiệp”" in said(refusal)


def test_merged_cells_hold_their_value_in_every_row():
    def merge(book):
        book.active.merge_cells("A2:A4")

    sheet = sheets.read(
        xlsx(["Đơn vị", "Họ tên"], ["B1", "A"], [None, "B"], [None, "C"], change=merge), "x"
    )
    assert [row["donvi"] for _, row in sheet.rows] == ["B1"] * 3


def hide_row(book):
    book.active.row_dimensions[2].hidden = True


def hide_column(book):
    book.active.column_dimensions["B"].hidden = True


@pytest.mark.parametrize(
    ("row", "change", "sentence"),
    [
        (["=1+1", "x"], None, "Dòng 2, cột A: Ô này là công thức"),
        (["Nguyễn V¨n A", "x"], None, "Dòng 2, cột A: Chữ gõ theo mã TCVN3"),
        (["a", "b", "c"], None, "Dòng 2, cột C: Ô này có dữ liệu nhưng cột chưa có tên"),
        (["a", "b"], hide_row, "Dòng 2: Dòng này đang ẩn"),
        (["a", "b"], hide_column, "Dòng 2, cột B: Cột này đang ẩn"),
    ],
)
def test_a_wrong_cell_is_told_with_its_address(row, change, sentence):
    with pytest.raises(Refused) as refusal:
        sheets.read(xlsx(["Họ tên", "Mã"], row, change=change), "x.xlsx")
    assert sentence in said(refusal)


TABLE = "Họ tên;Mã\nĐỗ Thị Ửng;A1\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_csv_in_unicode_with_any_usual_separator(encoding, mark):
    raw = TABLE.replace(";", mark).encode(encoding)
    assert sheets.read(raw, "x.csv").rows == [(2, {"hoten": "Đỗ Thị Ửng", "ma": "A1"})]


def test_what_excel_writes_in_front_of_a_csv():
    assert sheets.read(("sep=;\r\n" + TABLE).encode(), "x.csv").rows[0][0] == 3


def bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 61_000_000)
    return file.getvalue()


def entities():
    raw, out = xlsx(["a", "b"]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                text = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + text
            new.writestr(part, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "Tệp trống"),
        (b"x" * (shape.MAX_BYTES + 1), "lớn hơn 5 MB"),
        ("Họ tên;Mã\nĐỗ;1".encode("cp1258", "replace"), "không phải Unicode"),
        (b"H\xe4 t\xaan;M\xb7\n\xa7\xe7;1", "không phải Unicode"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "không phải bảng XLSX hoặc CSV"),
        (b"%PDF-1.7", "không phải bảng XLSX hoặc CSV"),
        (b"a,b\0c", "không phải bảng XLSX hoặc CSV"),
        (b"PK\x03\x04 broken", "bị hỏng"),
        (b"a,a\n1,2\n", "hai cột cùng tên"),
        (b"\n\n", "chưa có dòng tên cột"),
        (b",".join(b"c%d" % n for n in range(61)) + b"\n1", "hơn 60 cột"),
        (b"a,b\n" + b"1,2\n" * 20_001, "hơn 20000 dòng"),
        (b'a,b\n"' + b"x" * 200_000 + b'",1', "không phải bảng"),
    ],
)
def test_a_file_that_is_no_table_is_refused(raw, sentence):
    with pytest.raises(Refused) as refusal:
        sheets.read(raw, "x")
    assert sentence in said(refusal)


@pytest.mark.parametrize(("make", "sentence"), [(bomb, "nở ra quá lớn"), (entities, "bị hỏng")])
def test_a_hostile_workbook_is_refused(make, sentence):
    with pytest.raises(Refused) as refusal:
        sheets.read(make(), "x.xlsx")
    assert sentence in said(refusal)
