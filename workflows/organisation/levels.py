"""Levels, their names and days; what they were stays with each unit's periods."""

from __future__ import annotations

import re
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.person import Person
from models.unit import Level
from workflows.organisation.record import (
    bad_window,
    cleaned,
    malformed_code,
    record_at_top,
    refuse_if,
    required,
)
from workflows.refusal import N_, Reason

LEVEL_CODE = re.compile(r"[a-z][a-z0-9.\-]{0,31}")


def create_level(
    session: Session,
    *,
    code: str,
    name_vi: str,
    name_en: str,
    rank: int | None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    actor: Person | None,
    now: datetime,
) -> Level:
    """A new tier. `rank` 0 is the lowest. Raises `Refused` with all reasons."""
    code, name_vi = cleaned(code, "code").lower(), cleaned(name_vi, "name_vi")
    name_en = cleaned(name_en, "name_en") or name_vi
    taken = session.scalar(sa.select(Level).where(Level.code == code))
    refuse_if(
        malformed_code(code, LEVEL_CODE, "ward"),
        required(name_vi, "name_vi", N_("Chưa có tên cấp. Ghi tên, ví dụ “Phường”.")),
        Reason("FORM", N_("Ghi bậc: 0 là thấp nhất."), place="rank") if rank is None else None,
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
    assert rank is not None
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


def edit_level(
    session: Session,
    *,
    level: Level,
    name_vi: str,
    name_en: str,
    rank: int,
    valid_from: date | None,
    valid_to: date | None,
    actor: Person | None,
    now: datetime,
) -> None:
    """Corrects a level, or says until when it was there (the district until 30/6/2025)."""
    name_vi = cleaned(name_vi, "name_vi")
    name_en = cleaned(name_en, "name_en") or name_vi
    refuse_if(
        required(name_vi, "name_vi", N_("Chưa có tên cấp. Ghi tên, ví dụ “Phường”.")),
        bad_window(valid_from, valid_to),
    )
    new = {
        "name_vi": name_vi,
        "name_en": name_en,
        "rank": rank,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    changed = sorted(key for key, value in new.items() if getattr(level, key) != value)
    if not changed:
        return
    for key in changed:
        setattr(level, key, new[key])
    record_at_top(
        session,
        "level_changed",
        now=now,
        actor=actor,
        facts={
            "level": level.code,
            "fields": changed,
            "valid_from": valid_from,
            "valid_to": valid_to,
        },
    )
    session.flush()


NO_LEVEL = Reason("FORM", N_("Chọn cấp của đơn vị."), place="level")


def level_not_valid(level: Level, day: date | None) -> Reason | None:
    """Why no unit can be of this level on this day."""
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
