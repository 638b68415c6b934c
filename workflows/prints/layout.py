"""The sizes of what is printed: one editable table, `layout.toml`, with what the office's own
administrator put beside it (`DATA_DIR/print-layout.toml`). Domain, section 7.2."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from workflows.refusal import N_, Reason, Refused

SHIPPED = Path(__file__).with_name("layout.toml")
OWN = "print-layout.toml"
SECTORS = ("party", "state")

LENGTHS = {  # millimetres
    "margin_top": (5, 60),
    "margin_bottom": (5, 60),
    "margin_left": (5, 60),
    "margin_right": (5, 60),
    "first_line": (0, 30),
    "signature_gap": (5, 60),
}
LEADING = (8, 60)  # points
GAP = (0, 40)
LETTERS = (6, 40)
END_MARK = 5  # letters at most

Sizes = dict[str, float | str]


def _none() -> Path | None:
    return None


_found: Callable[[], Path | None] = _none


def use_folder(find: Callable[[], Path | None]) -> None:
    """Set at start how the folder of the administrator's own table is found (DATA_DIR); asked each
    time, since one process may serve several installations."""
    global _found
    _found = find


def sizes(sector: str) -> Sizes:
    """Every size of a sector (party | state): letters in points, lengths in millimetres.

    Raises Refused, naming the key, when the administrator's table holds a wrong value.
    """
    folder = _found()
    own = folder / OWN if folder is not None else None
    try:
        changed = own.stat().st_mtime_ns if own is not None else 0
    except OSError:
        own, changed = None, 0
    return dict(_table(own, changed)[sector])


@lru_cache(maxsize=8)
def _table(own: Path | None, changed: int) -> dict[str, Sizes]:
    shipped = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    table: dict[str, Sizes] = {s: {k: v[s] for k, v in shipped.items()} for s in SECTORS}
    if own is None:
        return table
    try:
        given = tomllib.loads(own.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _refused(
            N_(
                "Tệp %(file)s chưa đọc được: %(why)s. Cần sửa theo mẫu workflows/prints/layout.toml."
            ),
            why=str(error)[:200],
        ) from None
    for key, columns in given.items():
        if key not in shipped:
            raise _refused(
                N_("Tệp %(file)s có khóa “%(key)s” không có trong bảng khổ in. Cần bỏ khóa này."),
                key=key,
            )
        if not isinstance(columns, dict) or not columns or set(columns) - set(SECTORS):
            raise _refused(
                N_("Khóa “%(key)s” trong %(file)s cần có dạng { party = …, state = … }."), key=key
            )
        for sector, value in columns.items():
            table[sector][key] = _checked(key, sector, value)
    return table


def _checked(key: str, sector: str, value: object) -> float | str:
    if key == "end_mark":
        if isinstance(value, str) and len(value) <= END_MARK and value.isprintable():
            return value
        raise _refused(
            N_('Khóa “%(key)s” (%(sector)s) trong %(file)s cần là vài dấu chữ, ví dụ "./.".'),
            key=key,
            sector=sector,
        )
    low, high = _range(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise _refused(
            N_(
                "Khóa “%(key)s” (%(sector)s) trong %(file)s cần là một số từ %(low)s đến %(high)s, "
                "không phải “%(value)s”."
            ),
            key=key,
            sector=sector,
            low=low,
            high=high,
            value=str(value)[:40],
        )
    return value


def _range(key: str) -> tuple[int, int]:
    if key in LENGTHS:
        return LENGTHS[key]
    return {"leading": LEADING, "paragraph_gap": GAP}.get(key, LETTERS)


def _refused(text: str, **params: object) -> Refused:
    return Refused(Reason("FORM", text, {"file": OWN, **params}))
