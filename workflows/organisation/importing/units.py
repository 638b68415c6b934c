"""The sheet "Đơn vị": one row for a unit, or one for each name or level that it has borne.

A row without a name tells only of a superior (on another line, or from another day). First all
units, then whom they serve and to whom they report: a superior may stand further down the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from models.unit import Level
from workflows.organisation.importing import changes
from workflows.organisation.importing.levels import twice
from workflows.organisation.importing.placing import place
from workflows.organisation.importing.run import Row, Run
from workflows.organisation.importing.tables import Rows
from workflows.organisation.importing.words import SECTOR, SECTORS, offered
from workflows.organisation.levels import NO_LEVEL
from workflows.organisation.record import Window, common
from workflows.organisation.renaming import rename_unit
from workflows.organisation.units import create_unit, edit_unit
from workflows.refusal import N_, Reason
from workflows.sheets import key


@dataclass
class Told:
    """What a row tells of its unit, and what became of it."""

    row: Row
    code: str
    name: str
    level: Level | None
    window: Window
    words: dict[str, Any]
    added: bool = False
    changes: list[Reason] = field(default_factory=list)


def enter(run: Run, tables: list[Rows]) -> None:
    """Creates, renames, corrects, attaches and connects every unit of the file."""
    rows = [_read(run, row) for row in run.rows(tables)]
    by_code: dict[str, list[Told]] = {}
    for told in rows:
        by_code.setdefault(told.code, []).append(told)
    for code, periods in by_code.items():
        _refuse_nameless(periods, known=code in run.units)
        _refuse_doubles(periods)
    until = {code: _until(periods) for code, periods in by_code.items()}
    known = set(run.units)
    in_time = sorted((told for told in rows if told.name), key=_begins)
    for told in in_time:
        if told.code in known and until[told.code] != run.units[told.code].valid_to:
            _refuse_ending(told, until[told.code])
        act = partial(_enter_one, run, told, until[told.code])
        run.enter(told.row, "unit", told.code, act)
    for told in rows:
        place(run, told.row, told.code, told.window, told.changes)
    for told in rows:
        if not told.row.bad:
            state = "added" if told.added else "changed" if told.changes else "unchanged"
            about = f"{told.code} {told.name}".strip()
            told.row.good(about, state, *([] if told.added else told.changes))


def _read(run: Run, row: Row) -> Told:
    code = row.line("code", required=N_("Chưa có mã đơn vị, ví dụ C1.")).upper()
    words: dict[str, Any] = {
        name: row.line(name) for name in ("body", "symbol", "place", "name_en", "body_en")
    }
    words["sector"] = row.choice("sector", SECTOR, offered(SECTORS))
    words["meets"] = row.yes("meets")
    name = row.line("name")
    told = Told(row, code, name, _level(run, row), row.window(), words)
    if row.bad:
        run.broken.add(("unit", code))
    return told


def _level(run: Run, row: Row) -> Level | None:
    said = row.line("level")
    level = run.levels.get(key(said)) if said else None
    if level is not None or not said:
        return level
    if ("level", key(said)) in run.broken:
        row.bad = True
        return None
    row.fail(
        "level",
        Reason(
            "FORM",
            N_("Chưa có cấp “%(level)s”. Lập cấp trước, hoặc thêm bảng Cấp vào tệp."),
            {"level": said[:60]},
        ),
    )
    return None


def _begins(told: Told) -> date:
    return told.window[0] or date.min


def _until(periods: list[Told]) -> date | None:
    """The last day of a unit's last period; None where it is open."""
    days = [told.window[1] or date.max for told in periods if told.name]
    last = max(days, default=date.max)
    return None if last == date.max else last


def _refuse_nameless(rows: list[Told], *, known: bool) -> None:
    """A row without a name adds a superior to a unit that has a name elsewhere."""
    known = known or any(told.name for told in rows)
    for told in rows:
        if told.code and not told.name and (not known or not told.row.cells["superior"]):
            told.row.fail("name", Reason("FORM", N_("Chưa có tên đơn vị. Ghi tên đầy đủ.")))


def _refuse_doubles(rows: list[Told]) -> None:
    """Two rows of one unit tell of two times; a row that shares a day with an earlier is wrong."""
    periods = [told for told in rows if told.name]
    for at, told in enumerate(periods):
        other = next((one for one in periods[:at] if common(one.window, told.window)), None)
        if other is None:
            continue
        dated = any(other.window) and any(told.window)
        told.row.fail(
            "valid_from" if dated else "code",
            Reason(
                "FORM",
                N_(
                    "Thời gian trùng với dòng %(row)s của cùng đơn vị %(code)s. "
                    "Ghi ngày đến hết của tên cũ trước ngày bắt đầu của tên mới."
                ),
                {"row": other.row.number, "code": told.code[:60]},
            )
            if dated
            else twice(told.code, other.row.number),
        )


def _refuse_ending(told: Told, until: date | None) -> None:
    if until is not None and told.window[1] == until:
        told.row.fail(
            "valid_to",
            Reason(
                "FORM",
                N_(
                    "Đơn vị đang có thì không kết thúc bằng tệp. Bỏ ngày này, rồi dùng "
                    "“Sáp nhập, chia tách, chấm dứt” trên trang của đơn vị."
                ),
            ),
        )


def _enter_one(run: Run, told: Told, until: date | None) -> None:
    unit = run.units.get(told.code)
    if unit is None:
        if told.level is None:
            told.row.fail("level", NO_LEVEL)
            return
        words = {**told.words, "body": told.words["body"] or told.name}
        words["sector"] = words["sector"] or "party"
        run.units[told.code] = create_unit(
            run.session,
            code=told.code,
            name=told.name,
            level=told.level,
            valid_from=told.window[0],
            valid_to=until,
            actor=run.actor,
            now=run.now,
            **words,
        )
        told.added = True
        return
    if told.window[1] is None or told.window[1] == until:  # only its last row tells what it is now
        words = changes.told(unit, told.words)
        told.changes += changes.differing(unit, words)
        edit_unit(run.session, unit=unit, actor=run.actor, now=run.now, **words)
    _rename(run, told)


def _rename(run: Run, told: Told) -> None:
    """The unit bears another name or level from the row's first day, unless it does already."""
    unit, (start, end) = run.units[told.code], told.window
    name, level = unit.name, unit.level
    if start is not None or end is not None:
        day = start or date.min
        period = next((p for p in unit.periods if p.valid_to is None or day <= p.valid_to), None)
        if period is not None and (period.valid_from or date.min) <= day:
            name, level = period.name, period.level
    wanted = told.level or level
    if (name, level.id) == (told.name, wanted.id):
        return
    if start is None:
        told.row.fail(
            "valid_from",
            Reason(
                "FORM",
                N_("Tên hoặc cấp khác với đang có (%(name)s). Ghi “Từ ngày” tên mới có hiệu lực."),
                {"name": name},
            ),
        )
        return
    different = [(name != told.name, "name"), (level.id != wanted.id, "level")]
    told.changes += [changes.phrase(field) for differs, field in different if differs]
    rename_unit(
        run.session,
        unit=unit,
        name=told.name,
        level=wanted,
        day=start,
        actor=run.actor,
        now=run.now,
    )
