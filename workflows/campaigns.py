"""Campaigns as files: read with clear errors, stored, and opened: then all owe what is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.campaign import Campaign, Requirement
from models.document import KINDS
from models.obligation import Obligation
from models.person import Person
from models.unit import Level, unit_by_code
from workflows import obligations
from workflows.calendar import effective_due
from workflows.organisation.record import record
from workflows.refusal import N_, Reason, Refused
from workflows.tables import FileError, Table, read
from workflows.text import parse_date

CODE = re.compile(r"[A-Z0-9][A-Z0-9.\-]{0,31}")
CONGRESS = re.compile(r"[IVXLC]+")
MOST_DECIDING = 5


@dataclass(frozen=True)
class RequirementSpec:
    """One thing that is asked for, as the file says it."""

    code: str
    kind: str
    variant: str
    label_vi: str
    label_en: str
    levels: tuple[str, ...]
    deciding: int
    due: dict[str, Any]


@dataclass(frozen=True)
class CampaignSpec:
    """A campaign as its file says it; nothing of it is stored yet."""

    code: str
    title: str
    directive: str
    directive_dated_on: date | None
    year: int
    theme: str
    congress: str
    line: str
    unit: str
    roll_days_off: bool
    superior_must_accept: bool
    requirements: tuple[RequirementSpec, ...]
    source: str


def parse(source: str, *, file: str) -> CampaignSpec:
    """Read a campaign. Raises FileError naming file, key and what is wrong. Needs no database."""
    top = read(source, file=file)
    code = top.words("code")
    if not CODE.fullmatch(code):
        raise top.wrong("code", "chỉ dùng chữ hoa không dấu, số, dấu chấm, gạch nối; ví dụ CD-2026")
    congress = top.words("congress")
    if not CONGRESS.fullmatch(congress):
        raise top.wrong("congress", "phải là số La Mã, ví dụ XIV")
    year = top.take("year", int)
    if not 1945 <= year <= 2100:
        raise top.wrong("year", "phải là một năm từ 1945 đến 2100")
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
        requirements=tuple(_requirement(table) for table in top.tables("requirements")),
        source=source,
    )
    top.done()
    if not spec.requirements:
        raise top.wrong("requirements", "chưa có yêu cầu nào")
    codes = [requirement.code for requirement in spec.requirements]
    if twice := sorted({c for c in codes if codes.count(c) > 1}):
        raise top.wrong("requirements", f"mã {twice[0]} được dùng hai lần")
    return spec


def _directive_day(top: Table) -> date | None:
    day: date | None = top.take("directive_dated_on", date, None)
    if day is not None:
        try:
            parse_date(day.isoformat())
        except Refused as refusal:
            reason = refusal.reasons[0]
            raise top.wrong("directive_dated_on", reason.text % reason.params) from None
    return day


def _requirement(table: Table) -> RequirementSpec:
    kind = table.words("kind")
    if kind not in KINDS:
        raise table.wrong("kind", f"phải là một trong: {', '.join(KINDS)}")
    label = Table(table.file, table.take("label", dict), f"{table.where}.label")
    levels = table.take("levels", list)
    if not levels or not all(isinstance(level, str) for level in levels):
        raise table.wrong("levels", "phải là danh sách mã cấp, ít nhất một")
    deciding = table.take("deciding", int, 1)
    if not 1 <= deciding <= MOST_DECIDING:
        raise table.wrong("deciding", f"phải là số từ 1 đến {MOST_DECIDING}")
    requirement = RequirementSpec(
        code=table.words("code"),
        kind=kind,
        variant=table.take("variant", str, ""),
        label_vi=label.words("vi"),
        label_en=label.words("en"),
        levels=tuple(levels),
        deciding=deciding,
        due=_due(table),
    )
    label.done()
    table.done()
    return requirement


def _due(table: Table) -> dict[str, Any]:
    """The due rule as it is stored, dates as ISO strings. Tried out once, so that it can be used."""
    due = {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in table.take("due", dict).items()
    }
    if due.get("kind") == obligations.AFTER_EVENT and due.get("event") != "plan":
        raise table.wrong("due.event", "phải là “plan”: tính từ ngày kế hoạch của đơn vị")
    try:
        effective_due(due, roll=True, since=date(2026, 1, 1))
    except Refused as refusal:
        reason = refusal.reasons[0]
        raise table.wrong("due", reason.text % reason.params) from None
    return due


def store(spec: CampaignSpec, *, file: str) -> Campaign:
    """Keep a campaign with its requirements, not yet opened. In the caller's transaction.

    Raises Refused when the code is taken, FileError when unit or levels are not known here.
    """
    if db.session.scalar(sa.select(Campaign.id).where(Campaign.code == spec.code)) is not None:
        raise Refused(
            Reason(
                "CAMPAIGN",
                N_("Đợt %(code)s đã có. Chọn mã khác, hoặc mở đợt đã có."),
                {"code": spec.code},
            )
        )
    unit = unit_by_code(spec.unit)
    if unit is None:
        raise FileError(file, "unit", f"không có đơn vị mã {spec.unit}")
    known = set(db.session.scalars(sa.select(Level.code)))
    for n, requirement in enumerate(spec.requirements, 1):
        if strange := [level for level in requirement.levels if level not in known]:
            raise FileError(file, f"requirements[{n}].levels", f"không có cấp mã {strange[0]}")
    campaign = Campaign(
        code=spec.code,
        title=spec.title,
        directive=spec.directive,
        directive_dated_on=spec.directive_dated_on,
        year=spec.year,
        theme=spec.theme,
        congress=spec.congress,
        line=spec.line,
        unit=unit,
        roll_days_off=spec.roll_days_off,
        superior_must_accept=spec.superior_must_accept,
        source=spec.source,
    )
    campaign.requirements = [
        Requirement(
            code=r.code,
            kind=r.kind,
            variant=r.variant,
            label_vi=r.label_vi,
            label_en=r.label_en,
            levels=list(r.levels),
            deciding=r.deciding,
            due=r.due,
        )
        for r in spec.requirements
    ]
    db.session.add(campaign)
    db.session.flush()
    return campaign


def open_from(
    source: str, *, file: str, actor: Person | None, now: datetime
) -> tuple[Campaign, list[Obligation]]:
    """Store a campaign and open it: one event in its unit's log, and every fixed-date obligation.

    In the caller's transaction. Raises FileError, or Refused when the campaign is there already.
    """
    campaign = store(parse(source, file=file), file=file)
    created = obligations.open_campaign(campaign, now)
    record(
        db.session(),
        campaign.unit_id,
        "campaign_opened",
        now=now,
        actor=actor,
        facts={"campaign": campaign.code, "year": campaign.year, "obligations": len(created)},
        private={"title": campaign.title},
    )
    return campaign, created
