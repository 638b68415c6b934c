"""Which table a sheet is, what its columns are called, and its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from workflows.organisation.importing.outcome import BadRow
from workflows.refusal import N_, Reason, Refused
from workflows.sheets import Sheet, key

FROM, UNTIL = ("Từ ngày", "Từ"), ("Đến hết ngày", "Đến ngày", "Đến")
PERSON = ("Tên đăng nhập", "Mã người", "Mã cán bộ", "Mã số")
UNIT = ("Mã đơn vị", "Mã chi bộ", "Chi bộ", "Đơn vị", "Mã")


@dataclass(frozen=True)
class Table:
    """What a sheet holds. The first name of a column is the template's; `told_by` tells a CSV."""

    title: str
    columns: dict[str, tuple[str, ...]]
    required: tuple[str, ...]
    told_by: tuple[str, ...]


TABLES = {
    "levels": Table(
        "Cấp",
        {
            "code": ("Mã cấp", "Mã"),
            "name_vi": ("Tên cấp", "Tên"),
            "name_en": ("Tên tiếng Anh",),
            "rank": ("Bậc",),
            "valid_from": FROM,
            "valid_to": UNTIL,
        },
        ("code", "name_vi", "rank"),
        ("Bậc",),
    ),
    "units": Table(
        "Đơn vị",
        {
            "code": ("Mã đơn vị", "Mã"),
            "name": ("Tên đơn vị", "Tên"),
            "level": ("Cấp",),
            "superior": ("Mã cấp trên", "Cấp trên", "Đơn vị cấp trên"),
            "line": ("Tuyến", "Tuyến báo cáo"),
            "attached_to": ("Giúp việc cho", "Cơ quan giúp việc của"),
            "body": ("Tên gọi khi ra văn bản", "Ra văn bản"),
            "symbol": ("Ký hiệu",),
            "sector": ("Khối", "Thể thức văn bản"),
            "place": ("Địa danh",),
            "meets": ("Quyết định tại cuộc họp",),
            "name_en": ("Tên tiếng Anh",),
            "body_en": ("Tên gọi tiếng Anh",),
            "valid_from": FROM,
            "valid_to": UNTIL,
        },
        ("code", "name", "level"),
        ("Tên đơn vị",),
    ),
    "people": Table(
        "Người",
        {
            "key": PERSON,
            "full_name": ("Họ và tên", "Họ tên"),
            "born_on": ("Ngày sinh", "Ngày tháng năm sinh"),
            "email": ("Thư điện tử", "Email"),
            "phone": ("Điện thoại", "Số điện thoại"),
            "job": ("Công việc", "Nghề nghiệp"),
            "unit": UNIT,
            "standing": ("Tư cách",),
            "exempt": ("Miễn sinh hoạt", "Miễn công tác, sinh hoạt"),
            "valid_from": FROM,
            "valid_to": UNTIL,
        },
        ("key", "full_name"),
        ("Họ và tên", "Họ tên"),
    ),
    "posts": Table(
        "Chức vụ",
        {
            "key": PERSON,
            "unit": UNIT,
            "role": ("Vai trò",),
            "title": ("Chức vụ", "Tên chức vụ", "Chức danh"),
            "acting": ("Quyền, phụ trách",),
            "valid_from": FROM,
            "valid_to": UNTIL,
        },
        ("key", "unit"),
        ("Vai trò", "Chức vụ", "Tên chức vụ", "Chức danh"),
    ),
}
# Columns of the office's own that are let be; sheets too.
BESIDE = {key(name) for name in ("STT", "TT", "Số thứ tự", "Ghi chú")}
GUIDE = key("Hướng dẫn")


@dataclass(frozen=True)
class Rows:
    """The rows of one sheet under our names."""

    sheet: Sheet
    table: Table
    rows: list[tuple[int, dict[str, str]]]

    def heading(self, field_name: str) -> str:
        """What the file calls a column of ours."""
        there = {key(said): said for said in self.sheet.header}
        names = self.table.columns[field_name]
        return next((there[key(name)] for name in names if key(name) in there), names[0])


@dataclass
class Found:
    """The tables of a file, and what is wrong with it before any row is looked at."""

    tables: dict[str, list[Rows]] = field(default_factory=dict)
    bad: list[BadRow] = field(default_factory=list)

    def of(self, kind: str) -> list[Rows]:
        return self.tables.get(kind, [])


def recognise(found: Iterable[Sheet]) -> Found:
    """Tells each sheet by its name, else by its header. Rows with a wrong cell are bad rows."""
    answer = Found()
    for sheet in found:
        if key(sheet.name) == GUIDE:
            continue
        kind = _kind(sheet)
        if kind is None:
            answer.bad.append(BadRow(sheet.name, 1, "", _unknown_sheet()))
            continue
        table = TABLES[kind]
        ours = {key(name) for names in table.columns.values() for name in names}
        answer.bad += [
            BadRow(sheet.name, 1, said, _unknown_column())
            for said in sheet.header
            if key(said) not in ours | BESIDE
        ]
        answer.bad += [
            BadRow(sheet.name, fault.row, fault.column, fault.reason) for fault in sheet.faults
        ]
        try:
            rows = sheet.columns(table.columns, table.required)
        except Refused as refusal:
            answer.bad += [BadRow(sheet.name, 1, "", reason) for reason in refusal.reasons]
            continue
        wrong = {fault.row for fault in sheet.faults}
        kept = [
            (number, cells) for number, cells in rows if number not in wrong and any(cells.values())
        ]
        answer.tables.setdefault(kind, []).append(Rows(sheet, table, kept))
    return answer


def _kind(sheet: Sheet) -> str | None:
    for kind, table in TABLES.items():
        if key(sheet.name) == key(table.title):
            return kind
    there = {key(said) for said in sheet.header}
    for kind in ("people", "units", "posts", "levels"):
        if there & {key(name) for name in TABLES[kind].told_by}:
            return kind
    return None


def _unknown_sheet() -> Reason:
    return Reason(
        "FORM",
        N_(
            "Bảng này không phải Cấp, Đơn vị, Người hay Chức vụ. "
            "Đặt tên bảng và tên cột như trong tệp mẫu, hoặc xóa bảng."
        ),
    )


def _unknown_column() -> Reason:
    return Reason(
        "FORM", N_("Cột này không có trong mẫu. Sửa tên cột như trong tệp mẫu, hoặc xóa cột.")
    )
