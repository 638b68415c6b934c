"""Levels change their names and days; what they were stays with each unit's periods."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from models.person import Person
from models.unit import Level
from workflows.organisation.record import (
    bad_window,
    cleaned,
    record_at_top,
    refuse_if,
    required,
)
from workflows.refusal import N_


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
