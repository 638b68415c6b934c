"""Reading a campaign file: every key named when it is wrong. Needs no database."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from models.kinds import PERSONAL
from workflows import obligations
from workflows.calendar import effective_due
from workflows.campaigns.figures import figures_of
from workflows.campaigns.recurring import expand, periods_of
from workflows.campaigns.spec import (
    ASKED,
    OWES,
    PILOTS,
    REVIEW,
    TARGETS,
    VIAS,
    CampaignSpec,
    RequirementSpec,
    ThemeSpec,
)
from workflows.refusal import Refused
from workflows.symbols import TYPES
from workflows.tables import FileError, Table, read
from workflows.text import parse_date

CODE = re.compile(r"[A-Z0-9][A-Z0-9.\-]{0,31}")
CODES = "chỉ dùng chữ hoa không dấu, số, dấu chấm, gạch nối; ví dụ CD-2026"
LONGEST_CODE = 64  # letters of a requirement's
CONGRESS = re.compile(r"[IVXLC]+")
MOST_DECIDING = 5
MOST_DAYS = 366  # working days of a switch, or of a rung
MOST_KEPT = 36525  # days that personal texts are kept
DUE_KEYS = {"kind", "date", "month", "year", "quarter", "days", "event"}
WRITTEN = re.compile(r"\d{4}-\d\d-\d\d")
AT_LINE = re.compile(r"at line (\d+)")


def parse(source: str, *, file: str) -> CampaignSpec:
    """Read a campaign. Raises FileError naming file, key and what is wrong."""
    try:
        top = read(source, file=file)
    except FileError as error:
        raise _no_such_day(source, error) or error from None
    code = top.words("code")
    if not CODE.fullmatch(code):
        raise top.wrong("code", CODES)
    congress = top.words("congress")
    if not CONGRESS.fullmatch(congress):
        raise top.wrong("congress", "phải là số La Mã, ví dụ XIV")
    year = top.take("year", int)
    if not 1945 <= year <= 2100:
        raise top.wrong("year", "phải là một năm từ 1945 đến 2100")
    count, pilots = _pilots(top)
    spec = CampaignSpec(
        code=code,
        title=top.words("title"),
        directive=top.words("directive"),
        directive_dated_on=_directive_day(top),
        year=year,
        theme=top.words("theme"),
        congress=congress,
        line=top.take("line", str, "party"),
        unit=top.words("unit"),
        roll_days_off=top.take("roll_days_off", bool, True),
        superior_must_accept=top.take("superior_must_accept", bool, False),
        min_days_after_basis=_between(top, "min_working_days_after_basis", 0, 0, MOST_DAYS),
        keep_personal_days=_between(top, "keep_personal_days", 365, 1, MOST_KEPT),
        ladder=tuple(_rung(table) for table in top.tables("ladder")),
        pilots=pilots,
        pilot_count=count,
        quota=_quota(top),
        figures=figures_of(top),
        themes=tuple(_theme(table) for table in top.tables("themes")),
        levels=_codes(top, "levels"),
        requirements=tuple(
            requirement
            for table in top.tables("requirements")
            for requirement in _requirements(table, year)
        ),
        source=source,
    )
    top.done()
    if not spec.requirements:
        raise top.wrong("requirements", "chưa có yêu cầu nào")
    _no_code_twice(top, spec)
    return spec


def _no_such_day(source: str, error: FileError) -> FileError | None:
    """TOML says of 2026-02-31 only where it stands; here the key and the day are named."""
    found = AT_LINE.search(error.wrong)
    lines = source.splitlines()
    if found is None or not 0 < int(found[1]) <= len(lines):
        return None
    line = lines[int(found[1]) - 1]
    for written in WRITTEN.findall(line):
        try:
            date.fromisoformat(written)
        except ValueError:
            key = line.partition("=")[0].strip()
            said = f"dòng {found[1]}: ngày {written} không có trong lịch; xem lại ngày và tháng"
            return FileError(error.file, key, said)
    return None


def _no_code_twice(top: Table, spec: CampaignSpec) -> None:
    seen: dict[str, str] = {}
    for requirement in spec.requirements:
        if requirement.code in seen:
            raise top.wrong(
                "requirements",
                f"mã {requirement.code} được dùng hai lần, ở {seen[requirement.code]} và "
                f"{requirement.key}; đổi một trong hai",
            )
        seen[requirement.code] = requirement.key
    units = [theme.unit for theme in spec.themes]
    if twice := [unit for unit in units if units.count(unit) > 1]:
        raise top.wrong("themes", f"đơn vị {twice[0]} có hai chủ đề riêng; giữ lại một")


def _between(table: Table, name: str, default: int | None, low: int, high: int) -> int:
    number: int = table.take(name, int) if default is None else table.take(name, int, default)
    if not low <= number <= high:
        raise table.wrong(name, f"phải là số từ {low} đến {high}")
    return number


def _codes(table: Table, name: str) -> tuple[str, ...]:
    given = table.take(name, list, [])
    if not all(isinstance(code, str) and code.strip() for code in given):
        raise table.wrong(name, "phải là danh sách mã, mỗi mã là chữ trong ngoặc kép")
    return tuple(given)


def _directive_day(top: Table) -> date | None:
    day: date | None = top.take("directive_dated_on", date, None)
    if day is not None:
        try:
            parse_date(day.isoformat())
        except Refused as refusal:
            raise top.wrong("directive_dated_on", _said(refusal)) from None
    return day


def _pilots(top: Table) -> tuple[int | None, tuple[str, ...]]:
    if "pilots" not in top.values:
        return None, ()
    table = Table(top.file, top.take("pilots", dict), "pilots")
    count = _between(table, "count", None, 0, 1000) if "count" in table.values else None
    units = _codes(table, "units")
    table.done()
    return count, units


def _quota(top: Table) -> dict[str, int]:
    """At most one unit in so many is awarded, and so many persons a unit awarded (R19, R20)."""
    if "quota" not in top.values:
        return {}
    table = Table(top.file, top.take("quota", dict), "quota")
    quota = {name: _between(table, name, 4, 1, 100) for name in ("units_of", "persons_per_unit")}
    table.done()
    return quota


def _theme(table: Table) -> ThemeSpec:
    theme = ThemeSpec(table.words("unit"), table.words("theme"), table.words("reason"))
    table.done()
    return theme


def _rung(table: Table) -> dict[str, Any]:
    rung = {"after": _between(table, "after", None, -MOST_DAYS, MOST_DAYS)}
    rung["to"] = _one_of(table, "to", TARGETS, ...)
    table.done()
    return rung


def _via(table: Table) -> str:
    via: str = table.take("via", str, "")
    if via and via not in VIAS and not CODE.fullmatch(via):
        raise table.wrong("via", f"phải là một trong: {', '.join(VIAS)}, hoặc mã cơ quan tham mưu")
    return via


def _one_of(table: Table, name: str, words: tuple[str, ...], default: Any) -> Any:
    word = table.take(name, str, default)
    if word != default and word not in words:
        raise table.wrong(name, f"phải là một trong: {', '.join(words)}")
    return word


def _requirements(table: Table, year: int) -> list[RequirementSpec]:
    kind = _one_of(table, "kind", ASKED, ...)
    code = table.words("code")
    if len(code) > LONGEST_CODE or not code.isprintable():
        raise table.wrong("code", CODES)
    label = Table(table.file, table.take("label", dict), f"{table.where}.label")
    levels = _codes(table, "levels")
    if not levels:
        raise table.wrong("levels", "phải là danh sách mã cấp, ít nhất một")
    every, periods = periods_of(table)
    asked = RequirementSpec(
        code=code,
        kind=kind,
        variant=table.take("variant", str, ""),
        label_vi=label.words("vi"),
        label_en=label.words("en"),
        levels=levels,
        deciding=_between(table, "deciding", 1, 1, MOST_DECIDING),
        due={
            key: value.isoformat() if isinstance(value, date) else value
            for key, value in table.take("due", dict).items()
        },
        owes=_one_of(table, "owes", OWES, "member" if kind in PERSONAL else "unit"),
        pilots=_one_of(table, "pilots", PILOTS, ""),
        via=_via(table),
        type=_one_of(table, "type", tuple(TYPES), ""),
        superior_must_accept=table.take("superior_must_accept", bool, False),
        also_to=_codes(table, "also_to"),
        figures=_codes(table, "figures"),
        basis=_codes(table, "basis"),
        after=table.take("after", str, ""),
        key=table.where,
    )
    if asked.type and kind in (*PERSONAL, REVIEW):
        raise table.wrong("type", "chỉ dùng cho văn bản có số của đơn vị: kế hoạch, báo cáo")
    if kind == REVIEW and (asked.owes != "unit" or every != "month"):
        raise table.wrong(
            "kind", 'kiểm điểm hằng tháng là việc của chi bộ: every = "month", owes = "unit"'
        )
    label.done()
    table.done()
    expanded = expand(asked, every, periods, year=year, table=table)
    for one in expanded:
        _try_due(table, one.due)
    return expanded


def _try_due(table: Table, due: dict[str, Any]) -> None:
    """A due rule is tried out once, so that it can be used."""
    if strange := sorted(due.keys() - DUE_KEYS):
        raise table.wrong(f"due.{strange[0]}", "không phải khóa được biết ở đây")
    if due.get("kind") == obligations.AFTER_EVENT and due.get("event") != "plan":
        raise table.wrong("due.event", "phải là “plan”: tính từ ngày kế hoạch của đơn vị")
    try:
        effective_due(due, roll=True, since=date(2026, 1, 1))
    except Refused as refusal:
        raise table.wrong("due", _said(refusal)) from None


def _said(refusal: Refused) -> str:
    reason = refusal.reasons[0]
    return reason.text % reason.params
