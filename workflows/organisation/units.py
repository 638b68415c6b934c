"""Units: made, and corrected in what has no history."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.person import Person
from models.unit import Level, Unit, UnitPeriod
from workflows.organisation.levels import NO_LEVEL, level_not_valid
from workflows.organisation.lines import add_reporting_line, badly_attached
from workflows.organisation.record import (
    bad_window,
    cleaned,
    make_findable,
    malformed_code,
    record,
    refuse_if,
    rehome,
    required,
)
from workflows.refusal import N_, Reason, Refused

UNIT_CODE = re.compile(r"[A-Z0-9][A-Z0-9.\-]{0,31}")
SECTORS = ("party", "state")


def create_unit(
    session: Session,
    *,
    code: str,
    name: str,
    level: Level | None,
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
    code, name = cleaned(code, "code").upper(), cleaned(name, "name")
    words = _words(body, symbol, sector, name_en, body_en, place)
    refuse_if(
        malformed_code(code, UNIT_CODE, "B1"),
        _taken(session, code),
        *_wrong_words(name, words),
        NO_LEVEL if level is None else level_not_valid(level, valid_from),
        badly_attached(attached_to),
        bad_window(valid_from, valid_to),
    )
    assert level is not None
    unit = Unit(
        code=code,
        name=name,
        **words,
        level=level,
        attached_to=attached_to,
        meets=level.rank == 0 and attached_to is None if meets is None else meets,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    make_findable(unit, name, unit.body, unit.name_en, code)
    unit.periods = [UnitPeriod(level=level, name=name, valid_from=valid_from, valid_to=valid_to)]
    session.add(unit)
    session.flush()
    _record_creation(session, unit, actor, now)
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


def _record_creation(session: Session, unit: Unit, actor: Person | None, now: datetime) -> None:
    above = unit.attached_to
    record(
        session,
        unit.id,
        "unit_created",
        now=now,
        actor=actor,
        facts={
            "unit": unit.code,
            "level": unit.level.code,
            "attached_to": above.code if above else None,
            "valid_from": unit.valid_from,
            "valid_to": unit.valid_to,
        },
        private={"name": unit.name},
    )


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
    words = _words(body, symbol, sector, name_en, body_en, place)
    refuse_if(*_wrong_words(unit.name, words))
    new = {**words, "meets": unit.meets if meets is None else meets}
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
    if "meets" in changed:
        rehome(session, [unit.id], now)


def _words(
    body: str,
    symbol: str,
    sector: str,
    name_en: str | None,
    body_en: str | None,
    place: str | None,
) -> dict[str, Any]:
    """What a unit says of itself besides its name, as it is kept. Raises Refused for what cannot be
    kept."""
    return {
        "body": cleaned(body, "body"),
        "symbol": cleaned(symbol, "symbol", longest=12),
        "name_en": cleaned(name_en, "name_en") or None,
        "body_en": cleaned(body_en, "body_en") or None,
        "sector": sector,
        "place": cleaned(place, "place") or None,
    }


def _taken(session: Session, code: str) -> Reason | None:
    other = session.scalar(sa.select(Unit).where(Unit.code == code))
    if other is None:
        return None
    return Reason(
        "FORM",
        N_("Mã đơn vị %(code)s đã có (%(name)s). Chọn mã khác."),
        {"code": code, "name": other.name},
        place="code",
    )


def _wrong_words(name: str, words: dict[str, Any]) -> list[Reason]:
    if words["sector"] not in SECTORS:
        raise Refused(Reason("FORM", N_("Chọn khối: đảng hoặc nhà nước."), place="sector"))
    found = [
        required(name, "name", N_("Chưa có tên đơn vị. Ghi tên đầy đủ.")),
        required(
            words["body"], "body", N_("Chưa ghi tên gọi khi ra văn bản, ví dụ “Chi bộ”, “Đảng ủy”.")
        ),
        required(
            words["symbol"],
            "symbol",
            N_("Chưa có ký hiệu trong số văn bản, ví dụ CB, ĐU, LĐLĐ."),
        ),
    ]
    return [reason for reason in found if reason is not None]
