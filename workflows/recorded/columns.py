"""The columns of a table of signed papers, and reading one row of it cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from workflows.refusal import N_, Reason, Refused
from workflows.text import LINE, clean_line, parse_date

Cells = Mapping[str, str]
T = TypeVar("T")

# key: the column's name in the template, then others that are understood
COLUMNS: dict[str, tuple[str, ...]] = {
    "kind": ("Loại văn bản", "Loại", "Kind"),
    "unit": ("Mã đơn vị", "Đơn vị", "Unit"),
    "campaign": ("Đợt", "Campaign"),
    "requirement": ("Mã yêu cầu", "Yêu cầu", "Requirement"),
    "author": ("Người cam kết", "Author"),
    "number": ("Số văn bản", "Số", "Number"),
    "dated_on": ("Ngày văn bản", "Ngày", "Date"),
    "title": ("Trích yếu", "Title"),
    "basis_number": ("Căn cứ: số", "Căn cứ", "Basis number"),
    "basis_dated_on": ("Căn cứ: ngày", "Basis date"),
    "basis_issuer": ("Căn cứ: cơ quan", "Basis issuer"),
    "signed_by": ("Người ký", "Signed by"),
    "signed_as": ("Chức vụ ký", "Signed as"),
    "minutes": ("Biên bản", "Minutes"),
    "present": ("Được biểu quyết", "Có mặt", "Present"),
    "for": ("Tán thành", "For"),
    "against": ("Không tán thành", "Against"),
    "reported_on": ("Ngày báo cáo", "Reported on"),
    "via": ("Gửi qua", "Via"),
    "received_on": ("Ngày cấp trên nhận", "Received on"),
    "period": ("Kỳ báo cáo", "Period"),
    "text": ("Nội dung tóm tắt", "Text"),
    "models": ("Mô hình", "Models"),
    "scan": ("Tệp quét", "Scan"),
}
HEADER = tuple(names[0] for names in COLUMNS.values())
REQUIRED = ("kind", "dated_on", "signed_by", "scan")
KINDS = {"kehoach": "plan", "baocao": "report", "bancamket": "commitment", "camket": "commitment"}
EXAMPLE = {  # of the template's first row
    "kind": "Kế hoạch",
    "number": "02-KH/ĐU",
    "dated_on": "2026-02-06",
    "title": "Kế hoạch thực hiện chuyên đề năm 2026",
    "signed_by": "Nguyễn Văn A",
    "signed_as": "Bí thư",
    "scan": "02-KH-DU.pdf",
}


class Wrong:
    """Gathers what is wrong in one row, cell by cell."""

    def __init__(self, cells: Cells):
        self.cells = cells
        self.reasons: list[Reason] = []

    def add(self, column: str, text: str) -> None:
        self.reasons.append(
            Reason(
                "FORM",
                N_("Cột “%(column)s”: %(what)s"),
                {"column": COLUMNS[column][0], "what": Reason("", text)},
                place=column,
            )
        )

    def attempt(self, column: str, work: Callable[[], T]) -> T | None:
        try:
            return work()
        except Refused as no:
            for reason in no.reasons:
                self.reasons.append(
                    Reason(
                        "FORM",
                        N_("Cột “%(column)s”: %(what)s"),
                        {"column": COLUMNS[column][0], "what": reason},
                        place=column,
                    )
                )
            return None

    def day(self, column: str) -> date | None:
        typed = self.cells[column]
        return self.attempt(column, lambda: parse_date(typed, place=column)) if typed else None

    def line(self, column: str) -> str | None:
        typed = self.cells[column]
        made = self.attempt(column, lambda: clean_line(typed, limit=LINE, place=column))
        return made or None

    def count(self, column: str) -> int | None:
        typed = self.cells[column]
        if not typed:
            return None
        if typed.isascii() and typed.isdigit() and len(typed) <= 6:
            return int(typed)
        self.add(column, N_("cần là một số nguyên từ 0 trở lên."))
        return None
