"""Levels, units, what they were called when, and to whom they report."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.person import Person
from models.queries.locking import hold_tree, hold_units
from models.unit import Level, ReportingLine, Unit, UnitPeriod
from workflows.calendar import local_day
from workflows.organisation.record import (
    Window,
    bad_window,
    cleaned,
    make_findable,
    malformed_code,
    overlapping,
    reaches,
    record,
    record_at_top,
    refuse_if,
    rehome,
    required,
)
from workflows.refusal import N_, Reason, Refused

UNIT_CODE = re.compile(r"[A-Z0-9][A-Z0-9.\-]{0,31}")
LEVEL_CODE = re.compile(r"[a-z][a-z0-9.\-]{0,31}")
LINE_CODE = re.compile(r"[a-z][a-z0-9\-]{0,31}")
SECTORS = ("party", "state")
ONE_DAY = timedelta(days=1)


def create_level(
    session: Session,
    *,
    code: str,
    name_vi: str,
    name_en: str,
    rank: int,
    valid_from: date | None = None,
    valid_to: date | None = None,
    actor: Person | None,
    now: datetime,
) -> Level:
    """A new tier. `rank` 0 is the lowest. Raises `Refused`."""
    code, name_vi = cleaned(code, "code").lower(), cleaned(name_vi, "name_vi")
    name_en = cleaned(name_en, "name_en") or name_vi
    taken = session.scalar(sa.select(Level).where(Level.code == code))
    refuse_if(
        malformed_code(code, LEVEL_CODE, "ward"),
        required(name_vi, "name_vi", N_("Chưa có tên cấp. Ghi tên, ví dụ “Phường”.")),
        bad_window(valid_from, valid_to),
        Reason(
            "FORM",
            N_("Mã cấp “%(code)s” đã có (%(name)s). Chọn mã khác."),
            {"code": code, "name": taken.name_vi},
            place="code",
        )
        if taken
        else None,
    )
    level = Level(
        code=code,
        name_vi=name_vi,
        name_en=name_en,
        rank=rank,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    session.add(level)
    record_at_top(
        session, "level_created", now=now, actor=actor, facts={"level": code, "rank": rank}
    )
    session.flush()
    return level


def create_unit(
    session: Session,
    *,
    code: str,
    name: str,
    level: Level,
    body: str,
    symbol: str,
    name_en: str | None = None,
    body_en: str | None = None,
    sector: str = "party",
    place: str | None = None,
    attached_to: Unit | None = None,
    superior: Unit | None = None,
    line: str = "party",
    meets: bool | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    actor: Person | None,
    now: datetime,
) -> Unit:
    """A new unit, with its first period, and its reporting line when `superior` is given.

    `attached_to` makes it an advisory body of that unit. `meets`: its members decide in a meeting;
    unless told, the lowest level does. Raises `Refused` with all reasons.
    """
    code, name, body, symbol = (
        cleaned(code, "code").upper(),
        cleaned(name, "name"),
        cleaned(body, "body"),
        cleaned(symbol, "symbol", longest=12),
    )
    name_en, body_en, place = (
        cleaned(name_en, "name_en"),
        cleaned(body_en, "body_en"),
        cleaned(place, "place"),
    )
    taken = session.scalar(sa.select(Unit).where(Unit.code == code))
    refuse_if(
        malformed_code(code, UNIT_CODE, "B1"),
        Reason(
            "FORM",
            N_("Mã đơn vị %(code)s đã có (%(name)s). Chọn mã khác."),
            {"code": code, "name": taken.name},
            place="code",
        )
        if taken
        else None,
        *_wrong_words(name, body, symbol, sector, name_en, body_en, place),
        _level_not_valid(level, valid_from),
        _badly_attached(attached_to),
        bad_window(valid_from, valid_to),
    )
    unit = Unit(
        code=code,
        name=name,
        name_en=name_en or None,
        body=body,
        body_en=body_en or None,
        symbol=symbol,
        sector=sector,
        place=place or None,
        level=level,
        attached_to=attached_to,
        meets=level.rank == 0 and attached_to is None if meets is None else meets,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    make_findable(unit, name, body, name_en, code)
    unit.periods = [UnitPeriod(level=level, name=name, valid_from=valid_from, valid_to=valid_to)]
    session.add(unit)
    session.flush()
    record(
        session,
        unit.id,
        "unit_created",
        now=now,
        actor=actor,
        facts={
            "unit": code,
            "level": level.code,
            "attached_to": attached_to.code if attached_to else None,
            "valid_from": valid_from,
            "valid_to": valid_to,
        },
        private={"name": name},
    )
    if superior is not None:
        add_reporting_line(
            session,
            unit=unit,
            superior=superior,
            line=line,
            valid_from=valid_from,
            valid_to=valid_to,
            actor=actor,
            now=now,
        )
    return unit


def edit_unit(
    session: Session,
    *,
    unit: Unit,
    body: str,
    symbol: str,
    name_en: str | None = None,
    body_en: str | None = None,
    sector: str = "party",
    place: str | None = None,
    meets: bool | None = None,
    actor: Person | None,
    now: datetime,
) -> None:
    """Corrects what has no history; name and level change on a date, by `rename_unit`. Whether the
    unit decides in a meeting stays as it is unless `meets` is given."""
    body, symbol = cleaned(body, "body"), cleaned(symbol, "symbol", longest=12)
    name_en, body_en, place = (
        cleaned(name_en, "name_en"),
        cleaned(body_en, "body_en"),
        cleaned(place, "place"),
    )
    refuse_if(*_wrong_words(unit.name, body, symbol, sector, name_en, body_en, place))
    new = {
        "body": body,
        "symbol": symbol,
        "name_en": name_en or None,
        "body_en": body_en or None,
        "sector": sector,
        "place": place or None,
        "meets": unit.meets if meets is None else meets,
    }
    changed = sorted(key for key, value in new.items() if getattr(unit, key) != value)
    if not changed:
        return
    for key in changed:
        setattr(unit, key, new[key])
    make_findable(unit, unit.name, unit.body, unit.name_en, unit.code)
    record(
        session,
        unit.id,
        "unit_changed",
        now=now,
        actor=actor,
        facts={"unit": unit.code, "fields": changed},
    )


def rename_unit(
    session: Session,
    *,
    unit: Unit,
    name: str,
    day: date,
    level: Level | None = None,
    name_en: str | None = None,
    actor: Person | None,
    now: datetime,
) -> None:
    """From `day` on the unit bears this name (and level); earlier days keep the old one.

    `day` may lie in the past but not in the future, so that "today's name" never turns by itself.
    """
    name, name_en = cleaned(name, "name"), cleaned(name_en, "name_en")
    hold_units([unit.id])
    level = level or unit.level
    before = _period_on(unit, day)
    refuse_if(
        required(name, "name", N_("Chưa có tên đơn vị. Ghi tên đầy đủ.")),
        bad_window(day, None),
        Reason(
            "FORM",
            N_("Ngày %(day)s chưa đến. Ghi tên mới vào đúng ngày đó hoặc sau đó."),
            {"day": day},
            place="day",
        )
        if day > local_day(now)
        else None,
        _level_not_valid(level, day),
        Reason(
            "FORM",
            N_("Tên và cấp không khác trước ngày %(day)s. Sửa tên hoặc chọn cấp khác."),
            {"day": day},
            place="name",
        )
        if before is not None and (before.name, before.level_id) == (name, level.id)
        else None,
    )
    old_name = unit.name_on(day)
    ends = before.valid_to if before is not None else unit.valid_to
    if before is None:
        session.add(
            UnitPeriod(
                unit=unit,
                level=unit.level,
                name=unit.name,
                valid_from=unit.valid_from,
                valid_to=day - ONE_DAY,
            )
        )
    elif before.valid_from == day:
        session.delete(before)
    else:
        before.valid_to = day - ONE_DAY
    session.add(UnitPeriod(unit=unit, level=level, name=name, valid_from=day, valid_to=ends))
    session.flush()
    session.expire(unit, ["periods"])
    latest = _period_on(unit, local_day(now))
    if latest is not None:
        unit.name, unit.level_id = latest.name, latest.level_id
    if name_en:
        unit.name_en = name_en
    # The old names stay findable: papers of those days are looked for under them.
    names = dict.fromkeys([unit.name, *(period.name for period in unit.periods)])
    make_findable(unit, *names, unit.body, unit.name_en, unit.code)
    record(
        session,
        unit.id,
        "unit_renamed",
        now=now,
        actor=actor,
        facts={"unit": unit.code, "level": level.code, "from": day},
        private={"name": name, "old_name": old_name},
    )


def add_reporting_line(
    session: Session,
    *,
    unit: Unit,
    superior: Unit,
    line: str = "party",
    valid_from: date | None = None,
    valid_to: date | None = None,
    actor: Person | None,
    now: datetime,
) -> ReportingLine:
    """`unit` reports to `superior` on this line between two days. One superior per line and day.
    What running campaigns above it ask, and is still to come, it owes from then."""
    from workflows.obligations import joining  # the engine's side imports ours

    line = cleaned(line, "line").lower()
    hold_tree()
    other = session.scalar(
        sa.select(ReportingLine)
        .where(
            ReportingLine.unit_id == unit.id,
            ReportingLine.line == line,
            overlapping(ReportingLine, valid_from, valid_to),
        )
        .limit(1)
    )
    refuse_if(
        Reason(
            "FORM",
            N_("Chưa có tên tuyến báo cáo, hoặc tên có dấu. Ghi ví dụ “party” hoặc “union”."),
            place="line",
        )
        if not LINE_CODE.fullmatch(line)
        else None,
        bad_window(valid_from, valid_to),
        _cycle(session, unit, superior, line, (valid_from, valid_to)),
        Reason(
            "FORM",
            N_(
                "%(unit)s đã báo cáo lên %(superior)s trên tuyến này trong thời gian đó. "
                "Kết thúc tuyến cũ trước."
            ),
            {"unit": unit.name, "superior": other.superior.name},
            place="superior",
        )
        if other is not None
        else None,
    )
    row = ReportingLine(
        unit=unit, superior=superior, line=line, valid_from=valid_from, valid_to=valid_to
    )
    session.add(row)
    record(
        session,
        unit.id,
        "reporting_line_added",
        now=now,
        actor=actor,
        facts={
            "unit": unit.code,
            "superior": superior.code,
            "line": line,
            "valid_from": valid_from,
            "valid_to": valid_to,
        },
    )
    rehome(session, [unit.id], now)
    joining.join_unit(unit, actor=actor, now=now)
    return row


def end_reporting_line(
    session: Session, *, row: ReportingLine, last_day: date, actor: Person | None, now: datetime
) -> None:
    """The line holds for the last time on `last_day`."""
    hold_tree()
    session.flush()
    session.refresh(row)  # somebody else may have ended it a moment ago
    refuse_if(
        bad_window(row.valid_from, last_day),
        Reason(
            "FORM",
            N_("Tuyến này đã kết thúc ngày %(day)s."),
            {"day": row.valid_to},
            place="last_day",
        )
        if row.valid_to is not None and row.valid_to <= last_day
        else None,
    )
    row.valid_to = last_day
    record(
        session,
        row.unit_id,
        "reporting_line_ended",
        now=now,
        actor=actor,
        facts={
            "unit": row.unit.code,
            "superior": row.superior.code,
            "line": row.line,
            "valid_to": last_day,
        },
    )
    rehome(session, [row.unit_id], now)


def attach(
    session: Session, *, unit: Unit, to: Unit | None, actor: Person | None, now: datetime
) -> None:
    """Makes `unit` the advisory body of `to`, or with None a body of its own again."""
    refuse_if(
        _badly_attached(to),
        Reason(
            "FORM",
            N_("%(unit)s không thể giúp việc cho chính nó. Chọn cấp ủy mà cơ quan này giúp việc."),
            {"unit": unit.name},
            place="attached_to",
        )
        if to is unit
        else None,
        Reason(
            "FORM",
            N_(
                "%(unit)s đang có cơ quan giúp việc riêng là %(other)s, nên chưa thể giúp việc "
                "cho đơn vị khác. Chuyển %(other)s đi trước."
            ),
            {"unit": unit.name, "other": unit.advisory_bodies[0].name},
            place="attached_to",
        )
        if to is not None and unit.advisory_bodies
        else None,
    )
    if unit.attached_to is to:
        return
    unit.attached_to = to
    record(
        session,
        unit.id,
        "unit_attached",
        now=now,
        actor=actor,
        facts={"unit": unit.code, "attached_to": to.code if to else "-"},
    )
    rehome(session, [unit.id, *([to.id] if to else [])], now)


def _period_on(unit: Unit, day: date) -> UnitPeriod | None:
    for period in unit.periods:
        if (period.valid_from is None or period.valid_from <= day) and (
            period.valid_to is None or day <= period.valid_to
        ):
            return period
    return None


def _wrong_words(
    name: str, body: str, symbol: str, sector: str, name_en: str, body_en: str, place: str
) -> list[Reason]:
    if sector not in SECTORS:
        raise Refused(Reason("FORM", N_("Chọn khối: đảng hoặc nhà nước."), place="sector"))
    found = [
        required(name, "name", N_("Chưa có tên đơn vị. Ghi tên đầy đủ.")),
        required(body, "body", N_("Chưa ghi tên gọi khi ra văn bản, ví dụ “Chi bộ”, “Đảng ủy”.")),
        required(
            symbol,
            "symbol",
            N_("Chưa có ký hiệu trong số văn bản, ví dụ CB, ĐU, LĐLĐ."),
        ),
    ]
    return [reason for reason in found if reason is not None]


def _level_not_valid(level: Level, day: date | None) -> Reason | None:
    if day is None:
        return None
    if level.valid_from is not None and day < level.valid_from:
        return Reason(
            "FORM",
            N_("Cấp %(level)s chỉ có từ ngày %(day)s. Chọn cấp khác hoặc ngày sau đó."),
            {"level": level.name_vi, "day": level.valid_from},
            place="level",
        )
    if level.valid_to is not None and day > level.valid_to:
        return Reason(
            "FORM",
            N_("Cấp %(level)s đã kết thúc ngày %(day)s. Chọn cấp khác."),
            {"level": level.name_vi, "day": level.valid_to},
            place="level",
        )
    return None


def _badly_attached(to: Unit | None) -> Reason | None:
    if to is None or to.attached_to_id is None:
        return None
    return Reason(
        "FORM",
        N_(
            "%(unit)s là cơ quan giúp việc, không có cơ quan giúp việc riêng. "
            "Chọn cấp ủy mà %(unit)s giúp việc."
        ),
        {"unit": to.name},
        place="attached_to",
    )


def _cycle(
    session: Session, unit: Unit, superior: Unit, line: str, window: Window
) -> Reason | None:
    """Why this edge would make somebody his own superior on some day."""
    if unit.id == superior.id:
        return Reason(
            "FORM",
            N_("%(unit)s không thể báo cáo lên chính nó. Chọn cấp trên khác."),
            {"unit": unit.name},
            place="superior",
        )

    def above(unit_id: int) -> list[tuple[int, Window]]:
        rows = session.execute(
            sa.select(
                ReportingLine.superior_id, ReportingLine.valid_from, ReportingLine.valid_to
            ).where(ReportingLine.unit_id == unit_id, ReportingLine.line == line)
        )
        return [(row[0], (row[1], row[2])) for row in rows]

    if not reaches(superior.id, unit.id, window, above):
        return None
    return Reason(
        "FORM",
        N_(
            "%(unit)s chưa thể báo cáo lên %(superior)s, vì trên tuyến này %(superior)s "
            "đang ở dưới %(unit)s. Chọn cấp trên khác, hoặc kết thúc tuyến của %(superior)s trước."
        ),
        {"unit": unit.name, "superior": superior.name},
        place="superior",
    )
