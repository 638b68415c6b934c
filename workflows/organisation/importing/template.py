"""The empty workbook to fill in: the columns of every table, and how to fill them."""

from __future__ import annotations

import io
from datetime import date

import sqlalchemy as sa
import xlsxwriter

from models.base import db
from models.unit import Level
from workflows.organisation.importing.tables import TABLES
from workflows.organisation.importing.words import LINES, NO, ROLES, SECTORS, STANDINGS, YES

GUIDE = "Hướng dẫn"
# The usual tiers, the one that ended on 30/6/2025 among them: old papers still need it.
LEVELS = (
    ("cell", "Chi bộ", "Cell", 0, None, None),
    ("base", "Cơ sở", "Base", 1, None, None),
    ("district", "Quận, huyện", "District", 2, None, "30/06/2025"),
    ("ward", "Xã, phường, đặc khu", "Commune", 2, "01/07/2025", None),
    ("province", "Tỉnh, thành phố", "Province", 3, None, None),
)
WORDS = (
    "Mỗi bảng một loại dòng; cột in đậm là cột phải có. Không đổi tên bảng và tên cột.",
    "Ngày ghi dạng 31/03/2026. Không dùng công thức; chép rồi dán giá trị.",
    "Cấp: bậc 0 là thấp nhất. Cấp đã hết thì ghi ngày đến hết, ví dụ 30/06/2025. "
    "Các dòng ghi sẵn là các cấp đang có; nơi chưa có cấp nào thì là năm cấp thường dùng, "
    "dòng không dùng thì xóa.",
    "Đơn vị: mã ngắn, không dấu, không đổi về sau (ví dụ C1). Đơn vị từng mang tên hoặc cấp khác "
    "thì ghi mỗi thời kỳ một dòng cùng mã, với từ ngày và đến hết ngày.",
    "Đơn vị: dòng không có tên chỉ ghi thêm một cấp trên, trên tuyến khác hoặc từ ngày khác.",
    "Người: tên đăng nhập (hoặc mã cán bộ, chữ không dấu) phân biệt từng người, mỗi người một mã. "
    "Không cần thư điện tử. Tài khoản được lập chưa có mật khẩu; "
    "cấp mật khẩu lần đầu bằng phiếu in.",
    "Người: chuyển đơn vị thì ghi đơn vị mới và từ ngày. Người không có trong tệp thì giữ nguyên.",
    "Chức vụ: vai trò quyết định được làm việc gì; tên chức vụ ghi như trên văn bản.",
    "Ô để trống không xóa điều đã ghi. Nhập lại cùng một tệp thì không có gì thay đổi.",
)
CHOICES = {
    ("units", "line"): [words[0] for words in LINES.values()],
    ("units", "sector"): [words[0] for words in SECTORS.values()],
    ("units", "meets"): [YES[0], NO[0]],
    ("people", "standing"): [words[0] for words in STANDINGS.values()],
    ("people", "exempt"): [YES[0], NO[0]],
    ("posts", "role"): [words[0] for words in ROLES.values()],
    ("posts", "acting"): [YES[0], NO[0]],
}
FILLABLE = 5_000  # rows with a list to choose from


def template() -> bytes:
    """An XLSX with a sheet for each table and one that says how to fill them. Its levels are those
    of this installation: sent back as it is, it changes nothing."""
    levels = _own_levels() or LEVELS
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        strong = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        plain = book.add_format({"bottom": 1, "text_wrap": True})
        words = book.add_format({"text_wrap": True, "valign": "top"})
        as_text = book.add_format({"num_format": "@"})
        for kind, table in TABLES.items():
            sheet = book.add_worksheet(table.title)
            sheet.freeze_panes(1, 0)
            for at, (name, headings) in enumerate(table.columns.items()):
                needed = name in table.required
                sheet.write_string(0, at, headings[0], strong if needed else plain)
                # As text, so that a code like 1-5 does not become a day.
                sheet.set_column(at, at, max(14, len(headings[0]) + 2), as_text)
                if (kind, name) in CHOICES:
                    offered = {"validate": "list", "source": CHOICES[kind, name]}
                    sheet.data_validation(1, at, FILLABLE, at, offered)
            if kind == "levels":
                for row, level in enumerate(levels, 1):
                    for at, value in enumerate(level):
                        if value is not None:
                            sheet.write_string(row, at, str(value))
        guide = book.add_worksheet(GUIDE)
        guide.set_column(0, 0, 100)
        for row, said in enumerate(WORDS):
            guide.write_string(row, 0, said, words)
    return file.getvalue()


def _own_levels() -> list[tuple[str | int | None, ...]]:
    """The levels that there are, the lowest first, as a file says them."""
    found = db.session.scalars(sa.select(Level).order_by(Level.rank, Level.id))
    return [
        (one.code, one.name_vi, one.name_en, one.rank, _day(one.valid_from), _day(one.valid_to))
        for one in found
    ]


def _day(day: date | None) -> str | None:
    return day.strftime("%d/%m/%Y") if day else None
