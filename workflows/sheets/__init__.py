"""Tables that people bring: XLSX and CSV, read as plain text, row by row, and nothing executed.

`read` answers for a file of one table; `read_all` for a workbook of several. What cannot be read is
refused with a sentence; what is wrong in one cell is told with its row and column.
"""

from __future__ import annotations

from typing import BinaryIO

from workflows.refusal import N_, Reason, Refused
from workflows.sheets import delimited
from workflows.sheets.shape import MAX_BYTES, MAX_ROWS, Fault, Sheet, key

__all__ = ["MAX_BYTES", "MAX_ROWS", "Fault", "Sheet", "key", "read", "read_all"]

SHOWN = 20  # so many wrong cells are told at once


def read(data: bytes | BinaryIO, name: str) -> Sheet:
    """The one table of an XLSX or CSV file; of a workbook its first sheet with anything in it.

    Cells are text: NFC, ends stripped, line ends as newlines, days as 2026-03-31 (also those typed
    31/03/2026), whole numbers without a point, true and false as "có" and "không". Raises Refused
    for a file that is no table, is too large, or has wrong cells (formulas, TCVN3 letters …), each
    with its address.
    """
    sheet = read_all(data, name)[0]
    if sheet.faults:
        raise Refused(*(fault.as_reason() for fault in sheet.faults[:SHOWN]))
    return sheet


def read_all(data: bytes | BinaryIO, name: str) -> list[Sheet]:
    """Every visible sheet that has anything in it, at least one; a CSV is one sheet. Wrong cells
    are not raised but kept in `Sheet.faults`. Raises Refused for a file that cannot be read."""
    raw = data if isinstance(data, bytes) else data.read(MAX_BYTES + 1)
    if not raw:
        raise Refused(Reason("FORM", N_("Tệp trống. Chọn tệp có dữ liệu."), place="file"))
    if len(raw) > MAX_BYTES:
        raise Refused(
            Reason(
                "FORM",
                N_("Tệp lớn hơn %(limit)s MB. Chia thành nhiều tệp nhỏ hơn."),
                {"limit": MAX_BYTES // 1_000_000},
                place="file",
            )
        )
    sheets = _workbook(raw) if raw[:2] == b"PK" else [delimited.read(raw, name)]
    filled = [sheet for sheet in sheets if sheet.header]
    if not filled:
        raise Refused(
            Reason(
                "FORM",
                N_("Tệp chưa có dòng tên cột nào. Tải tệp mẫu và điền theo mẫu."),
                place="file",
            )
        )
    return filled


def _workbook(raw: bytes) -> list[Sheet]:
    from workflows.sheets import workbook  # not before: most processes never open one

    return workbook.read(raw)
