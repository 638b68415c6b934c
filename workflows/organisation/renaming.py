"""What a unit was called when, and of which level it was."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from models.person import Person
from models.queries.locking import hold_units
from models.unit import Level, Unit, UnitPeriod
from workflows.calendar import local_day
from workflows.organisation.levels import level_not_valid
from workflows.organisation.record import (
    bad_window,
    cleaned,
    make_findable,
    record,
    refuse_if,
    required,
)
from workflows.refusal import N_, Reason

ONE_DAY = timedelta(days=1)


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
        level_not_valid(level, day),
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
    _begin_period(session, unit, before, name, level, day)
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


def _begin_period(
    session: Session, unit: Unit, before: UnitPeriod | None, name: str, level: Level, day: date
) -> None:
    """The period `before` ends where the one of this name begins; the first name is a period too."""
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


def _period_on(unit: Unit, day: date) -> UnitPeriod | None:
    for period in unit.periods:
        if (period.valid_from is None or period.valid_from <= day) and (
            period.valid_to is None or day <= period.valid_to
        ):
            return period
    return None
