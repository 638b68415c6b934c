"""The sheet "Cấp": tiers, and until when there were some of them."""

from __future__ import annotations

from typing import Any

from workflows import text
from workflows.organisation.importing import changes
from workflows.organisation.importing.run import Row, Run
from workflows.organisation.importing.tables import Rows
from workflows.organisation.levels import create_level, edit_level
from workflows.refusal import N_, Reason
from workflows.sheets import key

HIGHEST = 99


def enter(run: Run, tables: list[Rows]) -> None:
    """Creates or corrects every level of the file."""
    seen: dict[str, int] = {}
    for row in run.rows(tables):
        code = row.line("code", required=N_("Chưa có mã cấp, ví dụ ward.")).lower()
        if code and code in seen:
            row.fail("code", twice(code, seen[code]))
        seen.setdefault(code, row.number)
        _enter_one(run, row, code)


def _enter_one(run: Run, row: Row, code: str) -> None:
    values: dict[str, Any] = {
        "name_vi": row.line("name_vi", required=N_("Chưa có tên cấp. Ghi tên, ví dụ “Phường”.")),
        "name_en": row.line("name_en"),
        "rank": _rank(row),
        "valid_from": row.day("valid_from"),
        "valid_to": row.day("valid_to"),
    }

    def act() -> None:
        about = f"{code} {values['name_vi']}"
        level = next((one for one in run.levels.values() if one.code == code), None)
        if level is None:
            level = create_level(run.session, code=code, actor=run.actor, now=run.now, **values)
            row.good(about, "added")
        else:
            new = changes.told(level, values)
            different = changes.differing(level, new)
            edit_level(run.session, level=level, actor=run.actor, now=run.now, **new)
            row.good(about, "changed" if different else "unchanged", *different)
        run.know_level(level)

    if not run.enter(row, "level", key(code), act):
        run.broken.add(("level", key(row.cells["name_vi"])))


def _rank(row: Row) -> int | None:
    typed = row.line("rank", required=N_("Ghi bậc: 0 là thấp nhất."))
    if typed.isascii() and typed.isdigit() and int(typed[:9]) <= HIGHEST:
        return int(typed)
    if typed:
        row.fail(
            "rank",
            Reason(
                "FORM", N_("Bậc cần là số từ 0 đến %(most)s, 0 là thấp nhất."), {"most": HIGHEST}
            ),
        )
    return None


def twice(code: str, row: int) -> Reason:
    """The same code stands in an earlier row."""
    return Reason(
        "FORM",
        N_("Mã “%(code)s” đã có ở dòng %(row)s. Bỏ một dòng, hoặc sửa mã."),
        {"code": text.clean_line(code)[:60], "row": row},
    )
