"""A CSV as text: Unicode in one of three spellings, separated by comma, semicolon or tab."""

from __future__ import annotations

import csv
import io

from workflows.refusal import N_, Reason, Refused
from workflows.sheets.shape import MAX_ROWS, Fault, Sheet, build, letter, tidy, too_long, wrong_text

SEPARATORS = (",", ";", "\t")


def read(raw: bytes, name: str) -> Sheet:
    """The table of a CSV file. Raises Refused for another encoding, or for what is no CSV."""
    text = decode(raw)
    first, separator = 1, None
    if text[:4].lower() == "sep=" and len(text) > 4:  # as Excel writes it
        separator = text[4]
        text = text.partition("\n")[2]
        first = 2
    if separator not in SEPARATORS:
        separator = _separator(text)
    faults: list[Fault] = []
    lines: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for number, cells in enumerate(reader, first):
            if len(lines) > MAX_ROWS + 20:
                raise too_long(_title(name))
            values = [tidy(cell) for cell in cells]
            for at, value in enumerate(values):
                if (wrong := wrong_text(value)) is not None:
                    faults.append(Fault(number, letter(at + 1), wrong))
                    values[at] = "?"
            if any(values):
                lines.append((number, values))
    except csv.Error:
        raise _no_table() from None
    return build(_title(name), lines, faults)


def decode(raw: bytes) -> str:
    """The text of UTF-8 (with or without its mark) or UTF-16 with its mark. Raises Refused for
    anything else: an encoding is not guessed, a name read wrongly is worse than one not read."""
    if raw[:4] in (b"\xd0\xcf\x11\xe0", b"%PDF") or raw[:2] in (b"\x89P", b"\xff\xd8"):
        raise _no_table()
    utf_16 = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = raw.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(
            Reason(
                "FORM",
                N_(
                    "Tệp không phải Unicode (có thể là TCVN3 hoặc Windows-1258), đọc sẽ sai tên. "
                    "Mở bằng Excel, lưu lại thành “CSV UTF-8” hoặc .xlsx rồi nhập lại."
                ),
                place="file",
            )
        ) from None
    if "\0" in text:
        raise _no_table()
    return text


def _separator(text: str) -> str:
    """The separator that stands most often outside quotes in the first line with any."""
    for line in text.splitlines():
        bare = "".join(line.split('"')[::2])
        counts = {mark: bare.count(mark) for mark in SEPARATORS}
        if any(counts.values()):
            return max(SEPARATORS, key=lambda mark: counts[mark])
    return ","


def _title(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2][:60]


def _no_table() -> Refused:
    return Refused(
        Reason(
            "FORM",
            N_("Tệp không phải bảng XLSX hoặc CSV. Lưu lại thành .xlsx rồi nhập lại."),
            place="file",
        )
    )
